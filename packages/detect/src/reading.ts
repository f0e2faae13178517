import type { TimeRange } from '@custody/decision';

/**
 * How far the source was read. "Read up to" and "proven" are two things: what is read is judged at once; that it is also
 * proven only decides what is said with it. Only what was not read holds a judgement back.
 */
export interface Reading {
  /** Everything before was read, but for `unread`. */
  readonly readUntilMs: number;
  /** Ranges that were not read, or could not be. */
  readonly unread: readonly TimeRange[];
  /** Everything before is proven to be all that the source lists. */
  readonly provenUntilMs: number;
}

/** `unproven`: read, and late rows may still come. `unread`: part of it was not read, so that counts are least counts. */
export const completenesses = ['proven', 'unproven', 'unread'] as const;
export type Completeness = (typeof completenesses)[number];

/** How completely a range is known. */
export function completenessOf({ fromMs, toMs }: TimeRange, reading: Reading): Completeness {
  const isCut = reading.unread.some((range) => range.fromMs < toMs && fromMs < range.toMs);
  if (isCut || toMs > reading.readUntilMs) return 'unread';
  return toMs <= reading.provenUntilMs ? 'proven' : 'unproven';
}

/** What a sentence about the range has to add. */
export function reservation(completeness: Completeness): string {
  if (completeness === 'proven') return '';
  if (completeness === 'unproven') return ' (read but not proven complete yet: late decisions may add to it)';
  return ' (part of this time was not read: there may be more)';
}
