import type { TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { ask, type EntityKind, grantRow, grantsOf, principalsNamed, readAggregate, readEntities } from '@custody/store';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { commonParameters } from '../filters/parameters.ts';
import { literalFilter } from '../filters/parse-filter.ts';
import { parseRange } from '../filters/parse-time.ts';
import { environmentMatcher } from '../filters/selection.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { entityRows, keyNames, rowOf } from './entity-rows.ts';
import { type App, type Asked, type RouteParts, readQuestion, responses } from './route.ts';

const mostConnected = 100;
const mostGrants = 1_000;

const { env, to, tz } = commonParameters;

/** Parameters of the operations about one agent, human or server. */
export const entityParameters = {
  from: z
    .string()
    .optional()
    .describe(commonParameters.from.description?.replace('-24h.', '-30d.') ?? ''),
  to,
  env,
  tz,
};

export interface EntityQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tz?: string | undefined;
  readonly env?: string | string[] | undefined;
}

/** One agent, human or server, found by whatever it is called. */
export interface FoundEntity {
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly asked: Asked;
  /** Ids of the asked environments; `null` for all. */
  readonly environments: string[] | null;
  /** Whether the source lists it, or decisions of the range name it. */
  readonly isKnown: boolean;
}

const singular = { agents: 'agent', humans: 'human', servers: 'server' } as const;

async function nameOf(
  kind: EntityKind,
  text: string,
  range: TimeRange,
  reply: FastifyReply,
): Promise<Pick<FoundEntity, 'key' | 'name' | 'email' | 'isKnown'>> {
  // A server's instance bears the name of its type.
  if (kind === 'servers') return { key: text.split(':')[0] ?? text, name: '', email: '', isKnown: false };
  const of = singular[kind];
  const { store, answers, scope } = callerOf(reply);
  const options = answers.statement(clientSignal(reply));
  const matches = await ask(store, principalsNamed(of, text, range, 21, scope), options);
  const exact = matches.find(({ key }) => key === text || key === `${of}|${text}`);
  const chosen = exact ?? (matches.length === 1 ? matches[0] : undefined);
  if (chosen !== undefined) return { ...chosen, isKnown: true };
  if (matches.length === 0) return { key: text, name: '', email: '', isKnown: false };
  throw new CustodyError(
    queryErrors.QUERY_AMBIGUOUS_NAME,
    `${JSON.stringify(text)} is the name of ${matches.map(({ key }) => key).join(', ')}.`,
    { fields: { parameter: 'key', matches } },
  );
}

/** Finds what a path names. Throws `QUERY_AMBIGUOUS_NAME` where several answer to it. */
export async function findEntity(
  parts: RouteParts,
  kind: EntityKind,
  text: string,
  query: EntityQuery,
  reply: FastifyReply,
): Promise<FoundEntity> {
  const range = parseRange({ from: '-30d', ...query }, parts.clock.now(), parseTimeZone(query.tz ?? 'UTC'));
  const found = await nameOf(kind, text, range, reply);
  const asked = await readQuestion(parts, { ...query, [singular[kind]]: literalFilter(found.key) }, reply, range);
  const isAsked = environmentMatcher(query.env);
  const coverage = query.env === undefined ? null : await callerOf(reply).answers.coverage(range);
  const environments =
    coverage?.filter(({ env_id, env_name }) => isAsked(env_id, env_name)).map(({ env_id }) => env_id) ?? null;
  return { ...found, asked, environments };
}

export function notFound(kind: EntityKind, key: string): CustodyError {
  return new CustodyError(
    queryErrors.QUERY_NOT_FOUND,
    `${singular[kind]} ${JSON.stringify(key.slice(0, 200))} is in no listing of the source and in no decision of the range.`,
  );
}

const columns = { agents: 'agent_key', humans: 'human_key', servers: 'server' } as const;
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
  return own.extend({ connected, consents: grants, ceilings: grants, tool_levels: grants });
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
    measures: ['decisions', 'denials', 'last_seen'],
    groupBy: ['server', 'tool'],
    order: { by: 'decisions', descending: true },
    limit: mostConnected,
  } as const;
  const [[own], firsts, seconds, used, grants] = await Promise.all([
    list(kind, 1),
    list(first, mostConnected),
    list(second, mostConnected),
    readAggregate(store, tools, options),
    ask(store, grantsOf({ column: columns[kind], key, environments, scope }, mostGrants), options),
  ]);
  const { name, email } = found;
  const counts = {
    agents: 0,
    humans: 0,
    servers: 0,
    tools: 0,
    decisions: 0,
    denials: 0,
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
      tools: used.map(({ g_server, g_tool, m_decisions, m_denials, m_last_seen }) =>
        tool.parse({
          server: g_server,
          tool: g_tool,
          decisions: m_decisions,
          denials: m_denials,
          last_seen: m_last_seen,
        }),
      ),
    },
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
        params: z.object({
          key: z.string().describe(kind === 'servers' ? 'linear or linear:linear' : 'Key, bare id, e-mail or name'),
        }),
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
      const data = { [keyNames[kind]]: key, ...about, connected: entity.connected, ...entity.grants };
      return { data: detail.parse(data), meta };
    },
  );
}
