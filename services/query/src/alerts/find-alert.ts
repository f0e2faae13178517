import { type AlertTransition, canonicalUuid } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import {
  actionsLastMs,
  alertSteps,
  ask,
  type RecordedTransition,
  readActionsOfAlert,
  recordedTransitionOf,
  type StatementOptions,
  type StoredAlertAction,
} from '@custody/store';
import type { Caller } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { badParameter } from '../http/problem.ts';
import { pendingOf } from './alert-action.ts';

/** The id of a path. Throws `QUERY_BAD_PARAMETER`. */
export function parseAlertId(text: string): string {
  const id = canonicalUuid(text);
  if (id === null) throw badParameter('id', `${JSON.stringify(text.slice(0, 100))} is not a UUID`);
  return id;
}

/** What the caller may know of one that is not there, and of one that is not the caller's. */
export function noAlert(id: string): CustodyError {
  return new CustodyError(queryErrors.QUERY_NOT_FOUND, `No alert ${id} is on record.`, {
    remedy: 'Use an id that /v1/alerts or `custody alerts` shows; an alert is on record some seconds after it is told.',
  });
}

/** An alert's steps and what was asked for since it opened last and is not taken up yet. */
export interface FoundAlert {
  readonly steps: readonly RecordedTransition[];
  readonly first: AlertTransition;
  readonly last: AlertTransition;
  readonly pending: readonly StoredAlertAction[];
}

/** Reads an alert that the caller may see. Throws `QUERY_NOT_FOUND` and `STORE_*`. */
export async function findAlert(
  { store, scope }: Caller,
  id: string,
  nowMs: number,
  options: StatementOptions,
): Promise<FoundAlert> {
  const [rows, actions] = await Promise.all([
    ask(store, alertSteps(id, scope), options),
    readActionsOfAlert(store, id, nowMs - actionsLastMs, options),
  ]);
  const steps = rows.map(recordedTransitionOf);
  const [first, last] = [steps[0]?.transition, steps.at(-1)?.transition];
  if (first === undefined || last === undefined) throw noAlert(id);
  const opened = steps.findLast(({ transition: { kind } }) => kind === 'opened' || kind === 'reopened');
  const sinceSequence = opened?.transition.sequence ?? 1;
  const pending = pendingOf(actions, { alertId: id, openedSequence: sinceSequence, status: last.status });
  return { steps, first, last, pending };
}
