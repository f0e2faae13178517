import { randomUUID } from 'node:crypto';
import { type Clock, CustodyError } from '@custody/runtime';
import {
  createToken,
  type ListedToken,
  listTokens,
  readTokens,
  revokeToken,
  type StoreClient,
  type TokenToCreate,
} from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';
import { parseLater, tenYears } from '../filters/parse-later.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import type { App } from '../routes/route.ts';
import { callerOf } from './caller.ts';
import type { Identities } from './identity.ts';
import type { KnownTokens } from './known-tokens.ts';
import { accessLevels } from './levels.ts';
import { hashSecret, makeSecret } from './secret.ts';
import { scopeAskedFor, tokenRequest } from './token-request.ts';

const tokenRow = z
  .object({
    id: z.string(),
    name: z.string(),
    scope: z.string().describe(accessLevels.join(', ')),
    env: z.array(z.string()).nullable().describe('Ids of the environments that it is restricted to; null: all'),
    server: z.array(z.string()).nullable(),
    human: z.array(z.string()).nullable().describe('Keys'),
    hint: z.string().describe('The last four characters of the token'),
    created_at: z.string(),
    created_by: z.string().describe('Name of the token that made it'),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable().describe('To some seconds'),
    revoked_at: z.string().nullable(),
    revoked_by: z.string(),
  })
  .meta({ id: 'Token' });

const newToken = tokenRow.extend({ token: z.string().describe('Shown this once; only its hash is kept') });
const meta = z.object({ elapsed_ms: z.number() });
const problems = {
  ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument, 409: problemDocument },
  ...{ 429: problemDocument, 503: problemDocument },
};

export interface TokenRouteParts {
  /** The service's own: tokens are written by nobody's question. */
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly tokens: KnownTokens;
  readonly identities: Identities;
}

function rowOf(token: ListedToken): z.infer<typeof tokenRow> {
  const { token_id, level, env_ids, servers, humans, ...rest } = token;
  const only = (values: string[]) => (values.length === 0 ? null : values);
  return { ...rest, id: token_id, scope: level, env: only(env_ids), server: only(servers), human: only(humans) };
}

function elapsedSince(startedAt: number): { elapsed_ms: number } {
  return { elapsed_ms: Math.round((performance.now() - startedAt) * 10) / 10 };
}

/** The newest valid one of a name, or an id's, whatever became of it. */
async function findToken(
  store: StoreClient,
  isMeant: (token: ListedToken) => boolean,
): Promise<ListedToken | undefined> {
  return (await listTokens(store)).find(isMeant);
}

function isValid({ revoked_at, expires_at }: ListedToken, nowMs: number): boolean {
  return revoked_at === null && (expires_at === null || Date.parse(expires_at) > nowMs);
}

function addList(app: App, { store }: TokenRouteParts): void {
  app.get(
    '/v1/tokens',
    {
      schema: {
        operationId: 'listTokens',
        summary: 'Tokens that were ever made, valid ones first, without their secrets',
        tags: ['tokens'],
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: z.array(tokenRow), meta }), ...problems },
      },
      config: { knownParameters: [], access: 'admin' },
    },
    async () => {
      const startedAt = performance.now();
      const tokens = await listTokens(store);
      return { data: tokens.map(rowOf), meta: elapsedSince(startedAt) };
    },
  );
}

/** Once there is a token nobody gets in without one: the first has to be able to make others. */
async function assertNobodyIsLockedOut({ identities }: TokenRouteParts, level: string): Promise<void> {
  if (level === 'admin' || !(await identities.isOpen())) return;
  throw new CustodyError(
    queryErrors.QUERY_FIRST_TOKEN,
    `The first token has to have scope admin, not ${level}: from then on nobody is answered without a token.`,
  );
}

function addCreate(app: App, parts: TokenRouteParts): void {
  const { store, clock, tokens } = parts;
  app.post(
    '/v1/tokens',
    {
      bodyLimit: 65_536,
      schema: {
        operationId: 'createToken',
        summary: 'Makes a token, shown once',
        tags: ['tokens'],
        querystring: z.strictObject({}),
        body: tokenRequest,
        response: { 201: z.object({ data: newToken, meta }), ...problems },
      },
      config: { knownParameters: [], access: 'admin' },
    },
    async ({ body }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const nowMs = clock.now();
      const expiresAtMs = body.expires === undefined ? null : parseLater('expires', body.expires, nowMs, tenYears);
      const options = caller.answers.statement(clientSignal(reply));
      const scope = await scopeAskedFor(body, { store: caller.store, nowMs, options });
      await assertNobodyIsLockedOut(parts, body.scope);
      if (await findToken(store, (token) => token.name === body.name && isValid(token, nowMs))) {
        throw new CustodyError(queryErrors.QUERY_NAME_TAKEN, `A valid token is called ${JSON.stringify(body.name)}.`);
      }
      const secret = makeSecret();
      const token: TokenToCreate = {
        id: randomUUID(),
        name: body.name,
        level: body.scope,
        secretSha256: hashSecret(secret),
        hint: secret.slice(-4),
        scope,
        createdAtMs: nowMs,
        createdBy: caller.name,
        expiresAtMs,
      };
      await createToken(store, token);
      await tokens.refreshAfterWrite();
      const made = await findToken(store, ({ token_id }) => token_id === token.id);
      if (made === undefined) throw new Error('the store does not show the token that it has just taken');
      return reply.status(201).send({ data: { ...rowOf(made), token: secret }, meta: elapsedSince(startedAt) });
    },
  );
}

function addRevoke(app: App, { store, clock, tokens }: TokenRouteParts): void {
  app.delete(
    '/v1/tokens/:id',
    {
      schema: {
        operationId: 'revokeToken',
        summary: 'Ends a token for ever; every replica refuses it within five seconds',
        tags: ['tokens'],
        params: z.object({ id: z.string() }),
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: tokenRow, meta }), ...problems, 404: problemDocument },
      },
      config: { knownParameters: [], access: 'admin' },
    },
    async ({ params }, reply) => {
      const startedAt = performance.now();
      const stored = (await readTokens(store)).find(({ token_id }) => token_id === params.id);
      if (stored === undefined) {
        throw new CustodyError(queryErrors.QUERY_NOT_FOUND, `There is no token ${JSON.stringify(params.id)}.`, {
          remedy: 'Use an id that `custody token list` shows.',
        });
      }
      // Twice is once: the first time stays on record.
      if (stored.revoked_at === null) {
        await revokeToken(store, stored, { atMs: clock.now(), by: callerOf(reply).name });
        await tokens.refreshAfterWrite();
      }
      const revoked = await findToken(store, ({ token_id }) => token_id === params.id);
      if (revoked === undefined) throw new Error('the store no longer shows a token');
      return { data: rowOf(revoked), meta: elapsedSince(startedAt) };
    },
  );
}

/** `GET` and `POST /v1/tokens`, `DELETE /v1/tokens/{id}`. */
export function addTokens(app: App, parts: TokenRouteParts): void {
  addList(app, parts);
  addCreate(app, parts);
  addRevoke(app, parts);
}
