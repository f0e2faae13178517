import { CustodyError } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerSources } from '../answer/answer-sources.ts';
import { queryErrors } from '../errors.ts';
import { isLoopback } from '../http/loopback.ts';
import { whenOver } from '../http/when-over.ts';
import { isForPage } from '../pages/page-request.ts';
import type { Allowances } from './allowance.ts';
import type { Audit } from './audit.ts';
import { Caller } from './caller.ts';
import { type Identities, type Identity, tokenRequired } from './identity.ts';
import type { AccessLevel } from './levels.ts';
import { secretOf } from './secret.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least level of a token that may call the operation. Without one: `read`, and `admin` for what is no GET. */
    access?: AccessLevel;
  }
}

/** Answered without a token: nothing in them is about anybody. */
const openRoutes = new Set([
  '/',
  '/livez',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/assets/:file',
  '/custody.svg',
]);

export interface GuardParts {
  readonly identities: Identities;
  readonly allowances: Allowances;
  readonly audit: Audit;
  /** That only reads. */
  readonly store: StoreClient;
  readonly sources: AnswerSources;
  /** Whether a token is configured; only then does the service listen beyond this machine. */
  readonly hasAdminToken: boolean;
  /** Origins whose pages may ask. */
  readonly corsOrigins: ReadonlySet<string>;
  /** Whether an address that no route has may be one of the page's own. */
  readonly hasPages: boolean;
}

function hostOf(authority: string): string {
  return authority.replace(/:\d{1,5}$/, '');
}

function hostOfOrigin(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : '';
}

/**
 * Refuses requests that a page of another site could make through a visitor's browser: while no token is asked for, only
 * this machine's own names will do. Throws `QUERY_FOREIGN_HOST`.
 */
function requireLoopbackName({ headers }: FastifyRequest, corsOrigins: ReadonlySet<string>): void {
  const { origin, host = '' } = headers;
  const isOwnOrigin = origin === undefined || isLoopback(hostOfOrigin(origin)) || corsOrigins.has(origin);
  if (isLoopback(hostOf(host)) && isOwnOrigin) return;
  throw new CustodyError(queryErrors.QUERY_FOREIGN_HOST, 'This service answers to names of this machine only.');
}

function levelNeeded({ method, routeOptions }: FastifyRequest): AccessLevel {
  const isReading = method === 'GET' || method === 'HEAD';
  return routeOptions.config.access ?? (isReading ? 'read' : 'admin');
}

/** Lets a known caller in, or throws; the audit is told of both. */
function admit(parts: GuardParts, identity: Identity, request: FastifyRequest, reply: FastifyReply): void {
  const { identities, allowances, audit, store, sources } = parts;
  const allowance = allowances.of(identity.id);
  const caller = new Caller({ identity, identities, allowance, store, sources });
  audit.follow(caller, request, reply);
  if (identity.isOver !== null) throw tokenRequired(`The token is ${identity.isOver}.`);
  request.caller = caller;
  allowance.enter();
  whenOver(reply, () => allowance.leave());
  caller.require(levelNeeded(request));
}

/**
 * Asks every request who it is from, before anything else is looked at. What is open to everybody is a closed list, so
 * that a route added later asks for a token unless it is put there; and it goes by the route that was found, never by the
 * address's text, since the router decodes /%761/… to /v1/… after any look at it.
 */
export function addGuard(app: FastifyInstance, parts: GuardParts): void {
  const { identities, allowances, corsOrigins, hasAdminToken, hasPages } = parts;
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    // The page is the same for everybody; what it shows is asked for with a token.
    if (openRoutes.has(request.routeOptions.url ?? '') || (hasPages && isForPage(request))) {
      if (!hasAdminToken) requireLoopbackName(request, corsOrigins);
      return;
    }
    const secret = secretOf(request.headers.authorization);
    if (secret === null && !hasAdminToken) requireLoopbackName(request, corsOrigins);
    admit(parts, await identities.find(secret), request, reply);
  });
  app.addHook('onSend', async ({ caller }, reply) => {
    if (caller === null) return;
    const timing = `store;dur=${caller.storeTime.total.toFixed(1)}, total;dur=${reply.elapsedTime.toFixed(1)}`;
    reply.headers({ ...allowances.of(caller.id).headers(), 'server-timing': timing });
  });
}
