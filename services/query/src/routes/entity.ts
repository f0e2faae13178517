import { ask, type EntityKind, grantRow, grantsOf, readAggregate, readEntities } from '@custody/store';
import { z } from 'zod';
import { problemDocument } from '../http/problem.ts';
import { entityLinks, entityTrend, linksOf, readTrend } from './entity-more.ts';
import { entityRows, keyNames, rowOf } from './entity-rows.ts';
import {
  entityKey,
  entityParameters,
  type FoundEntity,
  findEntity,
  grantColumns,
  notFound,
  singular,
} from './find-entity.ts';
import { type App, type RouteParts, responses } from './route.ts';

const mostConnected = 100;
const mostGrants = 1_000;

const connectedKinds = {
  agents: ['humans', 'servers'],
  humans: ['agents', 'servers'],
  servers: ['agents', 'humans'],
} as const;

const tool = z.object({
  server: z.string(),
  tool: z.string(),
  decisions: z.number(),
  denials: z.number(),
  undecided: z.number(),
  last_seen: z.string(),
});

function detailOf(kind: EntityKind) {
  const [first, second] = connectedKinds[kind];
  const own = entityRows[kind].extend({ first_seen: z.string().nullable(), last_seen: z.string().nullable() });
  const connected = z
    .object({
      [first]: z.array(entityRows[first]),
      [second]: z.array(entityRows[second]),
      tools: z.array(tool),
    })
    .describe(
      `Seen together in the range, the busiest ${mostConnected} of each, with the counts of what they did together`,
    );
  const grants = z.array(grantRow);
  return own.extend({
    ...{ trend: entityTrend, connected, links: entityLinks },
    ...{ consents: grants, ceilings: grants, tool_levels: grants },
  });
}

async function readEntity(kind: EntityKind, found: FoundEntity) {
  const { key, environments } = found;
  const { store, selection, options, timeZone } = found.asked;
  const { scope } = selection;
  const [first, second] = connectedKinds[kind];
  const list = (of: EntityKind, limit: number) => readEntities(store, of, selection, limit, options);
  const tools = {
    selection,
    timeZone,
    measures: ['decisions', 'denials', 'undecided', 'last_seen'],
    groupBy: ['server', 'tool'],
    order: { by: 'decisions', descending: true },
    limit: mostConnected,
  } as const;
  const [[own], firsts, seconds, used, grants, trend] = await Promise.all([
    list(kind, 1),
    list(first, mostConnected),
    list(second, mostConnected),
    readAggregate(store, tools, options),
    ask(store, grantsOf({ column: grantColumns[kind], key, environments, scope }, mostGrants), options),
    readTrend(store, found.asked),
  ]);
  const { name, email } = found;
  const counts = {
    agents: 0,
    humans: 0,
    servers: 0,
    tools: 0,
    decisions: 0,
    denials: 0,
    undecided: 0,
    first_seen: null,
    last_seen: null,
  };
  const of = (wanted: string) => grants.filter((grant) => grant.kind === wanted);
  return {
    isKnown: found.isKnown || own !== undefined || grants.length > 0,
    // What the source lists is newer than what a decision was attributed with.
    row: { ...counts, ...own, key, name: name || (own?.name ?? ''), email: email || (own?.email ?? '') },
    connected: {
      [first]: firsts.map((row) => rowOf(first, row)),
      [second]: seconds.map((row) => rowOf(second, row)),
      tools: used.map(({ g_server, g_tool, m_decisions, m_denials, m_undecided, m_last_seen }) =>
        tool.parse({
          server: g_server,
          tool: g_tool,
          decisions: m_decisions,
          denials: m_denials,
          undecided: m_undecided,
          last_seen: m_last_seen,
        }),
      ),
    },
    about: { trend, links: linksOf(kind, key) },
    grants: { consents: of('consent'), ceilings: of('ceiling'), tool_levels: of('tool_level') },
  };
}

/** `GET /v1/agents/{key}`, `/v1/humans/{key}` and `/v1/servers/{key}`. */
export function addEntity(app: App, parts: RouteParts, kind: EntityKind): void {
  const querystring = z.strictObject(entityParameters);
  const detail: z.ZodObject = detailOf(kind);
  const what = singular[kind];
  app.get(
    `/v1/${kind}/:key`,
    {
      schema: {
        operationId: `get${what[0]?.toUpperCase()}${what.slice(1)}`,
        summary: `One ${what}: counts of a range, what it was seen with, and its grants, present and past`,
        tags: ['entities'],
        params: z.object({ key: entityKey(kind) }),
        querystring,
        response: { ...responses(detail), 404: problemDocument, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ params, query }, reply) => {
      const found = await findEntity(parts, kind, params.key, query, reply);
      const { found: entity, meta } = await found.asked.answer(readEntity(kind, found));
      if (!entity.isKnown) throw notFound(kind, params.key);
      const { key, ...about } = entity.row;
      const data = { [keyNames[kind]]: key, ...about, connected: entity.connected, ...entity.grants, ...entity.about };
      return { data: detail.parse(data), meta };
    },
  );
}
