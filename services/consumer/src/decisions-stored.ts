import { topics } from '@custody/decision';
import type { Log, PartitionLag } from '@custody/log';
import type { Clock } from '@custody/runtime';
import { type Patience, throwIfAborted } from './patience.ts';

export interface DecisionsStoredParts {
  readonly log: Pick<Log, 'lag'>;
  readonly patiently: Patience;
  readonly clock: Clock;
  readonly group: string;
  /**
   * Only so many records of each partition beyond what is committed. A batch begins there, so that this is enough where
   * it is about what is under way, and a long backlog is not waited for. Absent: all of them.
   */
  readonly mostAhead?: number;
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
export function createDecisionsStored({ log, patiently, clock, group, mostAhead }: DecisionsStoredParts) {
  const look = () => log.lag(group, topics.decisions.name);
  return async function decisionsStored(signal: AbortSignal): Promise<void> {
    const read = () => patiently('look how far decisions are stored', signal, look);
    const goalOf = (lag: PartitionLag) => Math.min(lag.endOffset, nextOffset(lag) + (mostAhead ?? lag.endOffset));
    const goals = new Map((await read()).map((lag) => [lag.partition, goalOf(lag)]));
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
