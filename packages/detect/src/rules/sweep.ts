import { leastSweptTools, type TimeRange } from '@custody/decision';
import type { Finding } from '../finding.ts';
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
}

/**
 * So many distinct tools are more than what is usual. The most of four weeks is beaten by chance every few weeks, by as much as
 * such a count scatters: above it by two standard deviations is news. An agent that was hardly ever denied has no such excuse.
 */
function sweepBound(usualMost: number): number {
  return Math.max(leastSweptTools, usualMost + 1 + Math.ceil(2 * Math.sqrt(usualMost)));
}

/** An agent that tries many tools, each a few times: counts of denials may be small. `null` for what is no sweep. */
export function sweep(denied: DeniedTools, window: TimeRange, reading: Reading): Finding | null {
  const tools = [...new Set(denied.tools)].sort();
  const bound = sweepBound(denied.usualMost);
  if (tools.length < bound) return null;
  const completeness = completenessOf(window, reading);
  const within = duration(window.toMs - window.fromMs);
  return {
    detector: 'sweep',
    subject: { envId: denied.envId, kind: 'agent', key: denied.agentKey },
    window,
    observed: tools.length,
    expected: denied.usualMost,
    bound,
    probability: null,
    completeness,
    sentence: `Denied on ${many(tools.length, 'tool')} in ${within} (${names(tools)}), at most ${denied.usualMost} in four weeks before, alert bound ${bound}${reservation(completeness)}.`,
    unless: `Fewer than ${bound} different tools denied in ${within}.`,
    details: { tools, denials: denied.denials },
  };
}
