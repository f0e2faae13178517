/**
 * How surely a fact held at a moment.
 * - `observed`: listings before and after the moment show it.
 * - `assumed`: nothing speaks against it, but the moment itself was not observed: before the first listing that shows
 *   it, or after the newest one.
 * - `uncertain`: it began or ended between two listings around the moment.
 * - `absent`: it had not begun, or had ended.
 */
export type Held = 'observed' | 'assumed' | 'uncertain' | 'absent';

/** When a fact held, in milliseconds since the epoch. */
export interface Validity {
  /** The source's own time of creation; `null` where it has none. */
  readonly validFromMs: number | null;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** `null` while it is in the newest complete listing. */
  readonly firstMissingMs: number | null;
}

/** When the first and the newest complete listing of a kind were made. */
export interface ListingTimes {
  readonly firstMs: number;
  readonly newestMs: number;
}

function begun(fact: Validity, listing: ListingTimes | undefined, atMs: number): Held {
  if (fact.validFromMs !== null && atMs < fact.validFromMs) return 'absent';
  if (atMs >= fact.firstSeenMs) return 'observed';
  // From here on the moment is before the first listing that shows the fact.
  if (fact.validFromMs !== null) return 'assumed';
  const wasThereFromTheFirst = listing === undefined || fact.firstSeenMs <= listing.firstMs;
  // It may have held for ever, unless an earlier listing lacked it: then it began after that one.
  if (wasThereFromTheFirst) return 'assumed';
  return atMs <= listing.firstMs ? 'absent' : 'uncertain';
}

function notEnded(fact: Validity, listing: ListingTimes | undefined, atMs: number): Held {
  if (fact.firstMissingMs !== null) {
    if (atMs >= fact.firstMissingMs) return 'absent';
    return atMs <= fact.lastSeenMs ? 'observed' : 'uncertain';
  }
  return atMs <= Math.max(fact.lastSeenMs, listing?.newestMs ?? fact.lastSeenMs) ? 'observed' : 'assumed';
}

const weakestFirst: readonly Held[] = ['absent', 'uncertain', 'assumed', 'observed'];

/** Ranks how surely: 0 for `absent` up to 3 for `observed`. */
export function sureness(held: Held): number {
  return weakestFirst.indexOf(held);
}

/** Whether the fact held at the moment, as far as its listings tell. */
export function heldAt(fact: Validity, listing: ListingTimes | undefined, atMs: number): Held {
  const start = begun(fact, listing, atMs);
  const end = notEnded(fact, listing, atMs);
  return sureness(start) <= sureness(end) ? start : end;
}
