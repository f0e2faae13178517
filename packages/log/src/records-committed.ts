import type { Clock, InterruptiblePatience } from '@custody/runtime';
import type { Log, PartitionLag } from './log.ts';

export interface RecordsCommittedParts {
  readonly log: Pick<Log, 'lag'>;
  /** Throws once the signal has aborted: nothing else ends the waiting. */
  readonly patiently: InterruptiblePatience;
  readonly clock: Clock;
  readonly group: string;
  readonly topic: string;
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
 * Waits until the group has committed everything that stands in the topic at the time of the call: with groups that
 * commit after they stored it, until it is stored.
 */
export function createRecordsCommitted(parts: RecordsCommittedParts): (signal: AbortSignal) => Promise<void> {
  const { log, patiently, clock, group, topic, mostAhead } = parts;
  const look = () => log.lag(group, topic);
  return async function recordsCommitted(signal) {
    const read = () => patiently(`look how far ${group} has come`, signal, look);
    const goalOf = (lag: PartitionLag) => Math.min(lag.endOffset, nextOffset(lag) + (mostAhead ?? lag.endOffset));
    const goals = new Map((await read()).map((lag) => [lag.partition, goalOf(lag)]));
    const isReached = (lag: PartitionLag) => nextOffset(lag) >= (goals.get(lag.partition) ?? 0);
    for (
      let pauseMs = firstPauseMs;
      !(await read()).every(isReached);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    ) {
      await clock.sleep(pauseMs, signal);
    }
  };
}
