import type { TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { ask, type EntityKind, grantsOf, principalsNamed, readEntities } from '@custody/store';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { ambiguousName, matchesLookedFor } from '../filters/ambiguous-name.ts';
import { commonParameters } from '../filters/parameters.ts';
import { literalFilter } from '../filters/parse-filter.ts';
import { parseSteadyRange } from '../filters/parse-time.ts';
import { pickNamed } from '../filters/principal-filter.ts';
import { environmentMatcher } from '../filters/selection.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { clientSignal } from '../http/client-signal.ts';
import { type Asked, type RouteParts, readQuestion } from './route.ts';

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

/** The part of a path that names one. */
export function entityKey(kind: EntityKind) {
  return z.string().describe(kind === 'servers' ? 'linear or linear:linear' : 'Key, bare id, e-mail or name');
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

export const singular = { agents: 'agent', humans: 'human', servers: 'server' } as const;

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
  const matches = await ask(store, principalsNamed(of, text, range, matchesLookedFor, scope), options);
  const chosen = pickNamed(of, text, matches);
  if (chosen !== undefined) return { ...chosen, isKnown: true };
  if (matches.length === 0) return { key: text, name: '', email: '', isKnown: false };
  throw ambiguousName('key', text, matches);
}

/** Finds what a path names. Throws `QUERY_AMBIGUOUS_NAME` where several answer to it. */
export async function findEntity(
  parts: RouteParts,
  kind: EntityKind,
  text: string,
  query: EntityQuery,
  reply: FastifyReply,
): Promise<FoundEntity> {
  const range = parseSteadyRange({ from: '-30d', ...query }, parts.clock.now(), parseTimeZone(query.tz ?? 'UTC'));
  const found = await nameOf(kind, text, range, reply);
  const asked = await readQuestion(parts, { ...query, [singular[kind]]: literalFilter(found.key) }, reply, range);
  const isAsked = environmentMatcher(query.env);
  const coverage = query.env === undefined ? null : await callerOf(reply).answers.coverage(range);
  const environments =
    coverage?.filter(({ env_id, env_name }) => isAsked(env_id, env_name)).map(({ env_id }) => env_id) ?? null;
  return { ...found, asked, environments };
}

/** Whether a grant or a decision of the range names it; of servers there is no listing that would. */
export async function isSeen(kind: EntityKind, found: FoundEntity): Promise<boolean> {
  const { key, environments, asked } = found;
  const { store, selection } = asked;
  const { scope } = selection;
  const [grants, rows] = await Promise.all([
    ask(store, grantsOf({ column: grantColumns[kind], key, environments, scope }, 1), asked.options),
    readEntities(store, kind, selection, 1, asked.options),
  ]);
  return grants.length > 0 || rows.length > 0;
}

export function notFound(kind: EntityKind, key: string): CustodyError {
  return new CustodyError(
    queryErrors.QUERY_NOT_FOUND,
    `${singular[kind]} ${JSON.stringify(key.slice(0, 200))} is in no listing of the source and in no decision of the range.`,
  );
}

/** What grants are looked up by. */
export const grantColumns = { agents: 'agent_key', humans: 'human_key', servers: 'server' } as const;
