import type { HistoryModel, SeriesName, WatchedKind } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type HistoriesPart, type NamedHistory, readHistories } from './histories.ts';
import type { ObservedRequest } from './observed.ts';
import { kindsOfSeries } from './series-sql.ts';

/**
 * A statement is over so many series at most: the engine holds what each of them counts in each hour of four weeks, which is more
 * than a statement may take for 200,000 of them.
 */
const mostInStatement = 25_000;

interface WatchedPart {
  readonly kinds: readonly WatchedKind[];
  readonly part?: HistoriesPart;
}

/**
 * Splits series into statements: small kinds together, a large one in parts. Each statement goes through all rows once for each
 * of its kinds, so there are as few of them as memory allows.
 */
function partsOfWatched(series: readonly SeriesName[], most: number): WatchedPart[] {
  const counts = new Map<string, number>();
  for (const { kind } of series) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const found: WatchedPart[] = [];
  let [together, size]: [WatchedKind[], number] = [[], 0];
  for (const kind of kindsOfSeries) {
    const count = counts.get(kind) ?? 0;
    if (count === 0) continue;
    if (count > most) {
      const of = Math.ceil(count / most);
      for (let part = 0; part < of; part += 1) found.push({ kinds: [kind], part: { part, of } });
      continue;
    }
    if (size + count > most) {
      found.push({ kinds: together });
      [together, size] = [[], 0];
    }
    together.push(kind);
    size += count;
  }
  return together.length === 0 ? found : [...found, { kinds: together }];
}

export interface WatchedHistories {
  readonly envIds: readonly string[];
  readonly nowBucket: number;
  readonly model: HistoryModel;
  readonly watched: ObservedRequest;
  /** Those that are watched, of the kinds that are asked for. */
  readonly series: readonly SeriesName[];
  /** Series of one statement. Default 25,000. */
  readonly most?: number;
}

/**
 * The histories of all watched series of some kinds, statement after statement: each answer is handed over before the next is asked
 * for. Throws `STORE_*`.
 */
export async function readWatchedHistories(
  client: StoreClient,
  { watched, series, most = mostInStatement, ...request }: WatchedHistories,
  take: (found: readonly NamedHistory[]) => void,
  options: StatementOptions,
): Promise<void> {
  for (const part of partsOfWatched(series, most)) {
    take(await readHistories(client, { ...request, which: { watched, ...part } }, options));
  }
}
