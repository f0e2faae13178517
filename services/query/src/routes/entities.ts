import { type EntityKind, noteRows, readEntities } from '@custody/store';
import { z } from 'zod';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { addAccessChanges } from './access-changes.ts';
import { addEntity } from './entity.ts';
import { entityRows, rowOf } from './entity-rows.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

function addList(app: App, parts: RouteParts, kind: EntityKind): void {
  const querystring = z.strictObject({ ...commonParameters, limit: limitParameter(100, 10_000) });
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
      const asked = await readQuestion(parts, query, reply);
      // Names come from the rows; where these are gone, from what the source lists by now.
      const question = { about: [kind, limit], needsRows: true };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      const read = async () => {
        const { store, selection, options } = asked;
        // Names are read from rows of the range.
        options.onBasis?.(await noteRows(store, asked.range, options));
        const { rows, truncated } = cutTo(await readEntities(store, kind, selection, limit + 1, options), limit);
        return { data: rows.map((one) => rowOf(kind, one)), meta: truncated };
      };
      return asked.send({ about: [kind, limit], data: answerRows, read });
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
