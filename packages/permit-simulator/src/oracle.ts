import type { EntryRecord, EntrySource } from './entry-source.ts';
import type { Arrivals } from './faults/arrivals.ts';
import { entriesWithin } from './listing.ts';
import type { ServedLog } from './served-log.ts';

export interface ListedOptions {
  /** Unix ms. */
  readonly asOfMs: number;
  /** By the entries' own timestamps, `fromMs <= t < toMs`; default: all. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The truth about the API, for tests to judge with. Ids are 32 hex digits; only checks count, as `query=check` lists. */
export interface Oracle {
  /** Every id that the API listed at some moment up to `asOfMs` to whoever had asked, deleted since or not. */
  listed(options: ListedOptions): Set<string>;
  /** Every id that the API lists at this moment. */
  listedNow(): Set<string>;
  /** When an entry appeared or will appear, and when it is or was deleted; undefined where there is none of this id. */
  lifetime(id: string): { readonly visibleAtMs: number; readonly deletedAtMs: number } | undefined;
  /** Every id that left in a whole answer. Empty where the simulator was not told to remember. */
  readonly served: ReadonlySet<string>;
}

export interface OracleParts {
  readonly entries: EntrySource;
  readonly arrivals: Arrivals;
  readonly served: ServedLog | undefined;
  readonly now: () => number;
}

export function createOracle({ arrivals, entries, now, served }: OracleParts): Oracle {
  const idsOf = (records: readonly EntryRecord[]) => new Set(records.map(({ id }) => id));
  return {
    listed: ({ asOfMs, fromMs = 0, toMs = Number.POSITIVE_INFINITY }) => {
      const toMicros = Math.min(toMs * 1000 - 1, entries.lastMicros(asOfMs));
      return idsOf(entriesWithin(entries, fromMs * 1000, toMicros, (entry) => arrivals.wasListed(entry, asOfMs)));
    },
    listedNow: () => {
      const nowMs = now();
      return idsOf(entriesWithin(entries, 0, entries.lastMicros(nowMs), (entry) => arrivals.isListed(entry, nowMs)));
    },
    lifetime: (id) => {
      const entry = entries.find(id.replaceAll('-', '').toLowerCase());
      return entry && { visibleAtMs: arrivals.visibleAtMs(entry), deletedAtMs: arrivals.deletedAtMs(entry) };
    },
    get served() {
      return served?.ids ?? new Set<string>();
    },
  };
}
