import type { FastifyInstance } from 'fastify';

/** How long answers under way may take once the service is to end, milliseconds: less than a process has for its end. */
const graceMs = 3_000;

/**
 * Lets the service end although a client holds a connection open. Idle ones are closed at once; one that a browser made in
 * advance and that never carried a request counts as busy, and would be waited for.
 */
export function addClosing(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  });
  app.addHook('onClose', async () => clearTimeout(timer));
}
