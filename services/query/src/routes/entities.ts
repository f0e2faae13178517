import { ask, type EntityKind, entities } from '@custody/store';
import { z } from 'zod';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const counts = {
  decisions: z.number(),
  denials: z.number(),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
};

/** Rows of the lists: what they are about, and simple counts of the range. */
const rows = {
  agents: z.object({ agent: z.string(), name: z.string(), ...counts, humans: z.number(), servers: z.number() }),
  humans: z.object({
    human: z.string(),
    name: z.string(),
    email: z.string(),
    ...counts,
    agents: z.number(),
    servers: z.number(),
  }),
  servers: z.object({ server: z.string(), ...counts, agents: z.number(), humans: z.number() }),
} as const;

const keyNames = { agents: 'agent', humans: 'human', servers: 'server' } as const;

function addList(app: App, parts: RouteParts, kind: EntityKind): void {
  const querystring = z.strictObject({ ...commonParameters, limit: limitParameter(100, 10_000) });
  const row: z.ZodObject = rows[kind];
  app.get(
    `/v1/${kind}`,
    {
      schema: {
        operationId: `list${kind[0]?.toUpperCase()}${kind.slice(1)}`,
        summary: `${kind[0]?.toUpperCase()}${kind.slice(1)} seen in a range, the busiest first`,
        tags: ['entities'],
        querystring,
        response: { ...responses(z.array(row)), 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const limit = parseLimit(query.limit, 100, 10_000);
      const asked = await readQuestion(parts, query, reply);
      const { found, meta } = await asked.answer(
        ask(parts.store, entities(kind, asked.selection, limit), asked.options),
      );
      // The schema of the response drops the counts that say nothing about a row of this kind.
      return { data: found.map(({ key, ...about }) => row.parse({ [keyNames[kind]]: key, ...about })), meta };
    },
  );
}

/** `GET /v1/agents`, `/v1/humans` and `/v1/servers`. */
export function addEntities(app: App, parts: RouteParts): void {
  for (const kind of ['agents', 'humans', 'servers'] as const) addList(app, parts, kind);
}
