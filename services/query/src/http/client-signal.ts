import type { FastifyReply } from 'fastify';
import { whenOver } from './when-over.ts';

/** Aborts when the client goes away before it has its answer, so that nothing is computed for nobody. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  whenOver(reply, (isWhole) => {
    if (!isWhole) gone.abort();
  });
  return gone.signal;
}
