import { randomUUID } from 'node:crypto';
import type { AlertTransition } from '@custody/decision';
import { type Clock, CustodyError } from '@custody/runtime';
import {
  isWithinEnvironments,
  type Scope,
  type StoreClient,
  type StoredAlertAction,
  writeAlertAction,
} from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { actionOf, alertAction } from '../alerts/alert-action.ts';
import { mergedInto } from '../alerts/alert-whole.ts';
import { type FoundAlert, findAlert, parseAlertId } from '../alerts/find-alert.ts';
import { queryErrors } from '../errors.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import type { App } from './route.ts';

export interface AlertingParts {
  /** The service's own: what people say about alerts is written by nobody's question. */
  readonly store: StoreClient;
  readonly clock: Clock;
}

type Kind = StoredAlertAction['kind'];

const meta = z.object({ elapsed_ms: z.number() });
const answer = z.object({ data: alertAction, meta });
const problems = {
  ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument, 404: problemDocument },
  ...{ 409: problemDocument, 429: problemDocument, 503: problemDocument },
};

const summaries: Readonly<Record<Kind, string>> = {
  acknowledge:
    'Says that somebody has taken an alert: its channels are told who, and it reminds nobody any more. Twice is once',
  resolve:
    'Ends an alert for its channels; while it goes on nothing more is told of it, until it grows or comes back. Twice is once',
};

/** The step that an action led to, or that made it needless; `undefined` where the action would still change something. */
function doneBy(kind: Kind, { steps, last }: FoundAlert): AlertTransition | undefined {
  const all = steps.map(({ transition }) => transition);
  if (kind === 'acknowledge' && last.status === 'acknowledged') return all.findLast((it) => it.kind === 'acknowledged');
  const isOver = last.status === 'resolved' || last.status === 'withdrawn';
  return kind === 'resolve' && isOver ? all.findLast((it) => it.status === last.status) : undefined;
}

/** Throws `QUERY_ALERT_OVER` where nothing can be done to an alert. */
function assertOpenTo(kind: Kind, { steps, last }: FoundAlert, scope: Scope): void {
  const merged = steps.findLast(({ transition: it }) => it.kind === 'merged' || it.status === 'open')?.transition;
  if (merged?.kind === 'merged') {
    const [, into] = mergedInto.exec(merged.note) ?? [];
    const fields = isWithinEnvironments(scope) || into === undefined ? {} : { merged_into: into };
    const message = 'The alert is told with another one of the same cause by now.';
    throw new CustodyError(queryErrors.QUERY_ALERT_OVER, message, { fields });
  }
  if (kind === 'resolve' || last.status === 'open' || last.status === 'acknowledged') return;
  throw new CustodyError(queryErrors.QUERY_ALERT_OVER, `The alert is ${last.status}: there is nothing to take.`, {
    fields: { alert_status: last.status },
  });
}

function addAction(app: App, { store, clock }: AlertingParts, kind: Kind): void {
  app.post(
    `/v1/alerts/:id/${kind}`,
    {
      bodyLimit: 65_536,
      schema: {
        operationId: `${kind}Alert`,
        summary: summaries[kind],
        tags: ['alerts'],
        params: z.object({ id: z.string().describe('UUID') }),
        querystring: z.strictObject({}),
        body: z
          .strictObject({ note: z.string().trim().max(1000).optional().describe('Goes on record beside the name') })
          .nullish(),
        response: { 200: answer, 202: answer, ...problems },
      },
      config: { knownParameters: [], access: 'operate' },
    },
    async ({ params, body }, reply) => {
      const startedAt = performance.now();
      const send = (status: 200 | 202, data: z.infer<typeof alertAction>) =>
        reply
          .status(status)
          .send({ data, meta: { elapsed_ms: Math.round((performance.now() - startedAt) * 10) / 10 } });
      const alertId = parseAlertId(params.id);
      const caller = callerOf(reply);
      const nowMs = clock.now();
      const options = caller.answers.statement(clientSignal(reply));
      const alert = await findAlert(caller, alertId, nowMs, options);
      assertOpenTo(kind, alert, caller.scope);
      const done = doneBy(kind, alert);
      if (done !== undefined) return send(200, actionOf({ ...done, kind, atMs: done.decidedAtMs }, 'done'));
      const asked = alert.pending.find((action) => action.kind === kind);
      if (asked !== undefined) return send(202, actionOf(asked, 'asked'));
      const { sequence } = alert.last;
      const by = { actor: caller.name, note: body?.note ?? '', atMs: nowMs };
      const action = { actionId: randomUUID(), alertId, sequence, kind, ...by };
      await writeAlertAction(store, action);
      return send(202, actionOf(action, 'asked'));
    },
  );
}

/** `POST /v1/alerts/{id}/acknowledge` and `/resolve`. */
export function addAlertActions(app: App, parts: AlertingParts): void {
  addAction(app, parts, 'acknowledge');
  addAction(app, parts, 'resolve');
}
