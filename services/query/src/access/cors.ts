import type { FastifyInstance } from 'fastify';
import { addVary } from '../http/vary.ts';

const preflightSeconds = 600;

/** Headers of answers that a page may look at. */
const exposed = 'x-request-id, ratelimit, ratelimit-policy, retry-after, content-disposition, etag';

/**
 * Lets pages of the given origins read answers, and of no others; without any, of nobody's. Cookies mean nothing here, so
 * that a page still needs a token of its own.
 */
export function addCors(app: FastifyInstance, origins: ReadonlySet<string>): void {
  if (origins.size === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    addVary(reply, 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !origins.has(origin)) return;
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed });
    if (request.method !== 'OPTIONS') return;
    // A browser asks before it asks, without the token.
    reply.headers({
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers': 'authorization, content-type, if-match, if-none-match, last-event-id',
      'access-control-max-age': String(preflightSeconds),
    });
    return reply.status(204).send();
  });
}
