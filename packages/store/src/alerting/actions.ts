import { dayMs, formatTimestamp } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

const since = `SELECT toString(action_id) AS actionId, toString(alert_id) AS alertId, sequence, kind, actor, note,
  toUnixTimestamp64Milli(at) AS atMs
FROM custody_internal.alert_actions FINAL
WHERE at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')`;

const storedActions = defineQuery({
  name: 'alerting.actions',
  sql: `${since}
ORDER BY at, action_id`,
  params: z.object({ fromMs: z.number().int() }),
  row: z.object({
    actionId: z.string(),
    alertId: z.string(),
    sequence: z.number(),
    kind: z.enum(['acknowledge', 'resolve']),
    actor: z.string(),
    note: z.string(),
    atMs: z.number(),
  }),
});

const actionsOfAlert = defineQuery({
  name: 'alerting.actions-of-alert',
  sql: `${since} AND alert_id = {alertId:UUID}
ORDER BY at, action_id`,
  params: storedActions.params.extend({ alertId: z.uuid() }),
  row: storedActions.row,
});

/** What somebody asked to be done to an alert. */
export type StoredAlertAction = z.infer<typeof storedActions.row>;

/** What was asked for since the instant, in order. Throws `STORE_*`. */
export function readAlertActions(
  client: StoreClient,
  fromMs: number,
  options: StatementOptions = {},
): Promise<StoredAlertAction[]> {
  return runQuery(client, storedActions, { fromMs }, options);
}

/** What was asked for since the instant of one alert, in order. Throws `STORE_*`. */
export function readActionsOfAlert(
  client: StoreClient,
  alertId: string,
  fromMs: number,
  options: StatementOptions = {},
): Promise<StoredAlertAction[]> {
  return runQuery(client, actionsOfAlert, { alertId, fromMs }, options);
}

/** How long an action is waited with for its alert: what is older was applied, or is about one that is gone. */
export const actionsLastMs = 2 * dayMs;

/** Asks for an action; the alerter takes it at its next look. Throws `STORE_*`. */
export async function writeAlertAction(
  client: StoreClient,
  { actionId, alertId, sequence, kind, actor, note, atMs }: StoredAlertAction,
  options: StatementOptions = {},
): Promise<void> {
  const row = { at: formatTimestamp(atMs), action_id: actionId, alert_id: alertId, sequence, kind, actor, note };
  await client.insert('alerting.action', 'custody_internal.alert_actions', [row], options);
}
