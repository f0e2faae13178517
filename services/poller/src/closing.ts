import type { Proof } from '@custody/decision';
import { tooManyResults } from './source.ts';
import type { Reading } from './window-reader.ts';

/** Identical readings of one window in a row, and when the first of them began. */
export interface IdenticalReadings {
  readonly digest: string;
  readonly sinceMs: number;
  /** Whether the last of them was proven but for entries that it no longer listed. */
  readonly isShort: boolean;
}

export interface ClosingEvidence {
  readonly reading: Pick<Reading, 'beganAtMs' | 'listedPadded' | 'digest' | 'counts' | 'pages' | 'missing'>;
  /** Counted after the pass for the same padded request; `null` where the source gives no count. */
  readonly countedAfter: number | null;
  readonly latenessMs: number;
  readonly before: IdenticalReadings | null;
}

export interface Closing {
  /** `null`: the window stays open. */
  readonly proof: Proof | null;
  readonly identical: IdenticalReadings;
  /** Why it stays open; `''` when it is proven. */
  readonly reason: string;
}

/**
 * Whether nothing can have slipped between the pages: a row deleted at the source while they were read shifts another
 * one over a page's edge, and the count shows it by shrinking. Also of a pass that listed nothing new: what slipped may be
 * a row that no pass has listed yet.
 */
export function isSteady(counts: readonly number[], countedAfter: number): boolean {
  const all = [...counts, countedAfter];
  return counts.length > 0 && all.every((count, index) => index === 0 || count >= (all[index - 1] ?? 0));
}

/**
 * Whether a window that is older than the lateness is proven. By count: the source counted no more after the pass than
 * the pass listed, and nothing slipped between its pages; one page is one answer, and cannot lose anything. Entries that
 * are gone have to be gone from two readings in a row: an answer may be short by a fault. By reading again: where counts are absent or say otherwise, unchanged readings over one lateness.
 */
export function judgeClosing({ reading, countedAfter, latenessMs, before }: ClosingEvidence): Closing {
  const { digest, beganAtMs, counts, listedPadded, pages, missing } = reading;
  const isSame = before?.digest === digest;
  const identical = { digest, sinceMs: isSame ? before.sinceMs : beganAtMs, isShort: false };
  const isUsable = countedAfter !== null && countedAfter < tooManyResults;
  if (isUsable && countedAfter <= listedPadded && (pages === 1 || isSteady(counts, countedAfter))) {
    if (missing === 0 || before?.isShort) return { proof: 'count', identical, reason: '' };
    const reason = `the source no longer lists ${missing} entries: to be read again`;
    return { proof: null, identical: { ...identical, isShort: true }, reason };
  }
  if (before !== null && beganAtMs - identical.sinceMs >= latenessMs) return { proof: 'reread', identical, reason: '' };
  if (!isUsable) return { proof: null, identical, reason: 'the source gives no count: to be read again' };
  const reason =
    countedAfter > listedPadded
      ? `the source counted ${countedAfter} and listed ${listedPadded}: to be read again`
      : 'the source changed while it was read: to be read again';
  return { proof: null, identical, reason };
}
