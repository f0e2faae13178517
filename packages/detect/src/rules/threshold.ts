import type { TimeRange } from '@custody/decision';
import type { Finding, Subject } from '../finding.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { duration, many } from '../wording.ts';

/** A count that somebody has set a limit for. */
export interface Counted {
  readonly subject: Subject;
  readonly observed: number;
  /** What is counted, in the singular: "denial". */
  readonly noun: string;
}

/** A fixed limit, for whoever knows one: reached or not, and nothing else. */
export function threshold(counted: Counted, atLeast: number, window: TimeRange, reading: Reading): Finding | null {
  if (counted.observed < atLeast) return null;
  const completeness = completenessOf(window, reading);
  const within = duration(window.toMs - window.fromMs);
  return {
    detector: 'threshold',
    subject: counted.subject,
    window,
    observed: counted.observed,
    expected: null,
    bound: atLeast,
    probability: null,
    completeness,
    sentence: `${many(counted.observed, counted.noun)} in ${within}, limit ${atLeast}${reservation(completeness)}.`,
    unless: `Fewer than ${many(atLeast, counted.noun)} in ${within}.`,
    details: {},
  };
}
