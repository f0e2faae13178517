import { dayMs } from '@custody/decision';
import { CustodyError, type Logger, type Registry } from '@custody/runtime';
import {
  comparePositions,
  type LandedDecision,
  type LandingHead,
  readLandingHead,
  type Selection,
  type StatementOptions,
  type StoreClient,
} from '@custody/store';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { commonParameters } from '../filters/parameters.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { whenOver } from '../http/when-over.ts';
import { EventWriter } from '../stream/event-writer.ts';
import { Follower } from '../stream/follower.ts';
import { LandingHub } from '../stream/landing-hub.ts';
import { decodeStreamCursor, encodeStreamCursor, isOfTable, type StreamCursor } from '../stream/stream-cursor.ts';
import { type StreamLimits, Streams } from '../stream/streams.ts';
import { type App, type RouteParts, readQuestion } from './route.ts';

export interface StreamParts extends RouteParts {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly limits: StreamLimits;
  /** Of the looks that all streams share; each stream is told what its own selection lets through. */
  readonly store: StoreClient;
  /** Bounds of such a look. */
  readonly statement: () => StatementOptions;
}

/** Names in filters are those of this time before the stream begins. */
const namesSinceMs = 30 * dayMs;
const retryMs = 2_000;
/** How often it is looked whether the client's token still holds: one that was revoked is let go within five seconds. */
const currentMs = 500;

const { from: _, to: __, tz: ___, ...filters } = commonParameters;
const querystring = z.strictObject({
  ...filters,
  cursor: z
    .string()
    .max(200)
    .optional()
    .describe('The id of an event: the stream goes on after it. The header Last-Event-ID goes before it.'),
});

const summary =
  'Decisions as they land, as server-sent events: late ones and corrected ones too, whenever they occurred';
const description =
  `Each event \`decision\` is a row as \`listDecisions\` has it, with an id. A client that connects with the last id as
Last-Event-ID, here or at another replica over the same store, is told everything that landed since, once a landing: a
decision that is corrected before it was told is told in its newest form. A decision that is stored again unchanged may
be told again. \`started\` comes first; \`reset\` where the id is not of this store, so that what landed before now may be
missing; \`waiting\` while the store does not answer; \`dropped\` before a client that does not read is let go, \`renew\`
before a stream is ended for its age, \`closing\` before the service ends: connect anew with the last id. \`revoked\` where
the token does not hold any more.`.replaceAll('\n', ' ');

/** Where a stream begins, and whether that is not where its client was. */
function placeOf(given: StreamCursor | null, { tableId, position }: LandingHead) {
  const isKnown = given !== null && isOfTable(given, tableId) && comparePositions(given.position, position) <= 0;
  return { from: isKnown ? given.position : position, isReset: given !== null && !isKnown };
}

/** Rows that were written down for one client already: all of them are told the same text. */
const texts = new WeakMap<LandedDecision['row'], string>();

function textOf(row: LandedDecision['row']): string {
  const text = texts.get(row) ?? JSON.stringify(row);
  texts.set(row, text);
  return text;
}

function shownOf({ certainty }: Selection): (landed: LandedDecision) => string {
  const isPossible = ({ human_key }: LandedDecision['row']) => certainty === 'both' && human_key === '';
  return ({ row }) => (isPossible(row) ? JSON.stringify({ ...row, possible: true }) : textOf(row));
}

function begin(reply: FastifyReply): EventWriter {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy that collects answers would hold events back.
    'x-accel-buffering': 'no',
  });
  reply.raw.flushHeaders();
  return new EventWriter(reply.raw);
}

interface StreamContext {
  readonly parts: StreamParts;
  readonly hub: LandingHub;
  readonly streams: Streams;
}

interface AskedStream {
  readonly caller: Caller;
  readonly selection: Selection;
  readonly statement: StatementOptions;
  readonly head: LandingHead;
  readonly isDemo: boolean;
  readonly resumed: StreamCursor | null;
}

/** Tells a client what lands; resolves when the client is gone or the stream has ended. */
async function tell({ parts, hub, streams }: StreamContext, asked: AskedStream, reply: FastifyReply): Promise<void> {
  const { clock, limits } = parts;
  const { caller, selection, statement, head, isDemo, resumed } = asked;
  const { from, isReset } = placeOf(resumed, head);
  const idOf = (position: StreamCursor['position']) => encodeStreamCursor({ tableId: head.tableId, position });
  const closed = Promise.withResolvers<void>();
  whenOver(reply, () => closed.resolve());
  const writer = begin(reply);
  const follower = new Follower({
    ...{ hub, writer, clock, selection, from, statement, idOf },
    patienceMs: limits.patienceMs,
    shown: shownOf(selection),
    onDropped: () => streams.noteDropped(),
  });
  writer.retryAfter(retryMs);
  writer.event(isReset ? 'reset' : 'started', { ...(isDemo && { demo: true }) }, idOf(from));
  const heartbeat = setInterval(() => follower.heartbeat(), limits.heartbeatMs);
  // A store that does not answer is no revocation: the client comes again, and is let in when it is known.
  const isRevoked = (error: unknown) =>
    error instanceof CustodyError && error.code === queryErrors.QUERY_TOKEN_REQUIRED.code;
  const end = (error: unknown) => (isRevoked(error) ? follower.finish('revoked', {}) : follower.renew());
  const look = () => caller.assertCurrent().catch(end);
  const current = setInterval(look, currentMs);
  const age = setTimeout(() => follower.renew(), limits.longestMs);
  const forget = streams.opened({ close: () => follower.finish('closing', {}) });
  void follower.start();
  await closed.promise;
  clearInterval(heartbeat);
  clearInterval(current);
  clearTimeout(age);
  forget();
  hub.leave(follower);
}

/** `GET /v1/decisions/stream`. */
export function addDecisionsStream(app: App, parts: StreamParts): void {
  const { store, clock, logger, metrics, limits } = parts;
  const streams = new Streams(metrics, limits.mostClients);
  const hub = new LandingHub({ store, clock, logger, statement: parts.statement, pollMs: limits.pollMs });
  app.addHook('preClose', async () => streams.closeAll());
  app.get(
    '/v1/decisions/stream',
    {
      // A HEAD would wait for the end of a stream.
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamDecisions',
        summary,
        description,
        tags: ['decisions'],
        querystring,
        response: {
          200: { content: { 'text/event-stream': { schema: z.string() } }, description: 'Events' },
          ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument, 409: problemDocument },
          503: problemDocument,
        },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query: { cursor, ...query }, headers }, reply) => {
      const given = headers['last-event-id'] ?? cursor;
      const resumed = given === undefined || given === '' ? null : decodeStreamCursor(String(given));
      const leave = streams.take();
      try {
        const nowMs = clock.now();
        const range = { fromMs: Math.max(0, nowMs - namesSinceMs), toMs: nowMs };
        const { selection } = await readQuestion(parts, query, reply, range);
        const caller = callerOf(reply);
        const statement = caller.answers.statement(clientSignal(reply));
        const [head, isDemo] = await Promise.all([readLandingHead(store, statement), caller.answers.isDemo()]);
        // Gone meanwhile: nobody would ever end it.
        if (reply.raw.destroyed) return reply.hijack();
        await tell({ parts, hub, streams }, { caller, selection, statement, head, isDemo, resumed }, reply);
      } finally {
        leave();
      }
    },
  );
}
