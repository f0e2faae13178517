import { type AwakeRow, dayMs, type TimeRange } from '@custody/decision';
import { type Finding, probabilityOf } from '../finding.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { amount, duration, many } from '../wording.ts';

/** An agent that calls again. */
export interface AwakeAgent extends AwakeRow {
  readonly envId: string;
}

export interface DormantRule {
  readonly leastSilentMs: number;
  /** A silence that is likelier than this is how the agent is. */
  readonly mostProbability: number;
}

export const defaultDormantRule: DormantRule = { leastSilentMs: 14 * dayMs, mostProbability: 0.01 };

/**
 * ln of the probability that an agent which called on so many days over such a time stays silent as long as this: gaps
 * between its days as exponential, of a mean that is known only from them.
 */
function logSilence({ activeDays, firstSeenMs, lastSeenMs }: AwakeAgent, silentMs: number): number {
  const gaps = Math.max(1, activeDays - 1);
  const lasted = Math.max(dayMs, lastSeenMs - firstSeenMs);
  return gaps * Math.log(lasted / (lasted + silentMs));
}

/** An agent that was granted access long ago and calls for the first time. */
function neverUsed(
  agent: AwakeAgent,
  window: TimeRange,
  { leastSilentMs }: DormantRule,
  completeness: Finding['completeness'],
): Finding {
  const { envId, agentKey, calls, denials, firstSeenMs, lastSeenMs } = agent;
  const [silentMs, grantedMs] = [window.fromMs - lastSeenMs, window.fromMs - firstSeenMs];
  return {
    detector: 'dormant_agent',
    subject: { envId, kind: 'agent', key: agentKey },
    window,
    observed: silentMs / dayMs,
    expected: null,
    bound: leastSilentMs / dayMs,
    probability: null,
    completeness,
    sentence: `First ${many(calls, 'call')} (${denials} denied) of an agent that was granted access ${duration(grantedMs)} ago: not one in the ${duration(silentMs)} before${reservation(completeness)}.`,
    unless: `A call within the ${duration(leastSilentMs)} before, or access that was granted since.`,
    details: { grantedAtMs: firstSeenMs, calls, denials },
  };
}

/**
 * An agent that was silent for long, measured by how often it used to call, and is back: a forgotten credential. `null`
 * where part of the silence was not read, since it may have been none.
 */
export function dormantAgent(
  agent: AwakeAgent,
  window: TimeRange,
  reading: Reading,
  rule = defaultDormantRule,
): Finding | null {
  const silentMs = window.fromMs - agent.lastSeenMs;
  if (agent.calls < 1 || silentMs < rule.leastSilentMs) return null;
  const logProbability = agent.activeDays === 0 ? Number.NEGATIVE_INFINITY : logSilence(agent, silentMs);
  if (logProbability > Math.log(rule.mostProbability)) return null;
  if (completenessOf({ fromMs: agent.lastSeenMs + 1, toMs: window.fromMs }, reading) === 'unread') return null;
  const completeness = completenessOf(window, reading);
  if (agent.activeDays === 0) return neverUsed(agent, window, rule, completeness);
  const days = silentMs / dayMs;
  const expected = (agent.lastSeenMs - agent.firstSeenMs) / Math.max(1, agent.activeDays - 1) / dayMs;
  return {
    detector: 'dormant_agent',
    subject: { envId: agent.envId, kind: 'agent', key: agent.agentKey },
    window,
    observed: days,
    expected,
    bound: rule.leastSilentMs / dayMs,
    probability: probabilityOf(logProbability),
    completeness,
    sentence: `Back with ${many(agent.calls, 'call')} (${agent.denials} denied) after ${duration(silentMs)} of silence; it had called on ${many(agent.activeDays, 'day')}, every ${amount(expected)} days or so${reservation(completeness)}.`,
    unless: `A call within the ${duration(rule.leastSilentMs)} before, or silences as long as this in its past.`,
    details: { lastSeenMs: agent.lastSeenMs, calls: agent.calls, denials: agent.denials },
  };
}
