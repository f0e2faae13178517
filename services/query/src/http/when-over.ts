import type { FastifyReply } from 'fastify';

/** Calls back once when a response has ended: whole, or because its client went away before that. */
export function whenOver({ raw }: FastifyReply, callback: (isWhole: boolean) => void): void {
  let isOver = false;
  const over = (isWhole: boolean) => {
    if (isOver) return;
    isOver = true;
    callback(isWhole);
  };
  // Who asks may have been found out after the caller went away.
  if (raw.destroyed) over(false);
  raw.once('finish', () => over(true));
  raw.once('close', () => over(false));
}
