import type { HistoryModel, HistorySums, SeriesName, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type Binder, question } from '../questions/question.ts';
import { environmentSql, isOneOfSql, readDenials } from './denials.ts';
import { hasFew, hoursOfSeriesSql } from './hours-of-series.ts';
import { isWatchedSql, type ObservedRequest } from './observed.ts';
import { binSql, blockBuckets, bucketMs, kindsOfSeries, slotOfBlockSql, slots } from './series-sql.ts';

/** One of so many parts of all series, by their keys. */
export interface HistoriesPart {
  readonly part: number;
  readonly of: number;
}

export interface HistoriesRequest {
  readonly envIds: readonly string[];
  /** The bucket that has just begun. */
  readonly nowBucket: number;
  readonly model: HistoryModel;
  /** Which series: by their names, those with denials enough before a moment, or one in so many of each kind. */
  readonly which:
    | { readonly names: readonly SeriesName[] }
    | { readonly watched: ObservedRequest; readonly kinds?: readonly WatchedKind[]; readonly part?: HistoriesPart }
    | { readonly oneIn: number };
}

export interface NamedHistory extends SeriesName {
  readonly kind: WatchedKind;
  readonly history: HistorySums;
}

const counts = z.array(z.number());
/** Indexes and values, as the engine adds up maps. */
const sparse = z.tuple([counts, counts]);

const historyRow = z.object({
  env_id: z.string(),
  kind: z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']),
  key: z.string(),
  fast: z.number(),
  slow: z.number(),
  by_slot: counts,
  buckets: counts,
  blocks: counts,
  large_buckets: sparse,
  large_blocks: sparse,
});

/** Bins of hours with few denials and of the others together, up to the last that has any. */
function binsOf(small: readonly number[], [indexes, values]: z.infer<typeof sparse>): number[] {
  const list = small.slice(0, small.findLastIndex((count) => count > 0) + 1);
  indexes.forEach((index, at) => {
    while (list.length <= index) list.push(0);
    list[index] = (list[index] ?? 0) + (values[at] ?? 0);
  });
  return list;
}

/** The buckets that may be learned from as of the one that has just begun. */
export function learnedBuckets({ lagBuckets, memoryBuckets }: HistoryModel, nowBucket: number) {
  const untilBucket = nowBucket - lagBuckets;
  return { fromBucket: untilBucket - memoryBuckets, untilBucket };
}

function chosenSql(kind: WatchedKind, { which }: HistoriesRequest, binder: Binder): string {
  if ('names' in which) return isOneOfSql(kind, which.names, binder);
  const isOfPart = (of: number, part: number) =>
    `sipHash64(k) % ${binder.bind(of, 'UInt32')} = ${binder.bind(part, 'UInt32')}`;
  if ('oneIn' in which) return hasFew(kind) ? 'true' : isOfPart(which.oneIn, 0);
  const { watched, part } = which;
  const isOf = part === undefined ? [] : [isOfPart(part.of, part.part)];
  // To find out which of few are watched takes longer than to read them all.
  const isWatched = hasFew(kind) ? 'true' : isWatchedSql(kind, watched, binder);
  return [...isOf, isWatched].join(' AND ');
}

function kindsOf({ which }: HistoriesRequest): readonly WatchedKind[] {
  if ('watched' in which) return which.kinds ?? kindsOfSeries;
  if (!('names' in which)) return kindsOfSeries;
  const asked = new Set<string>(which.names.map(({ kind }) => kind));
  return kindsOfSeries.filter((kind) => asked.has(kind));
}

/** Counts below 64 have bins below this, see `binSql`. */
const smallBins = 32;

/**
 * What each hour adds to the sums of its series, and the sums. The bins of hours with fewer than 64 denials are counted in lists of a
 * fixed length: for a map the engine takes eight times as long.
 */
function historiesSql(request: HistoriesRequest, source: string, binder: Binder): string {
  const { envIds, nowBucket, model } = request;
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const until = binder.bind(untilBucket, 'UInt32');
  /** 2^(age of each bucket / half-life), by that of the hour's first one. */
  const weighed = (halfLife: number) => {
    const later = Array.from({ length: blockBuckets }, (_, at) => 2 ** (at / halfLife));
    const age = `(toInt64(block) * ${blockBuckets} + 1 - toInt64(${until}))`;
    return `exp2(${age} / ${binder.bind(halfLife, 'Float64')}) * arrayDotProduct(counts, ${binder.bind(later, 'Array(Float64)')})`;
  };
  const [fast, slow] = [weighed(model.halfLifeBuckets), weighed(model.slowHalfLifeBuckets)];
  const firstWhole = binder.bind(Math.ceil(fromBucket / blockBuckets), 'UInt32');
  const afterWhole = binder.bind(Math.floor(untilBucket / blockBuckets), 'UInt32');
  const ones = `arrayResize([toUInt64(1)], length(bins), toUInt64(1))`;
  const isChosen = (kind: WatchedKind) => chosenSql(kind, request, binder);
  const ofHours = (hours: string) => `(SELECT toString(e) AS env_id, kind, toString(k) AS key,
  sum(fast_sum) AS fast, sum(slow_sum) AS slow, sumResample(0, ${slots}, 1)(block_n, slot) AS by_slot,
  countResampleArrayIf(0, ${smallBins}, 1)(bins, NOT is_large) AS buckets,
  countResampleIf(0, ${smallBins}, 1)(block_bin, is_whole AND NOT is_large) AS blocks,
  sumMapIf(bins, ${ones}, is_large) AS large_buckets,
  sumMapIf([block_bin], [toUInt64(1)], is_whole AND is_large) AS large_blocks
FROM (
  SELECT e, kind, k, arraySum(counts) AS block_n, ${fast} AS fast_sum, ${slow} AS slow_sum, ${slotOfBlockSql('block')} AS slot,
    ${binSql('block_n')} AS block_bin, block_bin >= ${smallBins} AS is_large,
    block >= ${firstWhole} AND block < ${afterWhole} AS is_whole,
    arrayMap(n -> ${binSql('n')}, arrayFilter(n -> n > 0, counts)) AS bins
  FROM (${hours})
)
GROUP BY e, kind, k)`;
  const environment = environmentSql(envIds, binder);
  return hoursOfSeriesSql(kindsOf(request), { source, environment, isChosen }).map(ofHours).join('\nUNION ALL\n');
}

/**
 * The history of series as sums, in one statement; series without any denial in it are not told. Throws `STORE_*`.
 */
export async function readHistories(
  client: StoreClient,
  request: HistoriesRequest,
  options: StatementOptions = {},
): Promise<NamedHistory[]> {
  const { envIds, nowBucket, model } = request;
  if (envIds.length === 0 || ('names' in request.which && request.which.names.length === 0)) return [];
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const rows = await readDenials(
    client,
    {
      key: JSON.stringify(['histories', request]),
      envIds,
      range: { fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs },
      compose: (source, binder) =>
        question('detection.histories', historiesSql(request, source, binder), binder, historyRow),
    },
    options,
  );
  return rows.map(({ env_id: envId, kind, key, fast, slow, by_slot: bySlot, ...found }) => {
    const buckets = binsOf(found.buckets, found.large_buckets);
    const blocks = binsOf(found.blocks, found.large_blocks);
    return { envId, kind, key, history: { fast, slow, bySlot, buckets, blocks } };
  });
}
