import { dayMs, type TimeRange } from '@custody/decision';
import {
  ask,
  everything,
  principalsNamed,
  readEnvironmentNames,
  type Scope,
  type StatementOptions,
  type StoreClient,
} from '@custody/store';
import { z } from 'zod';
import { ambiguousName, matchesLookedFor } from '../filters/ambiguous-name.ts';
import { pickNamed } from '../filters/principal-filter.ts';
import { badParameter } from '../http/problem.ts';
import { accessLevels } from './levels.ts';

const texts = z.array(z.string().min(1).max(500)).min(1).max(100).optional();

/** What a new token is to be. */
export const tokenRequest = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .describe('What it is for; the audit names it. No two valid tokens have the same'),
  scope: z.enum(accessLevels).describe('What it allows; each may also do what those before it may'),
  env: texts.describe('Only these environments, by id or name'),
  server: texts.describe('Only these MCP servers'),
  human: texts.describe('Only what is surely these humans’, by key, bare id, e-mail or name'),
  expires: z
    .string()
    .max(50)
    .optional()
    .describe('When it ends: RFC 3339, a date, or a time from now like 12h, 90d or 8w. Default: never'),
});
export type TokenRequest = z.infer<typeof tokenRequest>;

export interface LookUp {
  readonly store: StoreClient;
  readonly nowMs: number;
  readonly options: StatementOptions;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Restrictions hold ids: another environment that is called so one day is not meant by them. */
async function environmentId(text: string, names: ReadonlyMap<string, readonly string[]>): Promise<string> {
  if (names.has(text)) return text;
  const matches = [...names]
    .filter(([, known]) => known.includes(text))
    .map(([key]) => ({ key, name: text, email: '' }));
  if (matches.length > 1) throw ambiguousName('env', text, matches);
  const [match] = matches;
  if (match !== undefined) return match.key;
  // Permit's ids: of an environment that nothing was read of yet.
  if (uuid.test(text)) return text.toLowerCase();
  throw badParameter(
    'env',
    `no environment is called ${JSON.stringify(text)}; there are ${[...names.values()].flat().join(', ') || 'none yet'}`,
  );
}

async function humanKey(text: string, { store, nowMs, options }: LookUp): Promise<string> {
  if (text.startsWith('human|')) return text;
  const range: TimeRange = { fromMs: Math.max(0, nowMs - 90 * dayMs), toMs: nowMs };
  const matches = await ask(store, principalsNamed('human', text, range, matchesLookedFor, everything), options);
  const chosen = pickNamed('human', text, matches);
  if (chosen !== undefined) return chosen.key;
  if (matches.length > 1) throw ambiguousName('human', text, matches);
  throw badParameter(
    'human',
    `nobody is called ${JSON.stringify(text)}; a key such as human|… may be of somebody unknown`,
  );
}

function serverName(text: string): string {
  if (!/[:*!]/.test(text)) return text;
  throw badParameter(
    'server',
    `${JSON.stringify(text)} is no name of a server; a restriction names whole servers, as linear`,
  );
}

/** What a token is to see, by ids and keys. Throws `QUERY_BAD_PARAMETER` and `QUERY_AMBIGUOUS_NAME`. */
export async function scopeAskedFor({ scope, env, server, human }: TokenRequest, lookUp: LookUp): Promise<Scope> {
  if (scope === 'admin' && (env ?? server ?? human) !== undefined) {
    throw badParameter('scope', 'a token that makes tokens cannot be restricted: it could make one that is not');
  }
  const names = env === undefined ? new Map() : await readEnvironmentNames(lookUp.store, lookUp.options);
  const all = async (values: readonly string[] | undefined, one: (text: string) => string | Promise<string>) =>
    values === undefined ? null : [...new Set(await Promise.all(values.map(one)))].sort();
  return {
    envIds: await all(env, (text) => environmentId(text, names)),
    servers: await all(server, serverName),
    humans: await all(human, (text) => humanKey(text, lookUp)),
  };
}
