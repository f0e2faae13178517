import { type EntityKind, noteRows, readEntitiesPage } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { addAccessChanges } from './access-changes.ts';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.ts';
import { addEntity } from './entity.ts';
import { entityRows, rowOf } from './entity-rows.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

function addList(app: App, parts: RouteParts, kind: EntityKind): void {
  const querystring = z.strictObject({
    ...commonParameters,
    limit: limitParameter(100, 10_000),
    cursor: z.string().max(2000).optional().describe('meta.next of the page before; its range stays as it was'),
  });
  const row: z.ZodObject = entityRows[kind];
  const answerRows = z.array(row);
  app.get(
    `/v1/${kind}`,
    {
      schema: {
        operationId: `list${kind[0]?.toUpperCase()}${kind.slice(1)}`,
        summary: `${kind[0]?.toUpperCase()}${kind.slice(1)} seen in a range, the busiest first`,
        tags: ['entities'],
        querystring,
        response: { ...responses(answerRows), 304: notModified, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async (request, reply) => {
      const { query } = request;
      const limit = parseLimit(query.limit, 100, 10_000);
      const fingerprint = fingerprintOf({ ...query, kind }, callerOf(reply).scope);
      // Keys are texts of Permit's: whatever they are, they are bound.
      const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor, fingerprint, (key) => key);
      const asked = await readQuestion(parts, query, reply, cursor?.range);
      // Names come from the rows; where these are gone, from what the source lists by now.
      const question = { about: [kind, limit, cursor], needsRows: true };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      const read = async () => {
        const { store, selection, options } = asked;
        // Names are read from rows of the range.
        options.onBasis?.(await noteRows(store, asked.range, options));
        const after = cursor && { decisions: cursor.after.occurredAtMs, key: cursor.after.id };
        const found = await readEntitiesPage(store, kind, { selection, after, limit: limit + 1 }, options);
        const { rows, truncated } = cutTo(found, limit);
        const last = truncated.truncated ? rows.at(-1) : undefined;
        const end = last && { occurredAtMs: last.decisions, id: last.key };
        const next = end ? encodeCursor({ range: asked.range, after: end, fingerprint }) : null;
        return { data: rows.map((one) => rowOf(kind, one)), meta: { ...truncated, next } };
      };
      return asked.send({ about: [...question.about, fingerprint], data: answerRows, read });
    },
  );
}

/** `GET /v1/agents`, `/v1/humans` and `/v1/servers`, and one of each. */
export function addEntities(app: App, parts: RouteParts): void {
  for (const kind of ['agents', 'humans', 'servers'] as const) {
    addList(app, parts, kind);
    addEntity(app, parts, kind);
  }
  addAccessChanges(app, parts);
}
