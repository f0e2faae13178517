import { attemptOf, deadLetterNoteHeaders, topics } from '@custody/decision';
import type { Log, LogRecord } from '@custody/log';
import { CustodyError } from '@custody/runtime';
import { deadLetterErrors } from './errors.ts';

export interface LetterEvent {
  readonly event: 'failed' | 'replayed' | 'stored';
  readonly at: string;
  readonly attempt: number;
  /** What it failed of; empty otherwise. */
  readonly fault: string;
}

/** One dead letter, whole. */
export interface LetterHistory {
  /** The record of its newest attempt. */
  readonly newest: LogRecord;
  readonly events: readonly LetterEvent[];
}

function eventOf({ headers }: LogRecord): LetterEvent {
  const note = deadLetterNoteHeaders.safeParse(headers);
  const attempt = attemptOf(headers);
  if (note.success) return { event: note.data['custody-note'], at: note.data['custody-noted-at'], attempt, fault: '' };
  const fault = `${headers['custody-step']}/${headers['custody-fault']}`;
  return { event: 'failed', at: headers['custody-failed-at'] ?? '', attempt, fault };
}

/** Reads one dead letter and all that became of it. Throws `DEAD_LETTER_UNKNOWN` and LOG_* errors. */
export async function readLetter(log: Pick<Log, 'follow'>, origin: string): Promise<LetterHistory> {
  const found: LogRecord[] = [];
  const follower = log.follow({
    topic: topics.deadLetters.name,
    onRecords: (records) => void found.push(...records.filter(({ headers }) => headers['custody-origin'] === origin)),
  });
  try {
    await follower.caughtUp;
  } finally {
    await follower.stop();
  }
  const letters = found.filter(({ headers }) => headers['custody-fault'] !== undefined);
  const newest = letters.reduce<LogRecord | null>(
    (best, one) => (best === null || attemptOf(one.headers) > attemptOf(best.headers) ? one : best),
    null,
  );
  if (newest === null) {
    throw new CustodyError(
      deadLetterErrors.DEAD_LETTER_UNKNOWN,
      `No dead letter has the origin ${JSON.stringify(origin.slice(0, 200))}.`,
    );
  }
  // A crash may have appended the same again.
  const events = new Map(found.map(eventOf).map((one) => [`${one.event}/${one.attempt}`, one]));
  return { newest, events: [...events.values()] };
}
