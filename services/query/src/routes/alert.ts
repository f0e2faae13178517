import { alertById, ask, findingKinds, readLookOfSubject } from '@custody/store';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { alertOf } from '../alerts/alert-row.ts';
import { rangeAround, readAlertSeries } from '../alerts/alert-series.ts';
import { explanationOf, stepOf, wholeAlert } from '../alerts/alert-whole.ts';
import { type FoundAlert, findAlert, noAlert, parseAlertId } from '../alerts/find-alert.ts';
import { measuresOf } from '../alerts/frozen-measures.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { type App, type RouteParts, responses } from './route.ts';

type Options = ReturnType<Caller['answers']['statement']> & { readonly sinceMs: number };

/** Reads what stands beside an alert's steps. Throws `QUERY_NOT_FOUND` and `STORE_*`. */
async function readWhole(
  { store, scope }: Caller,
  { steps, first, last, pending }: FoundAlert,
  nowMs: number,
  options: Options,
): Promise<z.infer<typeof wholeAlert>> {
  const transitions = steps.map(({ transition }) => transition);
  const lookId = first.detector === 'spike' ? (steps[0]?.lookId ?? null) : null;
  const [[row], look] = await Promise.all([
    ask(store, alertById(last.alertId, scope), options),
    lookId === null ? null : readLookOfSubject(store, lookId, last.subject, options),
  ]);
  if (row === undefined) throw noAlert(last.alertId);
  const measuredAt = measuresOf(transitions, look);
  const series = await readAlertSeries(first, last, measuredAt, { store, scope, options, nowMs });
  const said = transitions.findLast(({ kind }) => findingKinds.includes(kind)) ?? first;
  return {
    ...alertOf(row, pending, scope),
    transitions: transitions.map((step) => stepOf(step, scope)),
    explanation: explanationOf(said, last, scope),
    series,
  };
}

/** `GET /v1/alerts/{id}`. */
export function addAlert(app: App, { clock }: RouteParts): void {
  app.get(
    '/v1/alerts/:id',
    {
      schema: {
        operationId: 'getAlert',
        summary: 'One alert, whole: its life step by step, why it is there, and the denials around it',
        tags: ['alerts'],
        params: z.object({ id: z.string().describe('UUID') }),
        querystring: z.strictObject({}),
        response: { ...responses(wholeAlert), 404: problemDocument },
      },
      config: { knownParameters: [] },
    },
    async ({ params }, reply) => {
      const startedAt = performance.now();
      const id = parseAlertId(params.id);
      const caller = callerOf(reply);
      const nowMs = clock.now();
      const options = { ...caller.answers.statement(clientSignal(reply)), sinceMs: startedAt };
      const found = await findAlert(caller, id, nowMs, options);
      const { envId: own } = found.last.subject;
      const about = {
        range: rangeAround(found.first, found.last, nowMs),
        ...{ startedAt, isAsked: (envId: string) => envId === own },
      };
      const { found: data, meta } = await caller.answers.answer(readWhole(caller, found, nowMs, options), about);
      return { data, meta };
    },
  );
}
