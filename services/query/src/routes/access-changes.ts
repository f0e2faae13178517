import { accessChangeRow, accessChanges, ask } from '@custody/store';
import { z } from 'zod';
import { problemDocument } from '../http/problem.ts';
import { entityParameters, findEntity, notFound } from './entity.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, responses } from './route.ts';

const mostRows = 10_000;

/** `GET /v1/agents/{key}/access-changes`. */
export function addAccessChanges(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({ ...entityParameters, limit: limitParameter(1_000, mostRows) });
  app.get(
    '/v1/agents/:key/access-changes',
    {
      schema: {
        operationId: 'listAccessChanges',
        summary:
          'What changed in an agent’s access, newest first: consents, the ceilings above them, levels of tools, and where verdicts on its calls flipped and why',
        tags: ['entities'],
        params: z.object({ key: z.string().describe('Key, bare id or name') }),
        querystring,
        response: { ...responses(z.array(accessChangeRow)), 404: problemDocument, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ params, query }, reply) => {
      const limit = parseLimit(query.limit, 1_000, mostRows);
      const { asked, key, environments, isKnown } = await findEntity(parts, 'agents', params.key, query, reply);
      const { scope } = asked.selection;
      const question = accessChanges({ column: 'agent_key', key, environments, scope }, asked.range, limit);
      const { found, meta } = await asked.answer(ask(asked.store, question, asked.options));
      if (!isKnown && found.length === 0) throw notFound('agents', params.key);
      return { data: found, meta };
    },
  );
}
