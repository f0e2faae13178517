import type { FastifyReply } from 'fastify';

/** Calls back once when a response has ended: whole, or because its client went away before that. */
export function whenOver({ raw, request }: FastifyReply, callback: (isWhole: boolean) => void): void {
  const { socket } = request.raw;
  let isOver = false;
  const over = (isWhole: boolean) => {
    if (isOver) return;
    isOver = true;
    socket.off('close', gone);
    callback(isWhole);
  };
  const gone = () => over(false);
  // A response that waits behind another one on its connection is not told that the connection is gone.
  socket.once('close', gone);
  // Who asks may have been found out after the caller went away.
  if (raw.destroyed) over(false);
  raw.once('finish', () => over(true));
  raw.once('close', gone);
}
