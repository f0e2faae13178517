import { leastSweptTools, type TimeRange } from '@custody/decision';
import { type Finding, probabilityOf } from '../finding.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { duration, many, names } from '../wording.ts';

/** What one agent was denied in a window. */
export interface DeniedTools {
  readonly envId: string;
  readonly agentKey: string;
  /** `server:tool` of each denied call, once each. */
  readonly tools: readonly string[];
  readonly denials: number;
  /** The most distinct tools that the agent was denied in such a window during the last four weeks, alerts left out. */
  readonly usualMost: number;
  /**
   * ln P(at least n distinct tools in such a window), by n, by the agent's own past and that of others; past its end it is as
   * good as impossible. Absent from older records, which are judged by `usualMost` alone.
   */
  readonly logTail?: readonly number[];
  /** Of an agent that is new: what the broadest windows of nearly all others do not exceed. */
  readonly mostOfOthers?: number;
}

/**
 * How older records are judged. The most of four weeks is beaten by chance every few weeks, by as much as such a count
 * scatters: above it by two standard deviations is news.
 */
function boundByMost(usualMost: number): number {
  return Math.max(leastSweptTools, usualMost + 1 + Math.ceil(2 * Math.sqrt(usualMost)));
}

/** The fewest tools that are less likely than α, no fewer than make a sweep, and more than the agent was ever denied. */
function boundOf({ usualMost, logTail, mostOfOthers = 0 }: DeniedTools, alpha: number): number {
  if (logTail === undefined) return boundByMost(usualMost);
  const least = Math.max(leastSweptTools, mostOfOthers + 1, usualMost + 1);
  const limit = Math.log(alpha);
  for (let tools = least; tools < logTail.length; tools += 1) if ((logTail[tools] ?? 0) < limit) return tools;
  return Math.max(least, logTail.length);
}

/**
 * An agent that tries many tools, each a few times: counts of denials may be small. `alpha`: the probability below which a
 * number of tools is one. `null` for what is no sweep.
 */
export function sweep(denied: DeniedTools, window: TimeRange, reading: Reading, alpha: number): Finding | null {
  const { logTail, usualMost } = denied;
  const tools = [...new Set(denied.tools)].sort();
  const bound = boundOf(denied, alpha);
  if (tools.length < bound) return null;
  const completeness = completenessOf(window, reading);
  const within = duration(window.toMs - window.fromMs);
  return {
    detector: 'sweep',
    subject: { envId: denied.envId, kind: 'agent', key: denied.agentKey },
    window,
    observed: tools.length,
    expected: usualMost,
    bound,
    probability: logTail === undefined ? null : probabilityOf(logTail[tools.length] ?? Number.NEGATIVE_INFINITY),
    completeness,
    sentence: `Denied on ${many(tools.length, 'tool')} in ${within} (${names(tools)}), at most ${usualMost} in four weeks before, alert bound ${bound}${reservation(completeness)}.`,
    unless: `Fewer than ${bound} different tools denied in ${within}.`,
    details: { tools, denials: denied.denials },
  };
}
