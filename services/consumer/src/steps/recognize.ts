import { deadLettered, formatTimestamp, kept, type Outcome, parseTimestamp } from '@custody/decision';
import type { Step } from './step.ts';
import type { ValidEntry } from './validate.ts';

/** The times of decisions seen before; ids are canonical, times are milliseconds since the epoch. */
export interface KnownTimes {
  get(decisionId: string): number | undefined;
  set(decisionId: string, occurredAtMs: number): void;
}

/** How many ids are known by their time: a decision is mostly read again soon after it was read first. */
export const mostKnownTimes = 50_000;

/**
 * The times of the ids seen last: of so many at least, of twice as many at most. Two generations, of which the older is
 * let go as a whole: to take single ones out of a map costs more than everything else that is done to a decision here.
 */
function createRecentTimes(capacity: number): KnownTimes {
  let young = new Map<string, number>();
  let old = young;
  return {
    get: (id) => young.get(id) ?? old.get(id),
    set(id, occurredAtMs) {
      if (young.size >= capacity) {
        old = young;
        young = new Map();
      }
      young.set(id, occurredAtMs);
    },
  };
}

/**
 * The memories of two readers of the same decisions, one behind the other. Each knows what the other has seen and lets go
 * of its own only: a backlog passes so quickly that what was stored ahead of it would be forgotten within seconds, long
 * before its turn, and an entry of the backlog with another time would be a second row.
 */
export function sharedTimes(capacity = mostKnownTimes): { readonly inTurn: KnownTimes; readonly ahead: KnownTimes } {
  const [inTurn, ahead] = [createRecentTimes(capacity), createRecentTimes(capacity)];
  const get = (id: string) => inTurn.get(id) ?? ahead.get(id);
  return { inTurn: { ...inTurn, get }, ahead: { ...ahead, get } };
}

/**
 * Refuses an entry whose id was known with another timestamp. A decision never changes its time, and two times would be
 * two rows for ever. The first time seen counts; a detailed entry says itself with which time it was listed.
 */
export function createRecognize(known: KnownTimes): Step<ValidEntry, ValidEntry> {
  return function recognize(entry: ValidEntry): Outcome<ValidEntry> {
    const { id, occurredAtMs } = entry.decision;
    const listedAt = entry.headers['custody-listed-at'];
    const seen = known.get(id);
    const before = seen ?? (listedAt === undefined ? undefined : (parseTimestamp(listedAt) ?? undefined));
    if (seen === undefined) known.set(id, before ?? occurredAtMs);
    if (before === undefined || before === occurredAtMs) return kept(entry);
    const detail = `timestamp: ${formatTimestamp(occurredAtMs)}, and ${id} was known at ${formatTimestamp(before)}`;
    return deadLettered('conflicting_entry', detail);
  };
}
