import { attribute as attributeTo } from '@custody/attribution';
import { type AttributedDecision, kept, type Outcome } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { GrantKnowledge } from '../grants-follower.ts';
import type { Step } from './step.ts';
import type { ValidEntry } from './validate.ts';

/** An entry with its human, ready to be stored. */
export interface AttributedEntry extends ValidEntry {
  readonly attributed: AttributedDecision;
}

/**
 * Names the human of each decision as of its time, with what is known of grants at this moment. Synchronous, so that a
 * row's position is that of the history it was attributed with.
 */
export function createAttribute(grants: GrantKnowledge, clock: Clock): Step<ValidEntry, AttributedEntry> {
  return function attribute(entry: ValidEntry): Outcome<AttributedEntry> {
    const { headers, decision, hasDetail } = entry;
    const envId = headers['custody-env-id'];
    const agentName = decision.agentName || (grants.history.identity(envId, decision.agentKey)?.name ?? '');
    const attributed: AttributedDecision = {
      envId,
      envName: headers['custody-env-name'],
      decision: { ...decision, agentName },
      attribution: attributeTo(decision, envId, grants.history),
      grantsPosition: grants.position,
      ingestedAtMs: clock.now(),
      hasDetail,
    };
    return kept({ ...entry, attributed });
  };
}
