import type { HistoryModel, HistorySums, SeriesName, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type Binder, question } from '../questions/question.ts';
import { namesSql, readDenials } from './denials.ts';
import { type ObservedRequest, watchedSql } from './observed.ts';
import { binSql, blockBuckets, bucketMs, seriesSql, slotOfBlockSql, slots } from './series-sql.ts';

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
    | { readonly watched: ObservedRequest; readonly part?: HistoriesPart }
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

function chosenSql({ which }: HistoriesRequest, binder: Binder): string {
  if ('oneIn' in which) {
    // Environments, reasons and servers are few: of those all are known.
    const oneIn = binder.bind(which.oneIn, 'UInt32');
    return `WHERE series.1 IN ('server', 'reason', 'environment') OR sipHash64(series.2) % ${oneIn} = 0`;
  }
  const names = 'names' in which ? namesSql(which.names, binder) : `(${watchedSql('', which.watched, binder)})`;
  const part = 'watched' in which ? which.part : undefined;
  const isOfPart =
    part === undefined
      ? ''
      : ` AND sipHash64(series.2) % ${binder.bind(part.of, 'UInt32')} = ${binder.bind(part.part, 'UInt32')}`;
  return `WHERE (env_id, series.1, series.2) IN ${names}${isOfPart}`;
}

/**
 * First the count of each bucket, then of each whole hour with what its buckets add to the sums, then the sums: so that each
 * level groups much less than the one below it.
 */
function historiesSql(request: HistoriesRequest, source: string, binder: Binder): string {
  const { nowBucket, model } = request;
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const until = binder.bind(untilBucket, 'UInt32');
  const weight = (halfLife: number) =>
    `sum(n * exp2((toInt64(bucket) + 1 - toInt64(${until})) / ${binder.bind(halfLife, 'Float64')}))`;
  const firstWhole = binder.bind(Math.ceil(fromBucket / blockBuckets), 'UInt32');
  const afterWhole = binder.bind(Math.floor(untilBucket / blockBuckets), 'UInt32');
  const isWhole = `block >= ${firstWhole} AND block < ${afterWhole}`;
  return `SELECT env_id, kind, key, sum(fast_sum) AS fast, sum(slow_sum) AS slow,
  sumMap([${slotOfBlockSql('block')}], [block_n]) AS by_slot,
  sumMap(bins, arrayResize([toUInt64(1)], length(bins), toUInt64(1))) AS buckets,
  sumMap(if(${isWhole}, [${binSql('block_n')}], []), if(${isWhole}, [toUInt64(1)], [])) AS blocks
FROM (
  SELECT env_id, kind, key, intDiv(bucket, ${blockBuckets}) AS block, sum(n) AS block_n,
    ${weight(model.halfLifeBuckets)} AS fast_sum, ${weight(model.slowHalfLifeBuckets)} AS slow_sum,
    groupArray(${binSql('n')}) AS bins
  FROM (
    SELECT env_id, series.1 AS kind, series.2 AS key, bucket, sum(counted) AS n
    FROM (SELECT toString(env_id) AS env_id, bucket, counted, arrayJoin(${seriesSql}) AS series FROM ${source})
    ${chosenSql(request, binder)}
    GROUP BY env_id, kind, key, bucket
  )
  GROUP BY env_id, kind, key, block
)
GROUP BY env_id, kind, key`;
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
