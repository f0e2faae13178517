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

/** The times of the ids seen last, so many of them. */
export function createRecentTimes(capacity = mostKnownTimes): KnownTimes {
  const times = new Map<string, number>();
  return {
    get: (id) => times.get(id),
    set(id, occurredAtMs) {
      times.set(id, occurredAtMs);
      if (times.size <= capacity) return;
      const [oldest] = times.keys();
      if (oldest !== undefined) times.delete(oldest);
    },
  };
}

/**
 * Refuses an entry whose id was known with another timestamp. A decision never changes its time, and two times would be
 * two rows for ever. The first time seen counts; a detailed entry says itself with which time it was listed.
 */
export function createRecognize(known: KnownTimes): Step<ValidEntry, ValidEntry> {
  return function recognize(entry: ValidEntry): Outcome<ValidEntry> {
    const { id, occurredAtMs } = entry.decision;
    const listedAt = entry.headers['custody-listed-at'];
    const before = known.get(id) ?? (listedAt === undefined ? undefined : (parseTimestamp(listedAt) ?? undefined));
    if (known.get(id) === undefined) known.set(id, before ?? occurredAtMs);
    if (before === undefined || before === occurredAtMs) return kept(entry);
    const detail = `timestamp: ${formatTimestamp(occurredAtMs)}, and ${id} was known at ${formatTimestamp(before)}`;
    return deadLettered('conflicting_entry', detail);
  };
}
