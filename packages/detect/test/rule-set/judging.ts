import { minuteMs } from '@custody/decision';
import {
  type AlertAction,
  type DeniedCell,
  defaultCountModel,
  defaultRuleSet,
  type EnvironmentInput,
  type HeldAlert,
  type JudgedTransition,
  judge,
  type RuleSet,
  type SeriesInput,
  summarize,
} from '../../src/index.ts';
import { bucketMs, environmentAt, perDay, startBucket } from '../watching.ts';

export const nowBucket = startBucket + 30 * perDay;
export const nowMs = nowBucket * bucketMs;

/** A denial every so many buckets for thirty days. */
export function regular(every: number, size = 1) {
  const times = Math.floor((30 * perDay) / every);
  return Array.from({ length: times }, (_, at) => ({ bucket: startBucket + at * every, count: size }));
}

const quiet = summarize(regular(400), nowBucket, defaultCountModel);

export function series(kind: SeriesInput['kind'], key: string, given: Partial<SeriesInput> = {}): SeriesInput {
  return {
    ...{ kind, key, firstSeenMs: startBucket * bucketMs, observed: { bucket: 0, block: 0 } },
    ...{ history: quiet, masked: [], tools: [], ...given },
  };
}

export function cell(agent: string, server: string, denials: number, given: Partial<DeniedCell> = {}): DeniedCell {
  const [human, tool, reason] = [`human|of ${agent}`, `${server}:t`, 'no_permission'];
  return {
    ...{ atMs: nowMs - minuteMs, agent: `agent|${agent}`, human, server, tool, reason, denials },
    isNewPair: false,
    ...given,
  };
}

/** Every series that denials count for, each with what they add up to in the last five minutes and in all. */
export function seriesOf(cells: readonly DeniedCell[], atMs: number): SeriesInput[] {
  const counts = new Map<string, { kind: SeriesInput['kind']; key: string; bucket: number; block: number }>();
  for (const { agent, human, server, tool, reason, denials, atMs: at } of cells) {
    const keys = { agent, human, server, tool, reason, environment: '' };
    for (const [kind, key] of Object.entries(keys) as [SeriesInput['kind'], string][]) {
      const count = counts.get(`${kind} ${key}`) ?? { kind, key, bucket: 0, block: 0 };
      if (at >= atMs - 5 * minuteMs) count.bucket += denials;
      count.block += denials;
      counts.set(`${kind} ${key}`, count);
    }
  }
  return [...counts.values()].map(({ kind, key, bucket, block }) => series(kind, key, { observed: { bucket, block } }));
}

export function environmentOf(cells: readonly DeniedCell[], atMs: number, given: Partial<EnvironmentInput> = {}) {
  const denied = cells.filter((it) => it.atMs < atMs && it.atMs >= atMs - 60 * minuteMs);
  return environmentAt(atMs, { series: seriesOf(denied, atMs), denied, ...given });
}

export interface Told extends Pick<JudgedTransition, 'kind' | 'rule' | 'severity' | 'sequence'> {
  readonly at: number;
  readonly who: string;
  readonly members: readonly string[];
}

/** Judges once a minute from `nowMs` on, and says what was told: minutes, kinds and subjects. */
export class Story {
  alerts: readonly HeldAlert[] = [];
  readonly told: Told[] = [];
  readonly transitions: JudgedTransition[] = [];
  readonly #ruleSet: RuleSet;

  constructor(ruleSet: RuleSet = defaultRuleSet) {
    this.#ruleSet = ruleSet;
  }

  at(
    minute: number,
    cells: readonly DeniedCell[],
    given: Partial<EnvironmentInput> = {},
    actions: readonly AlertAction[] = [],
  ): readonly JudgedTransition[] {
    const atMs = nowMs + minute * minuteMs;
    const { alerts, transitions } = judge(this.#ruleSet, {
      ...{ atMs, environments: [environmentOf(cells, atMs, given)], alerts: this.alerts, actions },
    });
    this.alerts = alerts;
    this.transitions.push(...transitions);
    for (const { kind, subject, rule, severity, sequence, members } of transitions) {
      const who = subject.key || 'environment';
      this.told.push({
        at: minute,
        kind,
        who,
        rule,
        severity,
        sequence,
        members: members.map(({ subject: of }) => of.key || 'environment'),
      });
    }
    return transitions;
  }

  /** "0 opened agent|a" */
  get lines(): string[] {
    return this.told.map(({ at, kind, who }) => `${at} ${kind} ${who}`);
  }
}
