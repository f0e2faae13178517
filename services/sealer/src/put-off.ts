import { minuteMs } from '@custody/decision';
import type { HourFacts } from '@custody/store';
import type { WaitReason } from './judge-hour.ts';

interface PutOff {
  readonly why: WaitReason;
  readonly sight: string;
  readonly untilMs: number;
}

/** So long an hour that could not be sealed is left alone, unless something of it changes. */
const putOffMs = 10 * minuteMs;

function keyOf({ envId, hourStartMs }: HourFacts): string {
  return `${envId}/${hourStartMs}`;
}

/** What has to change for another look to find anything else. */
function sightOf({ saidAtUs, listing }: HourFacts, deadLetters: number): string {
  return `${saidAtUs}/${listing?.updatedAtMs ?? 0}/${deadLetters}`;
}

/** Remembers hours that lack something: to sum them up at each look would find the same. */
export class PutOffHours {
  readonly #hours = new Map<string, PutOff>();

  add(hour: HourFacts, why: WaitReason, deadLetters: number, nowMs: number): void {
    this.#hours.set(keyOf(hour), { why, sight: sightOf(hour, deadLetters), untilMs: nowMs + putOffMs });
  }

  /** Why it is left alone; `null` where it is not, or not any longer. */
  why(hour: HourFacts, deadLetters: number, nowMs: number): WaitReason | null {
    const key = keyOf(hour);
    const known = this.#hours.get(key);
    if (known === undefined) return null;
    if (known.untilMs > nowMs && known.sight === sightOf(hour, deadLetters)) return known.why;
    this.#hours.delete(key);
    return null;
  }
}
