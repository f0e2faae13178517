import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { Scope } from '../questions/scope.ts';

const columns = `toString(t.token_id) AS token_id, name, level, hint, env_ids, servers, humans, created_at, created_by, expires_at,
  revoked_at, revoked_by`;

const tokenColumns = {
  token_id: z.string(),
  name: z.string(),
  level: z.string(),
  hint: z.string(),
  env_ids: z.array(z.string()),
  servers: z.array(z.string()),
  humans: z.array(z.string()),
  created_at: z.string(),
  created_by: z.string(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  revoked_by: z.string(),
};

const knownTokens = defineQuery({
  name: 'tokens.known',
  sql: `SELECT ${columns}, secret_sha256
FROM custody_internal.tokens AS t FINAL`,
  params: z.object({}),
  row: z.object({ ...tokenColumns, secret_sha256: z.string() }),
});

const listedTokens = defineQuery({
  name: 'tokens.list',
  sql: `SELECT ${columns}, if(u.is_used, toNullable(u.used_at), NULL) AS last_used_at
FROM custody_internal.tokens AS t FINAL
LEFT JOIN (SELECT token_id, used_at, true AS is_used FROM custody_internal.token_uses FINAL) AS u ON u.token_id = t.token_id
ORDER BY revoked_at IS NOT NULL, t.created_at DESC, token_id
SETTINGS join_use_nulls = 0`,
  params: z.object({}),
  row: z.object({ ...tokenColumns, last_used_at: z.string().nullable() }),
});

/** A token as it is stored; times are RFC 3339, empty lists restrict nothing. */
export type StoredToken = z.infer<typeof knownTokens.row>;
export type ListedToken = z.infer<typeof listedTokens.row>;

export interface TokenToCreate {
  readonly id: string;
  readonly name: string;
  readonly level: string;
  /** Of the token, 64 hexadecimal digits. */
  readonly secretSha256: string;
  readonly hint: string;
  /** Lists in it are not empty: an empty one would restrict nothing. */
  readonly scope: Scope;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly expiresAtMs: number | null;
}

/** What a stored token may see. */
export function scopeOfToken({ env_ids, servers, humans }: Pick<StoredToken, 'env_ids' | 'servers' | 'humans'>): Scope {
  const only = (values: readonly string[]) => (values.length === 0 ? null : values);
  return { envIds: only(env_ids), servers: only(servers), humans: only(humans) };
}

/** All tokens that were ever made. Throws `STORE_*`. */
export function readTokens(client: StoreClient, options: StatementOptions = {}): Promise<StoredToken[]> {
  return runQuery(client, knownTokens, {}, options);
}

/** The same for people, with the time of the last use and without hashes: valid ones first, the newest first. */
export function listTokens(client: StoreClient, options: StatementOptions = {}): Promise<ListedToken[]> {
  return runQuery(client, listedTokens, {}, options);
}

function rowOf(token: TokenToCreate): object {
  const { scope, expiresAtMs } = token;
  return {
    token_id: token.id,
    version: 0,
    name: token.name,
    level: token.level,
    secret_sha256: token.secretSha256,
    hint: token.hint,
    env_ids: scope.envIds ?? [],
    servers: scope.servers ?? [],
    humans: scope.humans ?? [],
    created_at: new Date(token.createdAtMs).toISOString(),
    created_by: token.createdBy,
    expires_at: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
    revoked_at: null,
    revoked_by: '',
  };
}

/** Stores a token; it is valid once this resolves. Throws `STORE_*`. */
export async function createToken(
  client: StoreClient,
  token: TokenToCreate,
  options: StatementOptions = {},
): Promise<void> {
  await client.insert('tokens.create', 'custody_internal.tokens', [rowOf(token)], options);
}

/** Ends a token for ever. Throws `STORE_*`. */
export async function revokeToken(
  client: StoreClient,
  token: StoredToken,
  { atMs, by }: { readonly atMs: number; readonly by: string },
  options: StatementOptions = {},
): Promise<void> {
  const row = { ...token, version: 1, revoked_at: new Date(atMs).toISOString(), revoked_by: by };
  await client.insert('tokens.revoke', 'custody_internal.tokens', [row], options);
}

/** Notes when tokens were used last; `uses` by their ids, milliseconds since the epoch. Throws `STORE_*`. */
export async function writeTokenUses(
  client: StoreClient,
  uses: ReadonlyMap<string, number>,
  options: StatementOptions = {},
): Promise<void> {
  const rows = [...uses].map(([token_id, usedAtMs]) => ({ token_id, used_at: new Date(usedAtMs).toISOString() }));
  if (rows.length > 0) await client.insert('tokens.uses', 'custody_internal.token_uses', rows, options);
}
