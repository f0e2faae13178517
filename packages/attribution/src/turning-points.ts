import type { TimeRange } from '@custody/decision';
import { heldAt, type ListingTimes, type Validity } from './held.ts';

/** A moment that a fact or a listing tells, or the one after it: between two of them `heldAt` never changes. */
export function turningPointsOf(fact: Validity | null, listing: ListingTimes | undefined): number[] {
  const points: number[] = [];
  if (fact !== null) {
    points.push(fact.firstSeenMs, fact.lastSeenMs + 1);
    if (fact.validFromMs !== null) points.push(fact.validFromMs);
    if (fact.firstMissingMs !== null) points.push(fact.firstMissingMs);
  }
  if (listing !== undefined) points.push(listing.firstMs, listing.firstMs + 1, listing.newestMs + 1);
  return points;
}

/**
 * The least range that holds every moment at which it matters whether a fact is known as `before` or as `after`; `null`
 * where it never does. `before` is `null` for a fact that was not known at all. Its ends are infinite where it has none.
 */
export function periodOfDifference(
  before: Validity | null,
  after: Validity,
  listing: ListingTimes | undefined,
): TimeRange | null {
  const points = new Set([...turningPointsOf(before, listing), ...turningPointsOf(after, listing)]);
  const edges = [...points].sort((a, b) => a - b);
  const differing = [...edges, Number.POSITIVE_INFINITY].flatMap((toMs, index) => {
    const fromMs = edges[index - 1] ?? Number.NEGATIVE_INFINITY;
    // Any moment of a slice stands for all of it.
    const atMs = Number.isFinite(fromMs) ? fromMs : toMs - 1;
    const heldBefore = before === null ? 'absent' : heldAt(before, listing, atMs);
    return heldBefore === heldAt(after, listing, atMs) ? [] : [{ fromMs, toMs }];
  });
  return differing.reduce<TimeRange | null>((all, { fromMs, toMs }) => ({ fromMs: all?.fromMs ?? fromMs, toMs }), null);
}
