import { type AlertTransition, formatTimestamp } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';

/** A step in the life of an alert, and the look that decided it; `null` where somebody acted and nothing was looked at. */
export interface RecordedTransition {
  readonly transition: AlertTransition;
  readonly lookId: string | null;
}

const nilUuid = '00000000-0000-0000-0000-000000000000';

function rowOf({ transition: it, lookId }: RecordedTransition) {
  const { contributors, newPairs, grantChanges, examples, members, otherMembers, isBrief, own } = it;
  return {
    ...{ transition_id: it.transitionId, alert_id: it.alertId, sequence: it.sequence, look_id: lookId ?? nilUuid },
    ...{ kind: it.kind, status: it.status, at: formatTimestamp(it.atMs), decided_at: formatTimestamp(it.decidedAtMs) },
    ...{ rule: it.rule, rule_version: it.ruleVersion, detector: it.detector, severity: it.severity },
    ...{ env_id: it.subject.envId, env_name: it.subject.envName, subject_kind: it.subject.kind },
    ...{ subject_key: it.subject.key, subject_name: it.subject.name, opened_at: formatTimestamp(it.openedAtMs) },
    resolved_at: it.resolvedAtMs === null ? null : formatTimestamp(it.resolvedAtMs),
    ...{ window_from: formatTimestamp(it.window.fromMs), window_to: formatTimestamp(it.window.toMs) },
    ...{ observed: it.observed, expected: it.expected, bound: it.bound, probability: it.probability, peak: it.peak },
    ...{ title: it.title, sentence: it.sentence, unless: it.unless, is_late: it.isLate, completeness: it.completeness },
    ...{ read_until: formatTimestamp(it.readUntilMs), proven_until: formatTimestamp(it.provenUntilMs) },
    ...{ silenced_by: it.silencedBy, actor: it.actor, note: it.note, runbook: it.runbook, channels: it.channels },
    ...{ url: it.url, is_demo: it.isDemo },
    details: JSON.stringify({ contributors, newPairs, grantChanges, examples, members, otherMembers, isBrief, own }),
  };
}

/** Records steps; those that are written again stay one each. Throws `STORE_*`. */
export async function writeAlertTransitions(
  client: StoreClient,
  transitions: readonly RecordedTransition[],
  options: StatementOptions = {},
): Promise<void> {
  if (transitions.length === 0) return;
  await client.insert('alerts.write', 'custody_internal.alert_transitions', transitions.map(rowOf), options);
}
