import {
  computeFlips,
  type FlipRange,
  flipTerms,
  type HourOfDecisions,
  readHoursOfDecisions,
  readHoursStored,
  type StoreClient,
  writeFlipHours,
} from '@custody/store';
import { clickhouseTerms, type TermStore } from '../terms.ts';
import { unlessForbidden } from '../unless-forbidden.ts';

/** What the finding of flips asks of the store. Each write resolves when it is stored, and may be repeated. */
export interface FlipStore extends TermStore {
  /** Hours in which something was stored or touched since a moment; none where the login may not see that. */
  readStored(sinceMs: number, ingestedFromMs: number, signal: AbortSignal): Promise<readonly number[]>;
  /** These hours of every environment; `null`: all of them. In order of time. */
  readHours(hours: readonly number[] | null, signal: AbortSignal): Promise<readonly HourOfDecisions[]>;
  /** Finds the flips of the range. Not given up once it has begun: the leadership must not go on while it works. */
  compute(range: FlipRange, term: string): Promise<void>;
  writeHours(hours: readonly HourOfDecisions[], signal: AbortSignal): Promise<void>;
}

/** Looking at many rows with one core takes longer than what somebody waits for. */
const timeoutMs = 600_000;

export function clickhouseFlips(client: StoreClient): FlipStore {
  return {
    ...clickhouseTerms(client, flipTerms),
    readStored: (sinceMs, ingestedFromMs, signal) =>
      unlessForbidden([], readHoursStored(client, sinceMs, ingestedFromMs, { signal, timeoutMs })),
    readHours: (hours, signal) => readHoursOfDecisions(client, hours, { signal, timeoutMs }),
    compute: (range, term) => computeFlips(client, range, term, { timeoutMs }),
    writeHours: (hours, signal) => writeFlipHours(client, hours, { signal }),
  };
}
