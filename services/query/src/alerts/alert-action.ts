import type { AlertStatus } from '@custody/decision';
import type { StoredAlertAction } from '@custody/store';
import { z } from 'zod';

export const alertAction = z
  .object({
    alert_id: z.string(),
    action: z.enum(['acknowledge', 'resolve']),
    state: z
      .enum(['asked', 'done'])
      .describe('asked: the alerter takes it at its next look, within about a minute; done: it is so already'),
    actor: z.string().describe('Name of the token; empty where Custody itself has resolved it'),
    note: z.string(),
    at: z.string(),
  })
  .meta({ id: 'AlertAction' });
export type AlertAction = z.infer<typeof alertAction>;

/** What somebody asked for, as it is told. */
export function actionOf(
  { alertId, kind, actor, note, atMs }: Omit<StoredAlertAction, 'actionId' | 'sequence'>,
  state: AlertAction['state'],
): AlertAction {
  return { alert_id: alertId, action: kind, state, actor, note, at: new Date(atMs).toISOString() };
}

export interface ActedOn {
  readonly alertId: string;
  /** Of the last step that opened it: what was asked for before that is over. */
  readonly openedSequence: number;
  readonly status: AlertStatus;
}

/** Whether an action would still change an alert of this status. */
function isOpenTo(kind: StoredAlertAction['kind'], status: AlertStatus): boolean {
  return status === 'open' || (kind === 'resolve' && status === 'acknowledged');
}

/** Of what was asked for, what is of the alert and not taken up yet. */
export function pendingOf(
  actions: readonly StoredAlertAction[],
  { alertId, openedSequence, status }: ActedOn,
): StoredAlertAction[] {
  return actions.filter(
    (action) => action.alertId === alertId && action.sequence >= openedSequence && isOpenTo(action.kind, status),
  );
}
