import { aborted, type Logger } from '@custody/runtime';
import type { TopicSpec } from './log.ts';
import { withAny } from './with-any.ts';

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

/** One term: a task that ends by itself leaves the leadership where it is, since it would only run elsewhere again. */
export async function serveTerm(
  task: LeaderTask,
  term: AbortSignal,
  signal: AbortSignal,
  logger: Logger | undefined,
): Promise<void> {
  await withAny([term, signal], async (ending) => {
    try {
      await task(ending);
      await aborted(ending);
    } catch (error) {
      if (!ending.aborted) throw error;
      logger?.debug({ err: error }, 'a leader ended after its leadership was lost or it was stopped');
    }
  });
}
