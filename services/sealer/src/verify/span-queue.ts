import { dayMs, hourMs } from '@custody/decision';
import type { VerifiableSpan } from '@custody/store';
import type { VerifierStore } from './verifier-store.ts';

/** Within this time everything is to be looked at every day. */
export const recentMs = 31 * dayMs;
/** Of four spans, so many are recent ones where there are any. */
const recentOfFour = 3;
/** What was looked at a moment ago is as it was. */
const restMs = 6 * hourMs;
/** Read at once, where no more are wanted; those that are sealed meanwhile wait for the next time. */
const usuallyQueued = 240;
const foreverMs = Number.MAX_SAFE_INTEGER;

/**
 * Which spans are looked at next: of the recent ones and of all before them each time those that were not for the longest
 * time, so that each has its turn, and in no order among alike. It begins where whoever led before has ended.
 */
export class SpanQueue {
  readonly #store: Pick<VerifierStore, 'spans'>;
  #recent: VerifiableSpan[] = [];
  #older: VerifiableSpan[] = [];

  constructor(store: Pick<VerifierStore, 'spans'>) {
    this.#store = store;
  }

  /** At most so many; fewer where all others were looked at within the last hours. */
  async next(count: number, nowMs: number, signal: AbortSignal): Promise<VerifiableSpan[]> {
    const edgeMs = nowMs - recentMs;
    const read = (fromMs: number, toMs: number) =>
      this.#store.spans(
        { fromMs, toMs, verifiedBeforeMs: nowMs - restMs, limit: Math.max(count, usuallyQueued) },
        signal,
      );
    if (this.#recent.length < count) this.#recent = [...(await read(edgeMs, foreverMs))];
    if (this.#older.length < count) this.#older = [...(await read(0, edgeMs))];
    const wanted = Math.max(count - this.#older.length, Math.ceil((count * recentOfFour) / 4));
    const recent = this.#recent.splice(0, wanted);
    return [...recent, ...this.#older.splice(0, count - recent.length)];
  }
}
