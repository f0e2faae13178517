import { attribute as attributeTo } from '@custody/attribution';
import { type AttributedDecision, type Decision, kept, type Outcome } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { DecisionRow } from '@custody/store';
import type { GrantKnowledge } from '../grants-follower.ts';
import type { Step } from './step.ts';
import type { ValidEntry } from './validate.ts';

/** An entry with its human: a row to be stored. */
export type AttributedEntry = Required<DecisionRow>;

/** The decision with the caller's name as users are listed, where the entry has none. */
function named(decision: Decision, envId: string, { history }: GrantKnowledge): Decision {
  const name = history.identity(envId, decision.agentKey)?.name ?? '';
  return name === '' ? decision : { ...decision, agentName: name };
}

/**
 * Names the human of each decision as of its time, with what is known of grants at this moment. Synchronous, so that a
 * row's position is that of the history it was attributed with.
 */
export function createAttribute(grants: GrantKnowledge, clock: Clock): Step<ValidEntry, AttributedEntry> {
  return function attribute(entry: ValidEntry): Outcome<AttributedEntry> {
    const { headers, decision, entryBytes, isDetail } = entry;
    const envId = headers['custody-env-id'];
    const attributed: AttributedDecision = {
      envId,
      envName: headers['custody-env-name'],
      decision: decision.agentName === '' ? named(decision, envId, grants) : decision,
      attribution: attributeTo(decision, envId, grants.history),
      grantsPosition: grants.position,
      ingestedAtMs: clock.now(),
      hasDetail: isDetail,
    };
    return kept({ decision: attributed, entryBytes, isDetail });
  };
}
