import { z } from 'zod';

/** Headers of a dead letter, beside the original ones. */
export const deadLetterHeaders = z.object({
  'custody-fault': z.string(),
  'custody-fault-detail': z.string(),
  /** The consumer's step that refused it. */
  'custody-step': z.string(),
  'custody-failed-at': z.string(),
  /** How often it was refused, from 1. */
  'custody-attempt': z.string(),
  /** Where it stood when it was refused first, `topic/partition/offset`: a letter's name, whatever its attempt. */
  'custody-origin': z.string(),
});
export type DeadLetterHeaders = z.infer<typeof deadLetterHeaders>;

/**
 * Headers of a note: a record without a value among the dead letters that says what became of one. Nothing there is ever
 * changed or deleted by key; a note stands behind its letter and is kept as long, so that it never goes first.
 */
export const deadLetterNoteHeaders = z.object({
  /** `replayed`: it stands in the decisions topic again. `stored`: the consumer has stored it, which is the end of it. */
  'custody-note': z.enum(['replayed', 'stored']),
  'custody-noted-at': z.string(),
  /** The attempt of the letter that was replayed. */
  'custody-attempt': z.string(),
  'custody-origin': z.string(),
});
export type DeadLetterNoteHeaders = z.infer<typeof deadLetterNoteHeaders>;

type Headers = Readonly<Record<string, string>>;

/** How often a record was refused so far: 0 for one that never was. */
export function attemptOf(headers: Headers): number {
  const attempt = Number(headers['custody-attempt']);
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 0;
}

/** The name of the dead letter that a record of the decisions topic was replayed from; `undefined` for any other. */
export function replayedOrigin(headers: Headers): string | undefined {
  return headers['custody-origin'];
}

/** Headers with which a dead letter is replayed: the original ones, its origin and its attempts. */
export function replayHeaders(headers: Headers): Record<string, string> {
  const ofTheLetter = new Set(Object.keys(deadLetterHeaders.shape));
  const original = Object.entries(headers).filter(([name]) => !ofTheLetter.has(name));
  const kept: Pick<DeadLetterHeaders, 'custody-attempt' | 'custody-origin'> = {
    'custody-attempt': String(Math.max(1, attemptOf(headers))),
    'custody-origin': headers['custody-origin'] ?? '',
  };
  return { ...Object.fromEntries(original), ...kept };
}
