import type { FastifyReply } from 'fastify';

/** Names one more header of requests that the answer depends on, beside those that were named before. */
export function addVary(reply: FastifyReply, header: string): void {
  reply.header('vary', [reply.getHeader('vary') ?? [], header].flat().join(', '));
}
