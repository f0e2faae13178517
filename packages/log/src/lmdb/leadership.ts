import type { Clock, Logger } from '@custody/runtime';
import type { TopicSpec } from '../log.ts';
import type { GroupStore } from './group-store.ts';
import { Membership } from './membership.ts';
import type { Waker } from './waker.ts';

/** Groups of one partition elect leaders; the topic never holds a record. */
export const leadershipTopic: TopicSpec = {
  name: 'custody.lead',
  partitions: 1,
  cleanup: 'delete',
  why: 'its one partition is what a leader holds',
};
const idleMs = 1_000;

export interface LeadershipParts {
  readonly groups: GroupStore;
  readonly waker: Waker;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly sessionTimeoutMs: number;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

type Task = (signal: AbortSignal) => Promise<void>;

/** One term: a task that ends by itself leaves the leadership where it is, since it would only run elsewhere again. */
async function serve(task: Task, term: AbortSignal, signal: AbortSignal, logger: Logger | undefined): Promise<void> {
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

/** Runs the task while this member holds the one partition; leaves the group only after the task has ended. */
export async function lead(parts: LeadershipParts, name: string, task: Task, signal: AbortSignal): Promise<void> {
  const { waker, logger } = parts;
  const options = { ...parts, group: `custody.lead.${name}`, topics: [leadershipTopic.name], onHeld: () => undefined };
  const membership = new Membership(options);
  try {
    while (!signal.aborted) {
      const seen = waker.pulse();
      await membership.sync();
      if (membership.held.length > 0) await serve(task, membership.term, signal, logger);
      else await waker.wait(seen, idleMs, signal);
    }
  } finally {
    await membership.leave();
  }
}
