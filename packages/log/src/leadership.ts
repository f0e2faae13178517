import type { Logger } from '@custody/runtime';
import type { TopicSpec } from './log.ts';

/** Groups of one partition elect leaders; the topic never holds a record. */
export const leadershipTopic: TopicSpec = {
  name: 'custody.lead',
  partitions: 1,
  cleanup: 'delete',
  why: 'its one partition is what a leader holds',
};

/** The group that elects the leader of a name. */
export const leadershipGroup = (name: string): string => `custody.lead.${name}`;

export type LeaderTask = (signal: AbortSignal) => Promise<void>;

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** One term: a task that ends by itself leaves the leadership where it is, since it would only run elsewhere again. */
export async function serveTerm(
  task: LeaderTask,
  term: AbortSignal,
  signal: AbortSignal,
  logger: Logger | undefined,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const source of [term, signal]) source.addEventListener('abort', end);
  if (term.aborted || signal.aborted) end();
  try {
    await task(ending.signal);
    await aborted(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    logger?.debug({ err: error }, 'a leader ended after its leadership was lost or it was stopped');
  } finally {
    for (const source of [term, signal]) source.removeEventListener('abort', end);
  }
}
