import { dayMs, type TimeRange } from '@custody/decision';
import {
  type BucketSize,
  bucketSizeNames,
  type EntityKind,
  readBucketStarts,
  readSeries,
  type StoreClient,
} from '@custody/store';
import { z } from 'zod';
import { literalFilter } from '../filters/parse-filter.ts';
import { fillBuckets } from './fill-buckets.ts';
import type { Asked } from './route.ts';

const point = z.object({ bucket: z.string(), decisions: z.number(), denials: z.number() });

export const entityTrend = z
  .object({ bucket: z.enum(bucketSizeNames), rows: z.array(point).describe('Empty buckets included') })
  .describe('Decisions and denials over the range, in buckets that suit its length');

export const entityLinks = z
  .object({ decisions: z.string(), trends: z.string(), chains: z.string(), access_changes: z.string() })
  .describe('Where the rest of it is; add from= and to=. access_changes is the history of its grants and verdicts.');

const filterNames = { agents: 'agent', humans: 'human', servers: 'server' } as const;

/** The operations that tell more of one. */
export function linksOf(kind: EntityKind, key: string): z.infer<typeof entityLinks> {
  const query = new URLSearchParams({ [filterNames[kind]]: literalFilter(key) });
  const changes = `/v1/${kind}/${encodeURIComponent(key)}/access-changes`;
  const of = (operation: string) => `/v1/${operation}?${query}`;
  return { decisions: of('decisions'), trends: of('trends'), chains: of('chains'), access_changes: changes };
}

function bucketFor({ fromMs, toMs }: TimeRange): BucketSize {
  const days = (toMs - fromMs) / dayMs;
  if (days <= 3) return 'hour';
  if (days <= 100) return 'day';
  return days <= 3 * 366 ? 'week' : 'month';
}

/** The trend of whatever a question asks for. Throws `STORE_*`. */
export async function readTrend(
  store: StoreClient,
  { selection, timeZone, options, range }: Asked,
): Promise<z.infer<typeof entityTrend>> {
  const measured = {
    measures: ['decisions', 'denials'],
    groupBy: [],
    order: { by: 'decisions', descending: true },
  } as const;
  const bucket = bucketFor(range);
  const [buckets, counted] = await Promise.all([
    readBucketStarts(store, { range, size: bucket, timeZone }, options),
    readSeries(store, { ...measured, selection, timeZone, bucket, limit: 1 }, options),
  ]);
  const rows = fillBuckets({ buckets, groups: [{}], counted, compared: null }, measured);
  return { bucket, rows: z.array(point).parse(rows) };
}
