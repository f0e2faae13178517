import { createHash } from 'node:crypto';
import { deadLetterNoteHeaders, topics } from '@custody/decision';
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

/** The letters of an hour: by their bytes, the origins of each. */
type HourLetters = Map<string, Set<string>>;

/** What the topic says of letters and of what became of them. */
class LettersByHour {
  readonly #hours = new Map<string, HourLetters>();
  readonly #stored = new Set<string>();

  note(record: LogRecord): void {
    const { headers, value, partition, offset } = record;
    const note = deadLetterNoteHeaders.safeParse(headers);
    if (note.success) {
      if (note.data['custody-note'] === 'stored') this.#stored.add(note.data['custody-origin']);
      return;
    }
    const key = hourKeyOf(record);
    if (key === null) return;
    const letters: HourLetters = this.#hours.get(key) ?? new Map();
    const digest = createHash('sha256')
      .update(value ?? '')
      .digest('base64');
    const origin = headers['custody-origin'] ?? `${partition}/${offset}`;
    letters.set(digest, (letters.get(digest) ?? new Set()).add(origin));
    this.#hours.set(key, letters);
  }

  /** How many entries of each hour are dead letters and nothing else: one that was replayed and stored is a row. */
  counts(): DeadLetterCounts {
    const isDead = (origins: ReadonlySet<string>) => ![...origins].some((origin) => this.#stored.has(origin));
    return new Map([...this.#hours].map(([key, letters]) => [key, [...letters.values()].filter(isDead).length]));
  }
}

/**
 * Counts the dead letters that are not stored. One entry may be there several times (a crash between letter and commit,
 * an hour read again, a replay that failed again): its bytes tell. Resolves with what was found so far when the signal
 * aborts.
 */
export async function countDeadLetters(log: Pick<Log, 'follow'>, signal: AbortSignal): Promise<DeadLetterCounts> {
  const letters = new LettersByHour();
  const follower = log.follow({
    topic: topics.deadLetters.name,
    onRecords(records) {
      for (const record of records) letters.note(record);
    },
  });
  try {
    await Promise.race([follower.caughtUp, aborted(signal)]);
  } finally {
    await follower.stop();
  }
  return letters.counts();
}
