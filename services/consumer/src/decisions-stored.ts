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

/**
 * Waits until the group has committed everything that stands in the decisions topic at the time of the call.
 * Throws `CONSUMER_INTERRUPTED` when the signal aborts before.
 */
export function createDecisionsStored({ log, clock, group }: DecisionsStoredParts) {
  const read = () => log.lag(group, topics.decisions.name);
  return async function decisionsStored(signal: AbortSignal): Promise<void> {
    let behind = (await read()).filter(isBehind);
    for (let pauseMs = firstPauseMs; behind.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await clock.sleep(pauseMs, signal);
      throwIfAborted(signal, 'waiting for decisions to be stored');
      const committed = new Map((await read()).map((lag) => [lag.partition, lag.committedOffset]));
      behind = behind.filter((target) => (committed.get(target.partition) ?? 0) < target.endOffset);
    }
  };
}

function isBehind(lag: PartitionLag): boolean {
  return lag.committedOffset < lag.endOffset;
}
