import { accessChangeRow, accessChanges, ask, type EntityKind } from '@custody/store';
import { z } from 'zod';
import { problemDocument } from '../http/problem.ts';
import { entityKey, entityParameters, findEntity, grantColumns, isSeen, notFound } from './find-entity.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, responses } from './route.ts';

const mostRows = 10_000;

const summaries: Readonly<Record<EntityKind, string>> = {
  agents:
    'What changed in an agent’s access, newest first: consents, the ceilings above them, levels of tools, and where verdicts on its calls flipped and why',
  humans:
    'What changed under a human’s authority, newest first: the human’s consents and ceilings, levels of tools, and where verdicts flipped and why',
  servers:
    'What changed in the access to a server, newest first: consents, ceilings, levels of its tools, and where verdicts flipped and why',
};
const operations = { agents: 'listAccessChanges', humans: 'listHumanChanges', servers: 'listServerChanges' } as const;

function addOf(app: App, parts: RouteParts, kind: EntityKind): void {
  const querystring = z.strictObject({ ...entityParameters, limit: limitParameter(1_000, mostRows) });
  app.get(
    `/v1/${kind}/:key/access-changes`,
    {
      schema: {
        operationId: operations[kind],
        summary: summaries[kind],
        tags: ['entities'],
        params: z.object({ key: entityKey(kind) }),
        querystring,
        response: { ...responses(z.array(accessChangeRow)), 404: problemDocument, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ params, query }, reply) => {
      const limit = parseLimit(query.limit, 1_000, mostRows);
      const entity = await findEntity(parts, kind, params.key, query, reply);
      const { asked, key, environments, isKnown } = entity;
      const { scope } = asked.selection;
      const question = accessChanges({ column: grantColumns[kind], key, environments, scope }, asked.range, limit + 1);
      const { found, meta } = await asked.answer(ask(asked.store, question, asked.options));
      const isThere = isKnown || found.length > 0 || (await isSeen(kind, entity));
      if (!isThere) throw notFound(kind, params.key);
      const { rows, truncated } = cutTo(found, limit);
      return { data: rows, meta: { ...meta, ...truncated } };
    },
  );
}

/** `GET /v1/agents/{key}/access-changes`, and the same of humans and servers. */
export function addAccessChanges(app: App, parts: RouteParts): void {
  for (const kind of ['agents', 'humans', 'servers'] as const) addOf(app, parts, kind);
}
