import type { Clock, Logger, Registry } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import type { AnswerSources } from '../answer/answer-sources.ts';
import { pacedStore } from '../pace/paced-store.ts';
import type { Turns } from '../pace/turns.ts';
import { Allowances, type UseLimits } from './allowance.ts';
import { Audit } from './audit.ts';
import { addCors } from './cors.ts';
import { addGuard } from './guard.ts';
import { Identities } from './identity.ts';
import { KnownTokens } from './known-tokens.ts';
import { readingStore } from './reading-store.ts';
import type { TokenRouteParts } from './token-routes.ts';

export interface AccessParts {
  readonly store: StoreClient;
  /** In which the statements of callers run. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly sources: AnswerSources;
  /** The configured token; `null` for none. */
  readonly adminToken: string | null;
  readonly useLimits: UseLimits;
  readonly corsOrigins: readonly string[];
  /** Whether tokens are read by the clock, or only when somebody asks. */
  readonly keepTokensFresh: boolean;
  readonly hasPages: boolean;
}

/**
 * Puts everything that decides who may ask what in front of the routes: has to come before them. What it returns the routes
 * about tokens work with.
 */
export function addAccess(app: FastifyInstance, parts: AccessParts): TokenRouteParts {
  const { store, clock, adminToken, useLimits, sources } = parts;
  const corsOrigins = new Set(parts.corsOrigins);
  const tokens = new KnownTokens(parts);
  const identities = new Identities(adminToken, tokens, clock);
  const audit = new Audit(parts);
  const allowances = new Allowances(useLimits, clock);
  addCors(app, corsOrigins);
  addGuard(app, {
    ...{ identities, allowances, audit, sources, corsOrigins },
    store: pacedStore(readingStore(store), parts.turns),
    hasAdminToken: adminToken !== null,
    hasPages: parts.hasPages,
  });
  const closing = new AbortController();
  const reading = parts.keepTokensFresh ? tokens.keepFresh(closing.signal) : null;
  app.addHook('onClose', async () => {
    closing.abort();
    await Promise.all([reading, audit.close()]);
  });
  return { store, clock, tokens, identities };
}
