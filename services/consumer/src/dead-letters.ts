import { attemptOf, type DeadLetterHeaders, formatTimestamp, replayedOrigin, topics } from '@custody/decision';
import type { Log, NewRecord } from '@custody/log';
import type { Clock } from '@custody/runtime';
import type { Patience } from './patience.ts';
import type { Refusal } from './steps/step.ts';

/** Keeps what a step refused; resolves when it is durable. */
export type DeadLetters = (refusals: readonly Refusal[], topic: string, signal: AbortSignal) => Promise<void>;

export interface DeadLettersParts {
  readonly log: Pick<Log, 'append'>;
  readonly patiently: Patience;
  readonly clock: Clock;
}

function deadLetter({ record, step, fault, detail }: Refusal, topic: string, failedAtMs: number): NewRecord {
  const headers: DeadLetterHeaders = {
    'custody-fault': fault,
    'custody-fault-detail': detail,
    'custody-step': step,
    'custody-failed-at': formatTimestamp(failedAtMs),
    'custody-attempt': String(attemptOf(record.headers) + 1),
    // One that was replayed and failed again is the same letter, whose newest attempt counts.
    'custody-origin': replayedOrigin(record.headers) ?? `${topic}/${record.partition}/${record.offset}`,
  };
  return { key: record.key, value: record.value, headers: { ...record.headers, ...headers } };
}

/**
 * Appends refused records to the dead letters: bytes and key untouched, the original headers and the reason. It comes
 * before the commit, so a crash between the two appends a letter twice: letters are told apart by `custody-origin`.
 */
export function createDeadLetters({ log, patiently, clock }: DeadLettersParts): DeadLetters {
  return async function keepDeadLetters(refusals, topic, signal) {
    if (refusals.length === 0) return;
    const letters = refusals.map((refusal) => deadLetter(refusal, topic, clock.now()));
    await patiently('keep dead letters', signal, () => log.append(topics.deadLetters.name, letters));
  };
}
