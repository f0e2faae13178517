import { createHash } from 'node:crypto';
import { topics } from '@custody/decision';
import type { Log, LogRecord } from '@custody/log';
import { aborted } from '@custody/runtime';

/** Distinct dead letters by `env_id/hour`, as the poller keyed the hours that they were read for. */
export type DeadLetterCounts = ReadonlyMap<string, number>;

function hourKeyOf({ headers }: LogRecord): string | null {
  // Its listed twin is counted by itself: a refused detail hides no decision that is missing.
  if (headers['custody-form'] === 'detailed') return null;
  const envId = headers['custody-env-id'];
  const hour = headers['custody-hour'];
  return envId !== undefined && hour !== undefined ? `${envId}/${hour}` : null;
}

/**
 * Counts the dead letters. One entry may be there several times (a crash between letter and commit, an hour read again):
 * its bytes tell. Resolves with what was found so far when the signal aborts.
 */
export async function countDeadLetters(log: Pick<Log, 'follow'>, signal: AbortSignal): Promise<DeadLetterCounts> {
  const letters = new Map<string, Set<string>>();
  const follower = log.follow({
    topic: topics.deadLetters.name,
    onRecords(records) {
      for (const record of records) {
        const key = hourKeyOf(record);
        if (key === null) continue;
        const seen = letters.get(key) ?? new Set();
        letters.set(
          key,
          seen.add(
            createHash('sha256')
              .update(record.value ?? '')
              .digest('base64'),
          ),
        );
      }
    },
  });
  try {
    await Promise.race([follower.caughtUp, aborted(signal)]);
  } finally {
    await follower.stop();
  }
  return new Map([...letters].map(([key, seen]) => [key, seen.size]));
}
