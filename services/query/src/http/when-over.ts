import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

type Callback = (isWhole: boolean) => void;

/** What is to be called when a response has ended, by response. */
const waiting = new WeakMap<ServerResponse, Callback[]>();

/** Listens for the end of a response, once for all who wait for it. */
function listen({ raw, request }: FastifyReply, callbacks: Callback[]): void {
  const { socket } = request.raw;
  const over = (isWhole: boolean) => {
    socket.off('close', gone);
    for (const callback of callbacks.splice(0)) callback(isWhole);
  };
  const gone = () => over(false);
  // A response that waits behind another one on its connection is not told that the connection is gone.
  socket.once('close', gone);
  raw.once('finish', () => over(true));
  raw.once('close', gone);
}

/** Calls back once when a response has ended: whole, or because its client went away before that. */
export function whenOver(reply: FastifyReply, callback: Callback): void {
  const { raw } = reply;
  // Who asks may have been found out after the caller went away.
  if (raw.destroyed) {
    callback(false);
    return;
  }
  const callbacks = waiting.get(raw) ?? [];
  callbacks.push(callback);
  if (waiting.has(raw)) return;
  waiting.set(raw, callbacks);
  listen(reply, callbacks);
}
