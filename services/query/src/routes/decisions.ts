import { canonicalUuid } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { decisionRow, findExpiredRange, lookForNews, noteRows, readDecision, readDecisionsPage } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { answerFormats, mediaTypes } from '../export/format.ts';
import { commonParameters } from '../filters/parameters.ts';
import { clientSignal } from '../http/client-signal.ts';
import { badParameter, problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { addVary } from '../http/vary.ts';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.ts';
import { tellWhole, wholeDecision } from './decision-whole.ts';
import { parseLimit } from './limit.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const listed = decisionRow.extend({
  possible: z.literal(true).optional().describe('The asked human is one of several who fit'),
});

const answerRows = z.array(listed);

const formatText =
  `json: pages. csv, ndjson, parquet: all rows of the range as one file, newest first, streamed; without format=
the Accept header chooses. Columns are those of the view custody.decisions; times are UTC; human_candidates is a list (in CSV
JSON, nothing where empty). In CSV (RFC 4180, UTF-8) a cell that begins with = + - @ tab, a line break or ' has a ' in front,
so that no spreadsheet runs it: taking a leading ' off gives the value. Headers x-custody-… say what meta says elsewhere.
An export takes no cursor. A file that broke off is known by its connection: it ends without its last chunk.`.replaceAll(
    '\n',
    ' ',
  );

function occurredAtMs(row: { occurred_at: string }): number {
  return Date.parse(row.occurred_at);
}

/** The list of pages, and the exports at the same path (`export-decisions.ts`), which are documented here. */
function addList(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({
    ...commonParameters,
    format: z.enum(answerFormats).optional().describe(formatText),
    limit: z.string().optional().describe('Most rows of a page: 1 to 1000, default 100. Of an export: default all'),
    cursor: z.string().max(1000).optional().describe('meta.next of the page before; its range stays as it was'),
  });
  app.get(
    '/v1/decisions',
    {
      schema: {
        operationId: 'listDecisions',
        summary: 'Decisions, newest first',
        tags: ['decisions'],
        querystring,
        response: {
          ...responses(answerRows),
          200: {
            content: {
              'application/json': { schema: responses(answerRows)[200] },
              ...Object.fromEntries(Object.values(mediaTypes).map((type) => [type, { schema: z.string() }])),
            },
          },
          304: notModified,
          409: problemDocument,
          429: problemDocument,
        },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async (request, reply) => {
      const { query } = request;
      const limit = parseLimit(query.limit, 100, 1000);
      addVary(reply, 'Accept');
      const fingerprint = fingerprintOf(query, callerOf(reply).scope);
      const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor, fingerprint);
      const asked = await readQuestion(parts, query, reply, cursor?.range);
      const question = { about: ['decisions', cursor, limit] };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      // One more than asked for tells whether there is a next page.
      const wanted = { selection: asked.selection, after: cursor?.after ?? null, limit: limit + 1 };
      const read = async () => {
        const { store, selection, options } = asked;
        // What lands all the time is learned first: the answer would look outdated at once.
        if (asked.range.toMs > parts.clock.now()) await lookForNews(store, asked.range, options);
        options.onBasis?.(await noteRows(store, asked.range, options));
        const [rows, expired] = await Promise.all([
          readDecisionsPage(store, wanted, { ...options, isByPieces: true }),
          findExpiredRange(store, selection, options),
        ]);
        options.onPlan?.({ levels: ['raw'], expired });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        const after = last && { occurredAtMs: occurredAtMs(last), id: last.decision_id };
        const isMarked = selection.certainty === 'both';
        const data = page.map((row) => (isMarked && row.human_key === '' ? { ...row, possible: true as const } : row));
        return { data, meta: { next: after ? encodeCursor({ range: asked.range, after, fingerprint }) : null } };
      };
      return asked.send({ about: ['decisions', question.about, fingerprint], data: answerRows, read });
    },
  );
}

function addOne(app: App, parts: RouteParts): void {
  app.get(
    '/v1/decisions/:id',
    {
      schema: {
        operationId: 'getDecision',
        summary:
          'One decision, whole: who, on whose authority, what, why, what would have let it pass, its seal, and the entry verbatim',
        tags: ['decisions'],
        params: z.object({ id: z.string().describe('UUID, with or without hyphens') }),
        querystring: z.strictObject({}),
        response: { ...responses(wholeDecision), 404: problemDocument },
      },
      config: { knownParameters: [] },
    },
    async ({ params }, reply) => {
      const startedAt = performance.now();
      const id = canonicalUuid(params.id);
      if (id === null) throw badParameter('id', `${JSON.stringify(params.id.slice(0, 100))} is not a UUID`);
      const caller = callerOf(reply);
      const { store, answers, scope } = caller;
      const options = { ...answers.statement(clientSignal(reply)), sinceMs: startedAt };
      const reading = await readDecision(store, id, scope, options);
      if (reading === 'none') throw new CustodyError(queryErrors.QUERY_NOT_FOUND, `No decision ${id} is stored.`);
      const { occurred_at_ms: atMs, env_id } = reading.row;
      const about = {
        range: { fromMs: atMs, toMs: atMs + 1 },
        startedAt,
        isAsked: (envId: string) => envId === env_id,
      };
      const { found: data, meta } = await answers.answer(tellWhole(parts, caller, reading), about);
      return { data, meta };
    },
  );
}

/** `GET /v1/decisions` and `GET /v1/decisions/{id}`. */
export function addDecisions(app: App, parts: RouteParts): void {
  addList(app, parts);
  addOne(app, parts);
}
