import {
  type EnvironmentInput,
  groupingMs,
  growLate,
  type HeldAlert,
  type JudgedTransition,
  judge,
  lookByRules,
  placeOfHeld,
  type RuleLook,
  type RuleSet,
  settle,
} from '@custody/detect';

/** What is judged again of a past moment, with all that is known of it now. */
export interface PastInput {
  readonly atMs: number;
  readonly environments: readonly EnvironmentInput[];
  /** What alerts covered already at that time, by `placeOf`. */
  readonly covered: readonly string[];
  /** Those of them that are still held: late decisions add to them. Absent from looks that are on record from before. */
  readonly alerts?: readonly HeldAlert[];
}

export interface PastJudged {
  /** Those that are new, and those that were given, as they are now. */
  readonly alerts: readonly HeldAlert[];
  readonly transitions: readonly JudgedTransition[];
}

/**
 * What would have been found at a past moment and was not: as if it had been looked at twice then, so that what has one cause
 * is one alert. Pure. Alerts that were there are not moved; those that turn out to have been a multiple are told again.
 */
export function judgePast(ruleSet: RuleSet, input: PastInput): PastJudged {
  const looks = lookByRules(ruleSet, { ...input, alerts: [] });
  const grown = growLate(input.alerts ?? [], looks, input.atMs);
  const fresh = judgeFresh(ruleSet, input, looks);
  return {
    alerts: [...grown.alerts, ...fresh.alerts],
    transitions: [...grown.transitions, ...fresh.transitions],
  };
}

function judgeFresh(ruleSet: RuleSet, { atMs, environments, covered }: PastInput, looks: RuleLook[]): PastJudged {
  const known = new Set(covered);
  const found = judge(ruleSet, { atMs, environments, alerts: [] }, looks).alerts;
  const fresh = found.filter((held) => !known.has(placeOfHeld(held)));
  if (fresh.length === 0) return { alerts: [], transitions: [] };
  // What was covered stays in the picture, and waits: what is only a part of it is led by it, and not told.
  const seen = found.map((held) =>
    known.has(placeOfHeld(held)) ? held : { ...held, waitingSinceMs: atMs - groupingMs },
  );
  const judged = judge(ruleSet, { atMs, environments, alerts: seen }, looks);
  const isLedByKnown = ({ leadId }: HeldAlert) => leadId !== null && known.has(leadId);
  const alerts = judged.alerts.filter((held) => !known.has(placeOfHeld(held)) && !isLedByKnown(held));
  const ids = new Set(alerts.flatMap(({ told }) => told?.alertId ?? []));
  return { alerts, transitions: judged.transitions.filter(({ alertId }) => ids.has(alertId)) };
}

/** What is settled: alerts that were opened of one moment, once that is proven. */
export interface SettleInput {
  /** The moment. */
  readonly lookedAtMs: number;
  /** When that is done, in the time of the decisions. */
  readonly atMs: number;
  readonly environments: readonly EnvironmentInput[];
  readonly alerts: readonly HeldAlert[];
  /** Environments in which the moment was read again as history, by id; absent: none. */
  readonly ofHistory?: readonly string[];
}

/** Confirms or withdraws. What is a multiple of what was told is told again instead of only being put on record. Pure. */
export function judgeSettled(
  ruleSet: RuleSet,
  { lookedAtMs, atMs, environments, alerts, ofHistory }: SettleInput,
): PastJudged {
  const looks = lookByRules(ruleSet, { atMs: lookedAtMs, environments, alerts: [] });
  return settle(alerts, looks, lookedAtMs, atMs, ofHistory);
}
