import { attemptOf, type DeadLetterNoteHeaders, formatTimestamp, replayedOrigin, topics } from '@custody/decision';
import type { Log, LogRecord, NewRecord } from '@custody/log';
import type { Clock } from '@custody/runtime';
import type { Patience } from './patience.ts';

/** Notes of replayed records that they are stored; resolves when it is durable. */
export type NoteStored = (replayed: readonly LogRecord[], signal: AbortSignal) => Promise<void>;

export interface NoteStoredParts {
  readonly log: Pick<Log, 'append'>;
  readonly patiently: Patience;
  readonly clock: Clock;
}

/**
 * Ends dead letters: only the consumer knows that a replayed one is stored, and says so among them. It comes between
 * store and commit, so a crash costs a second note of the same.
 */
export function createNoteStored({ log, patiently, clock }: NoteStoredParts): NoteStored {
  return async function noteStored(replayed, signal) {
    if (replayed.length === 0) return;
    const notedAt = formatTimestamp(clock.now());
    const notes = replayed.map(({ key, headers }): NewRecord => {
      const note: DeadLetterNoteHeaders = {
        'custody-note': 'stored',
        'custody-noted-at': notedAt,
        'custody-attempt': String(attemptOf(headers)),
        'custody-origin': replayedOrigin(headers) ?? '',
      };
      return { key, value: null, headers: note };
    });
    await patiently('note what became of dead letters', signal, () => log.append(topics.deadLetters.name, notes));
  };
}
