import { timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { accountRoutes } from './account.ts';
import { auditLogRoutes } from './audit-logs.ts';
import type { Backend } from './backend.ts';
import { factRoutes } from './facts.ts';
import { ApiFault, notFound, rateLimited, unauthorized } from './fault.ts';
import { RateLimit } from './rate-limit.ts';
import { schemaRoutes } from './schema.ts';

export interface ApiOptions {
  readonly apiKey: string;
  readonly requestsPerMinute: number;
}

/** The HTTP face: key and rate limit before everything under `/v2`, one place where faults become answers. */
export function createApi(backend: Backend, options: ApiOptions): FastifyInstance {
  // Keys hold long client ids, and a percent-encoded one is three times its length.
  const app = fastify({ logger: false, forceCloseConnections: true, routerOptions: { maxParamLength: 1500 } });
  const limit = new RateLimit(options.requestsPerMinute, backend.now);
  const { retryAfter, wrongKeyStatus } = backend.variants;

  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/v2/')) return;
    const waitMs = limit.take();
    if (waitMs !== undefined) throw rateLimited(retryAfter ? Math.ceil(waitMs / 1000) : undefined);
    const header = request.headers.authorization;
    if (header === undefined) throw unauthorized(401);
    if (!sameText(header, `Bearer ${options.apiKey}`)) throw unauthorized(wrongKeyStatus);
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('date', new Date(backend.now()).toUTCString());
  });
  app.setNotFoundHandler((request) => {
    throw notFound(`${request.method} ${request.url}`);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ApiFault) return reply.code(error.status).headers(error.headers).send(error.body);
    return reply.send(error);
  });

  app.get('/incidents', () => backend.incidents(backend.now()));
  accountRoutes(app, backend);
  auditLogRoutes(app, backend);
  factRoutes(app, backend);
  schemaRoutes(app, backend);
  return app;
}

function sameText(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}
