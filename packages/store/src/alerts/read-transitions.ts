import { type AlertTransition, alertTransition } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { RecordedTransition } from './write-transitions.ts';

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`;

/** Columns of `custody_internal.alert_transitions` as a row of `alertTransitionRow`. */
export const alertTransitionColumns = `toString(transition_id) AS transitionId, toString(alert_id) AS alertId, sequence,
  toString(look_id) AS lookId, kind, status, ${ms('at')} AS atMs, ${ms('decided_at')} AS decidedAtMs, rule,
  rule_version AS ruleVersion, detector, severity, env_id AS envId, env_name AS envName, subject_kind AS subjectKind,
  subject_key AS subjectKey, subject_name AS subjectName, ${ms('opened_at')} AS openedAtMs, ${ms('resolved_at')} AS resolvedAtMs,
  ${ms('window_from')} AS fromMs, ${ms('window_to')} AS toMs, observed, expected, bound, probability, peak, title, sentence,
  unless, is_late AS isLate, completeness, ${ms('read_until')} AS readUntilMs, ${ms('proven_until')} AS provenUntilMs,
  silenced_by AS silencedBy, actor, note, runbook, channels, url, is_demo AS isDemo, details`;

const { shape } = alertTransition;
const detailFields = {
  contributors: true,
  newPairs: true,
  grantChanges: true,
  examples: true,
  members: true,
  otherMembers: true,
  isBrief: true,
  own: true,
} as const;
const details = alertTransition.pick(detailFields);

/** A step as it is read, in the words of the contract. */
export const alertTransitionRow = alertTransition.omit({ ...detailFields, subject: true, window: true }).extend({
  lookId: z.string(),
  envId: shape.subject.shape.envId,
  envName: shape.subject.shape.envName,
  subjectKind: shape.subject.shape.kind,
  subjectKey: shape.subject.shape.key,
  subjectName: shape.subject.shape.name,
  fromMs: shape.window.shape.fromMs,
  toMs: shape.window.shape.toMs,
  details: z.string(),
});

/** The step that a row tells of. */
export function recordedTransitionOf(row: z.infer<typeof alertTransitionRow>): RecordedTransition {
  const { lookId, envId, envName, subjectKind, subjectKey, subjectName, fromMs, toMs, details: text, ...rest } = row;
  const subject = { envId, envName, kind: subjectKind, key: subjectKey, name: subjectName };
  const transition: AlertTransition = {
    ...rest,
    ...details.parse(JSON.parse(text)),
    subject,
    window: { fromMs, toMs },
  };
  return { transition, lookId: /^[0-]*$/.test(lookId) ? null : lookId };
}

const transitionById = defineQuery({
  name: 'alerts.transition',
  sql: `SELECT ${alertTransitionColumns}
FROM custody_internal.alert_transitions FINAL
WHERE transition_id = {id:UUID}
LIMIT 1`,
  params: z.object({ id: z.uuid() }),
  row: alertTransitionRow,
});

const lookById = defineQuery({
  name: 'alerts.look',
  sql: `SELECT input FROM custody_internal.alert_looks FINAL WHERE look_id = {id:UUID} LIMIT 1`,
  params: z.object({ id: z.uuid() }),
  row: z.object({ input: z.string() }),
});

/** A step by its id; `null` where there is none. Throws `STORE_*`. */
export async function readAlertTransition(
  client: StoreClient,
  id: string,
  options: StatementOptions = {},
): Promise<RecordedTransition | null> {
  const [row] = await runQuery(client, transitionById, { id }, options);
  return row === undefined ? null : recordedTransitionOf(row);
}

/** What a look had before it, as it was written; `null` once it has expired. Throws `STORE_*`. */
export async function readAlertLook(
  client: StoreClient,
  lookId: string,
  options: StatementOptions = {},
): Promise<string | null> {
  const [row] = await runQuery(client, lookById, { id: lookId }, options);
  return row?.input ?? null;
}
