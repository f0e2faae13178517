import type { Clock, Logger } from '@custody/runtime';
import { type LeaderTask, leadershipGroup, leadershipTopic, serveTerm } from '../leadership.ts';
import type { GroupStore } from './group-store.ts';
import { Membership } from './membership.ts';
import type { Waker } from './waker.ts';

const idleMs = 1_000;

export interface LeadershipParts {
  readonly groups: GroupStore;
  readonly waker: Waker;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly sessionTimeoutMs: number;
}

/** Runs the task while this member holds the one partition; leaves the group only after the task has ended. */
export async function lead(parts: LeadershipParts, name: string, task: LeaderTask, signal: AbortSignal): Promise<void> {
  const { waker, logger } = parts;
  const options = {
    ...parts,
    group: leadershipGroup(name),
    topics: [leadershipTopic.name],
    onHeld: () => undefined,
  };
  const membership = new Membership(options);
  try {
    while (!signal.aborted) {
      const seen = waker.pulse();
      await membership.sync();
      if (membership.held.length > 0) await serveTerm(task, membership.term, signal, logger);
      else await waker.wait(seen, idleMs, signal);
    }
  } finally {
    await membership.leave();
  }
}
