import { type ReadinessCheck, type Registry, readiness } from '@custody/runtime';
import type { FastifyInstance } from 'fastify';
import { renderDocs } from '../docs-page.ts';

/** The page runs no script and loads nothing. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** Not part of the API's own document. */
const hidden = { schema: { hide: true } };

/** Health, metrics and the API's own documents. */
export function addPlain(
  app: FastifyInstance,
  metrics: Registry,
  checks: Readonly<Record<string, ReadinessCheck>>,
): void {
  app.get('/livez', hidden, async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'));
  app.get('/readyz', hidden, async (_request, reply) => {
    const state = await readiness(checks);
    return reply.status(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', hidden, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  app.get('/openapi.json', hidden, async (_request, reply) => reply.send(app.swagger()));
  let page = '';
  app.get('/docs', hidden, async (_request, reply) => {
    page ||= renderDocs(app.swagger());
    return reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(page);
  });
}
