import { setImmediate as nextTurn } from 'node:timers/promises';
import { AttributedPeriods } from '@custody/attribution';
import { type Decision, durationMs, minuteMs, type TimeRange } from '@custody/decision';
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

/** Outcomes in memory at once, each with its candidates: some ten megabytes. */
const mostKept = 500_000;
/** Below this a range is not cut any further for them. */
const shortestMs = minuteMs;
/** So long one turn of the event loop may be taken, milliseconds: fresh decisions and heartbeats wait for it. */
const mostTurnMs = 20;

/**
 * What is known now says of each kind of call throughout the range. The position is that of the beginning: what is
 * learned meanwhile may show already in some of the outcomes, and is worked off by a job of its own, to which rows of
 * this position are older. `null` where that is more than `most` outcomes and candidates: ask for less time.
 */
export async function outcomesOf(
  envId: string,
  calls: readonly KindOfCall[],
  range: TimeRange,
  { history, position }: GrantKnowledge,
  most = mostKept,
): Promise<{ readonly outcomes: AttributionOutcome[]; readonly position: number } | null> {
  const periods = new AttributedPeriods(envId, history, range);
  const outcomes: AttributionOutcome[] = [];
  const isDivisible = durationMs(range) > shortestMs;
  let [turnAtMs, kept] = [performance.now(), 0];
  for (const call of calls) {
    // What the entry itself named stays, as it does when a decision is attributed first.
    const agentName = call.agent_name || (history.identity(envId, call.agent_key)?.name ?? '');
    for (const period of periods.of(decisionOf(call))) {
      outcomes.push({ ...period, call, agentName });
      kept += 1 + period.attribution.candidates.length;
    }
    if (kept > most && isDivisible) return null;
    if (performance.now() - turnAtMs < mostTurnMs) continue;
    await nextTurn();
    turnAtMs = performance.now();
  }
  return { outcomes, position };
}
