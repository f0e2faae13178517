import { type AgentCallRow, minuteMs } from '@custody/decision';
import { byName, type Finding } from '../finding.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { duration, many, names } from '../wording.ts';

/** One call of an agent, as far as the order of denials and success matters. */
export type AgentCall = AgentCallRow;

export interface EscalationRule {
  /** Distinct tools that were denied before. */
  readonly leastDeniedTools: number;
  /** No longer before the allowed call. */
  readonly withinMs: number;
}

export const defaultEscalationRule: EscalationRule = { leastDeniedTools: 2, withinMs: 10 * minuteMs };

/**
 * Denials on several tools and then a privileged one (of the level `high`) that is allowed, and that the agent was not
 * used to call: what a count of denials cannot see, since it ends with a success. The first such call is told.
 */
export function privilegedAfterDenials(
  envId: string,
  agentKey: string,
  calls: readonly AgentCall[],
  reading: Reading,
  rule = defaultEscalationRule,
): Finding | null {
  const ordered = calls.toSorted((a, b) => a.atMs - b.atMs || byName<AgentCall>((it) => it.decisionId)(a, b));
  for (const [index, success] of ordered.entries()) {
    if (success.verdict !== 'allow' || success.requiredLevel !== 'high' || success.isUsual) continue;
    const before = ordered
      .slice(0, index)
      .filter(
        ({ verdict, atMs, tool }) => verdict === 'deny' && atMs > success.atMs - rule.withinMs && tool !== success.tool,
      );
    const tools = [...new Set(before.map(({ tool }) => tool))].sort();
    const [first] = before;
    if (first === undefined || tools.length < rule.leastDeniedTools) continue;
    const window = { fromMs: first.atMs, toMs: success.atMs + 1 };
    const completeness = completenessOf(window, reading);
    return {
      detector: 'privileged_after_denials',
      subject: { envId, kind: 'agent', key: agentKey },
      window,
      observed: tools.length,
      expected: null,
      bound: rule.leastDeniedTools,
      probability: null,
      completeness,
      sentence: `Denied on ${many(tools.length, 'other tool')} (${names(tools)}), then allowed ${success.tool}, which requires the level high and which it had not been allowed before, ${duration(success.atMs - first.atMs)} after the first${reservation(completeness)}.`,
      unless: `${success.tool} called before, not requiring the level high, or fewer than ${many(rule.leastDeniedTools, 'other tool')} denied in the ${duration(rule.withinMs)} before.`,
      details: { tools, allowedTool: success.tool, decisionId: success.decisionId, allowedAtMs: success.atMs },
    };
  }
  return null;
}
