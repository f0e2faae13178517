import type { Calendar } from './calendar.ts';

/**
 * The windows that are watched: a bucket, a quarter and a half of a block, and a block (5, 15, 30 and 60 minutes). What comes
 * within twenty minutes is diluted in an hour, and cut up by five minutes.
 */
export type Span = 'bucket' | 'quarter' | 'half' | 'block';

/** From the shortest to the longest. */
export const spans: readonly Span[] = ['bucket', 'quarter', 'half', 'block'];

/** Those that a history has counts of, by how often each was reached. */
export type CountedSpan = Extract<Span, 'bucket' | 'block'>;

export function isCounted(span: Span): span is CountedSpan {
  return span === 'bucket' || span === 'block';
}

const sharesOfBlock: Readonly<Record<Exclude<Span, 'bucket'>, number>> = { quarter: 0.25, half: 0.5, block: 1 };

/** How long a window is, in buckets. */
export function bucketsIn(span: Span, { blockBuckets }: Calendar): number {
  return span === 'bucket' ? 1 : sharesOfBlock[span] * blockBuckets;
}

/** The window that is as long; a block where none is. */
export function spanOf(windowMs: number, calendar: Calendar): Span {
  return spans.find((span) => bucketsIn(span, calendar) * calendar.bucketMs === windowMs) ?? 'block';
}
