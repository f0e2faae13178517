import { randomUUID } from 'node:crypto';
import { passesFilter } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import {
  readEnvironmentNames,
  readSilences,
  type StatementOptions,
  type StoredSilence,
  writeSilence,
} from '@custody/store';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { iso } from '../alerts/alert-row.ts';
import { parseAlertId } from '../alerts/find-alert.ts';
import { parseSilence, silenceRequest } from '../alerts/silence-request.ts';
import { beyondScope, type EnvironmentNames } from '../alerts/silence-scope.ts';
import { queryErrors } from '../errors.ts';
import { closedValues } from '../filters/column-filter.ts';
import { parseRange } from '../filters/parse-time.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import type { AlertingParts } from './alert-actions.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import type { App } from './route.ts';

const states = ['pending', 'active', 'ended', 'expired'] as const;

const silenceRow = z
  .object({
    id: z.string(),
    state: z
      .enum(states)
      .describe('pending: it has yet to begin; ended: somebody ended it; expired: it came to its end'),
    matcher: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .describe('Labels of alerts with filters: every label that it names has to fit'),
    reason: z.string(),
    starts_at: z.string(),
    ends_at: z.string().describe('Exclusive; of one that was ended the moment of that'),
    created_at: z.string(),
    created_by: z.string().describe('Name of the token'),
    ended_by: z.string().nullable(),
  })
  .meta({ id: 'Silence' });

const meta = z.object({ elapsed_ms: z.number(), truncated: z.literal(true).optional() });
const problems = {
  ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument },
  ...{ 429: problemDocument, 503: problemDocument },
};

function stateOf({ startsAtMs, endsAtMs, endedBy }: StoredSilence, nowMs: number): (typeof states)[number] {
  if (endsAtMs <= nowMs) return endedBy === '' ? 'expired' : 'ended';
  return startsAtMs <= nowMs ? 'active' : 'pending';
}

function rowOf(silence: StoredSilence, nowMs: number): z.infer<typeof silenceRow> {
  const { id, matcher, reason, createdBy, endedBy } = silence;
  return {
    ...{ id, state: stateOf(silence, nowMs), matcher, reason, starts_at: iso(silence.startsAtMs) },
    ...{ ends_at: iso(silence.endsAtMs), created_at: iso(silence.createdAtMs), created_by: createdBy },
    ended_by: endedBy === '' ? null : endedBy,
  };
}

function elapsedSince(startedAt: number): { elapsed_ms: number } {
  return { elapsed_ms: Math.round((performance.now() - startedAt) * 10) / 10 };
}

/** Names of environments, where a scope goes by them. */
function namesFor({ store, scope }: Caller, options: StatementOptions): Promise<EnvironmentNames> {
  return scope.envIds === null ? Promise.resolve(new Map()) : readEnvironmentNames(store, options);
}

/** Silences that end at the instant or later, of those that the caller may see. */
async function silencesOf(caller: Caller, fromMs: number, options: StatementOptions): Promise<StoredSilence[]> {
  const [all, names] = await Promise.all([readSilences(caller.store, fromMs, options), namesFor(caller, options)]);
  return all.filter(({ matcher }) => beyondScope(matcher, caller.scope, names) === null);
}

function addList(app: App, { clock }: AlertingParts): void {
  const querystring = z.strictObject({
    from: z
      .string()
      .optional()
      .describe('Those that end then or later: RFC 3339, a date, or a time ago. Default -30d.'),
    state: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe(`${states.join(', ')}; several with commas, !x is "not". Default: all.`),
    limit: limitParameter(1000, 1000),
  });
  app.get(
    '/v1/silences',
    {
      schema: {
        operationId: 'listSilences',
        summary: 'What is kept from being told, by whom and why; those that began last first, with those that are over',
        tags: ['alerts'],
        querystring,
        response: { 200: z.object({ data: z.array(silenceRow), meta }), ...problems },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const nowMs = clock.now();
      const limit = parseLimit(query.limit, 1000, 1000);
      const wanted = closedValues('state', states, query.state);
      const { fromMs } = parseRange({ from: query.from ?? '-30d' }, nowMs, 'UTC');
      const all = await silencesOf(caller, fromMs, caller.answers.statement(clientSignal(reply)));
      const asked = all.map((silence) => rowOf(silence, nowMs)).filter(({ state }) => passesFilter(wanted, [state]));
      const { rows, truncated } = cutTo(asked, limit);
      return { data: rows, meta: { ...elapsedSince(startedAt), ...truncated } };
    },
  );
}

function addCreate(app: App, { store, clock }: AlertingParts): void {
  app.post(
    '/v1/silences',
    {
      bodyLimit: 65_536,
      schema: {
        operationId: 'createSilence',
        summary: 'Keeps alerts from being told for a time; they go on record all the same',
        tags: ['alerts'],
        querystring: z.strictObject({}),
        body: silenceRequest,
        response: { 201: z.object({ data: silenceRow, meta }), ...problems, 409: problemDocument },
      },
      config: { knownParameters: [], access: 'operate' },
    },
    async ({ body }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const nowMs = clock.now();
      const options = caller.answers.statement(clientSignal(reply));
      const names = await readEnvironmentNames(caller.store, options);
      const asked = await parseSilence(body, { store: caller.store, scope: caller.scope, nowMs, names, options });
      const silence: StoredSilence = {
        ...{ id: randomUUID(), ...asked, createdAtMs: nowMs, createdBy: caller.name, endedBy: '' },
      };
      await writeSilence(store, silence);
      return reply.status(201).send({ data: rowOf(silence, nowMs), meta: elapsedSince(startedAt) });
    },
  );
}

function addEnd(app: App, { store, clock }: AlertingParts): void {
  app.delete(
    '/v1/silences/:id',
    {
      schema: {
        operationId: 'endSilence',
        summary: 'Ends a silence now, for ever; what goes on is told at the next look. Twice is once',
        tags: ['alerts'],
        params: z.object({ id: z.string().describe('UUID') }),
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: silenceRow, meta }), ...problems, 404: problemDocument },
      },
      config: { knownParameters: [], access: 'operate' },
    },
    async ({ params }, reply) => {
      const startedAt = performance.now();
      const id = parseAlertId(params.id);
      const caller = callerOf(reply);
      const nowMs = clock.now();
      const all = await silencesOf(caller, 0, caller.answers.statement(clientSignal(reply)));
      const silence = all.find((one) => one.id === id);
      if (silence === undefined) {
        throw new CustodyError(queryErrors.QUERY_NOT_FOUND, `There is no silence ${id}.`, {
          remedy: 'Use an id that `custody silence list` shows.',
        });
      }
      const isOver = silence.endsAtMs <= nowMs;
      const ended = isOver ? silence : { ...silence, endsAtMs: nowMs, endedBy: caller.name };
      if (!isOver) await writeSilence(store, ended);
      return { data: rowOf(ended, nowMs), meta: elapsedSince(startedAt) };
    },
  );
}

/** `GET` and `POST /v1/silences`, `DELETE /v1/silences/{id}`. */
export function addSilences(app: App, parts: AlertingParts): void {
  addList(app, parts);
  addCreate(app, parts);
  addEnd(app, parts);
}
