import { alertTransitionColumns, alertTransitionRow } from '../alerts/read-transitions.ts';
import { Binder, question } from '../questions/question.ts';
import { isWithinEnvironments, type Scope } from '../questions/scope.ts';

/** Whom a subject surely is about: what it does not name it may be about, and nobody knows. */
const subjects = `
  multiIf(subject_kind = 'agent', subject_key, subject_kind = 'pair', splitByString(' → ', subject_key)[1], '') AS subject_agent,
  if(subject_kind = 'human', subject_key, '') AS subject_human,
  multiIf(subject_kind = 'server', subject_key, subject_kind = 'tool', splitByChar(':', subject_key)[1],
    subject_kind = 'pair', splitByString(' → ', subject_key)[2], '') AS subject_server`;

/**
 * What rules say of all that is told with an alert, as what its own rule says: how severe something is that a caller may not see
 * would tell that it is there. Of older records that is not known, and the usual severity is told.
 */
const ownWords = `REPLACE (
    if(JSONExtractString(details, 'own', 'severity') = '', 'warning', JSONExtractString(details, 'own', 'severity')) AS severity,
    JSONExtractString(details, 'own', 'runbook') AS runbook)`;

/** Every step with the names of its subject. */
function stepsAsSeen(scope: Scope): string {
  const columns = isWithinEnvironments(scope) ? `* ${ownWords}` : '*';
  return `(SELECT ${columns}, ${subjects} FROM custody_internal.alert_transitions FINAL)`;
}

/** An alert is shown where its subject surely lies within what the caller may see; of everything else nothing is. */
function scopeSql({ envIds, servers, humans }: Scope, binder: Binder): string[] {
  const only = (column: string, values: readonly string[] | null) =>
    values === null ? [] : [`${column} IN ${binder.bind(values, 'Array(String)')}`];
  return [...only('env_id', envIds), ...only('subject_server', servers), ...only('subject_human', humans)];
}

/** The steps that the caller may see, after FROM. */
export function stepsInScope(scope: Scope, binder: Binder, more: readonly string[] = []): string {
  const conditions = [...more, ...scopeSql(scope, binder)];
  const steps = stepsAsSeen(scope);
  return conditions.length === 0 ? steps : `${steps} WHERE ${conditions.join(' AND ')}`;
}

/**
 * Kinds of steps whose sentence may name what is told with the alert, and is about others than its subject: a caller who may
 * see a part of environments is not shown it.
 */
export const kindsAboutOthers: readonly string[] = ['escalated', 'merged'];

/** Kinds of steps that say what was found. */
export const findingKinds: readonly string[] = ['opened', 'reopened', 'escalated', 'changed'];

/** Those of them whose sentence a caller is shown. */
export function saidKinds(scope: Scope): string[] {
  return findingKinds.filter((kind) => !isWithinEnvironments(scope) || !kindsAboutOthers.includes(kind));
}

/** All steps of an alert in their order; none where the caller may not see it. */
export function alertSteps(alertId: string, scope: Scope) {
  const binder = new Binder();
  const ofAlert = `alert_id = ${binder.bind(alertId, 'UUID')}`;
  const sql = `SELECT ${alertTransitionColumns}
FROM ${stepsInScope(scope, binder, [ofAlert])}
ORDER BY sequence`;
  return question('alerting.steps', sql, binder, alertTransitionRow);
}
