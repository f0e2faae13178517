import type { DeadLetterCounts } from '@custody/account';
import { secondMs } from '@custody/decision';
import type { WaitingHour } from './plan-sealing.ts';

/** Named in one statement; the next look asks for the others. */
const mostAsked = 500;

/** The account's key, `env_id/hour`, as the store is asked for an hour: `env_id/start`, the start in unix seconds. */
function storeKey(key: string): string {
  const cut = key.lastIndexOf('/');
  return `${key.slice(0, cut)}/${Date.parse(key.slice(cut + 1)) / secondMs}`;
}

/**
 * Hours with dead letters that the store is to be asked about: a letter changes nothing in the store, so that a sealed hour
 * that gets one would not be seen.
 */
export class AskedHours {
  /** How many letters an hour had when its seal was last seen to say so. */
  readonly #known = new Map<string, number>();

  /** The next ones, as the store is asked for them. */
  next(counts: DeadLetterCounts): string[] {
    const keys: string[] = [];
    for (const [key, count] of counts) {
      const known = this.#known.get(storeKey(key)) ?? 0;
      if (count !== known && keys.length < mostAsked) keys.push(storeKey(key));
    }
    return keys;
  }

  /** What was not found to be due needs no further asking, until its letters are other ones again. */
  answered(asked: readonly string[], counts: DeadLetterCounts, due: readonly WaitingHour[]): void {
    const waiting = new Set(due.map(({ hour }) => `${hour.envId}/${hour.hourStartMs / secondMs}`));
    const now = new Map([...counts].map(([key, count]) => [storeKey(key), count]));
    for (const key of asked) if (!waiting.has(key)) this.#known.set(key, now.get(key) ?? 0);
  }
}
