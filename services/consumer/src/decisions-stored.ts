import { topics } from '@custody/decision';
import type { Log, PartitionLag } from '@custody/log';
import type { Clock } from '@custody/runtime';
import { throwIfAborted } from './patience.ts';

export interface DecisionsStoredParts {
  readonly log: Pick<Log, 'lag'>;
  readonly clock: Clock;
  readonly group: string;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Where the group will read next: records that expired before it came to them will never be committed. */
function nextOffset({ committedOffset, firstOffset }: PartitionLag): number {
  return Math.max(committedOffset, firstOffset);
}

/**
 * Waits until the group has committed everything that stands in the decisions topic at the time of the call. Throws
 * `CONSUMER_INTERRUPTED` when the signal aborts before.
 */
export function createDecisionsStored({ log, clock, group }: DecisionsStoredParts) {
  const read = () => log.lag(group, topics.decisions.name);
  return async function decisionsStored(signal: AbortSignal): Promise<void> {
    const goals = new Map((await read()).map(({ partition, endOffset }) => [partition, endOffset]));
    const isReached = (lag: PartitionLag) => nextOffset(lag) >= (goals.get(lag.partition) ?? 0);
    for (
      let pauseMs = firstPauseMs;
      !(await read()).every(isReached);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    ) {
      await clock.sleep(pauseMs, signal);
      throwIfAborted(signal, 'waiting for decisions to be stored');
    }
  };
}
