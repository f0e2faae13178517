import { AttributedPeriods } from '@custody/attribution';
import type { Decision, TimeRange } from '@custody/decision';
import type { AttributionOutcome, KindOfCall } from '@custody/store';
import type { GrantKnowledge } from '../grants-follower.ts';

/** The decision that a kind of call is, without what attribution does not look at. */
function decisionOf(call: KindOfCall): Decision {
  return {
    ...{ id: '', occurredAtMs: 0, resource: '', tenant: '', reason: '', reasonCode: '' },
    agentKey: call.agent_key,
    agentName: call.agent_name,
    server: call.server,
    tool: call.tool,
    verdict: call.decision,
    evidenceHumans: call.evidence_humans,
  };
}

/** What is known now says of each kind of call throughout the range. Synchronous, so that the position is its own. */
export function outcomesOf(
  envId: string,
  calls: readonly KindOfCall[],
  range: TimeRange,
  { history, position }: GrantKnowledge,
): { readonly outcomes: AttributionOutcome[]; readonly position: number } {
  const periods = new AttributedPeriods(envId, history, range);
  const outcomes = calls.flatMap((call) => {
    // What the entry itself named stays, as it does when a decision is attributed first.
    const agentName = call.agent_name || (history.identity(envId, call.agent_key)?.name ?? '');
    return periods.of(decisionOf(call)).map((period) => ({ ...period, call, agentName }));
  });
  return { outcomes, position };
}
