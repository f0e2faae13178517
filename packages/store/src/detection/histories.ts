import type { HistoryModel, HistorySums, SeriesName, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type Binder, question } from '../questions/question.ts';
import { environmentSql, isOneOfSql, readDenials } from './denials.ts';
import { isWatchedSql, type ObservedRequest } from './observed.ts';
import {
  binSql,
  blockBuckets,
  bucketMs,
  isOfKindSql,
  keyOfKindSql,
  kindsOfSeries,
  ofEachKindSql,
  slotOfBlockSql,
  slots,
} from './series-sql.ts';

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

/** Indexes and values, as the engine adds up maps. */
const sparse = z.tuple([z.array(z.number()), z.array(z.number())]);

const historyRow = z.object({
  env_id: z.string(),
  kind: z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']),
  key: z.string(),
  fast: z.number(),
  slow: z.number(),
  by_slot: sparse,
  buckets: sparse,
  blocks: sparse,
});

function dense([indexes, values]: z.infer<typeof sparse>, length = (indexes.at(-1) ?? -1) + 1): number[] {
  const list = new Array<number>(length).fill(0);
  indexes.forEach((index, at) => {
    list[index] = values[at] ?? 0;
  });
  return list;
}

/** The buckets that may be learned from as of the one that has just begun. */
export function learnedBuckets({ lagBuckets, memoryBuckets }: HistoryModel, nowBucket: number) {
  const untilBucket = nowBucket - lagBuckets;
  return { fromBucket: untilBucket - memoryBuckets, untilBucket };
}

/** Kinds that have few series: of those all are known. */
const fewOf: readonly WatchedKind[] = ['server', 'reason', 'environment'];

function chosenSql(kind: WatchedKind, { which }: HistoriesRequest, binder: Binder): string {
  if ('oneIn' in which) {
    return fewOf.includes(kind) ? 'true' : `sipHash64(k) % ${binder.bind(which.oneIn, 'UInt32')} = 0`;
  }
  if ('names' in which) return isOneOfSql(kind, which.names, binder);
  const { watched, part } = which;
  const isOfPart =
    part === undefined
      ? ''
      : `sipHash64(k) % ${binder.bind(part.of, 'UInt32')} = ${binder.bind(part.part, 'UInt32')} AND `;
  return `${isOfPart}${isWatchedSql(kind, watched, binder)}`;
}

function kindsOf({ which }: HistoriesRequest): readonly WatchedKind[] {
  if ('watched' in which) return which.kinds ?? kindsOfSeries;
  if (!('names' in which)) return kindsOfSeries;
  const asked = new Set<string>(which.names.map(({ kind }) => kind));
  return kindsOfSeries.filter((kind) => asked.has(kind));
}

/**
 * Of each whole hour of a series the counts of its twelve buckets, with what they add to the sums, and then the sums: so that
 * rows are grouped once, by as little as will do. Kind by kind only as far as that differs between kinds: what a statement costs
 * where there is little to read is its planning, and that grows with every expression in it.
 */
function historiesSql(request: HistoriesRequest, source: string, binder: Binder): string {
  const { envIds, nowBucket, model } = request;
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const environment = environmentSql(envIds, binder);
  const until = binder.bind(untilBucket, 'UInt32');
  const weight = (halfLife: number) =>
    `sum(counted * exp2((toInt64(bucket) + 1 - toInt64(${until})) / ${binder.bind(halfLife, 'Float64')}))`;
  const sums = `${weight(model.halfLifeBuckets)} AS fast_sum, ${weight(model.slowHalfLifeBuckets)} AS slow_sum`;
  const buckets = Array.from({ length: blockBuckets }, (_, at) => `sumIf(counted, bucket % ${blockBuckets} = ${at})`);
  const firstWhole = binder.bind(Math.ceil(fromBucket / blockBuckets), 'UInt32');
  const afterWhole = binder.bind(Math.floor(untilBucket / blockBuckets), 'UInt32');
  const isWhole = `block >= ${firstWhole} AND block < ${afterWhole}`;
  const hoursOfKind = (kind: WatchedKind) => `SELECT ${environment} AS e, '${kind}' AS kind, ${keyOfKindSql[kind]} AS k,
  intDiv(bucket, ${blockBuckets}) AS block, sum(counted) AS block_n, ${sums}, [${buckets.join(', ')}] AS counts
FROM ${source}
WHERE ${isOfKindSql(kind, 'k')} AND ${chosenSql(kind, request, binder)}
GROUP BY e, k, block`;
  return `SELECT toString(e) AS env_id, kind, toString(k) AS key, sum(fast_sum) AS fast, sum(slow_sum) AS slow,
  sumMap([${slotOfBlockSql('block')}], [block_n]) AS by_slot,
  sumMap(arrayMap(n -> ${binSql('n')}, arrayFilter(n -> n > 0, counts)), arrayMap(n -> toUInt64(1), arrayFilter(n -> n > 0, counts))) AS buckets,
  sumMap(if(${isWhole}, [${binSql('block_n')}], []), if(${isWhole}, [toUInt64(1)], [])) AS blocks
FROM (
${ofEachKindSql(kindsOf(request), hoursOfKind)}
)
GROUP BY e, kind, k`;
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
  return rows.map(({ env_id: envId, kind, key, fast, slow, by_slot, buckets, blocks }) => ({
    ...{ envId, kind, key },
    history: { fast, slow, bySlot: dense(by_slot, slots), buckets: dense(buckets), blocks: dense(blocks) },
  }));
}
