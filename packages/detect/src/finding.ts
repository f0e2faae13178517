import type { TimeRange } from '@custody/decision';
import type { Completeness } from './reading.ts';

export const detectors = [
  'spike',
  'sweep',
  'privileged_after_denials',
  'first_denial',
  'deny_rate_step',
  'dormant_agent',
  'source_silent',
  'coverage_lost',
  'threshold',
] as const;
export type Detector = (typeof detectors)[number];

/** What counts are kept of, from the smallest to the largest: a cause is looked for in this order. */
export const seriesKinds = ['agent', 'human', 'server', 'tool', 'reason', 'environment'] as const;
export type SeriesKind = (typeof seriesKinds)[number];

/** What a finding is about. `pair` is an agent and a server, `agent|a → linear`. */
export interface Subject {
  readonly envId: string;
  readonly kind: SeriesKind | 'pair';
  /** As Permit has it; of a tool `server:tool`; `''` of an environment. */
  readonly key: string;
}

/** Something that stands out, with all that is needed to say why. A plain value: it survives JSON. */
export interface Finding {
  readonly detector: Detector;
  readonly subject: Subject;
  /** What was looked at; it ends at the moment that is judged. */
  readonly window: TimeRange;
  readonly observed: number;
  /** What would have been normal; `null` where a rule has no opinion. */
  readonly expected: number | null;
  /** What `observed` had to reach. */
  readonly bound: number;
  /** Of as much or more where nothing happens; `null` where a rule does not rest on one. At least 1e-300. */
  readonly probability: number | null;
  readonly completeness: Completeness;
  /** "29 denials in 5 minutes, expected 0.05, alert bound 12." */
  readonly sentence: string;
  /** What would have to be true for there to be no finding. */
  readonly unless: string;
  /** What else the rule knows: keys, times in milliseconds, counts. */
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;
}

const leastProbability = 1e-300;

/** A logarithm of a probability as a number that JSON can hold. */
export function probabilityOf(logProbability: number): number {
  return Math.max(leastProbability, Math.exp(logProbability));
}

/** One name for what a finding or an alert is about. */
export function subjectId(detector: Detector, { envId, kind, key }: Subject): string {
  return JSON.stringify([detector, envId, kind, key]);
}

/** An order that depends on nothing but what is ordered. */
export function byName<T>(nameOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [first, second] = [nameOf(a), nameOf(b)];
    if (first === second) return 0;
    return first < second ? -1 : 1;
  };
}
