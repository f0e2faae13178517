import { dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type BucketSize, bucketStarts } from './buckets.ts';
import { ask } from './question.ts';

/** Where the buckets of UTC that are all of one length begin: so long, from this on. Weeks begin on Mondays. */
const regular: Readonly<Partial<Record<BucketSize, { readonly stepMs: number; readonly firstMs: number }>>> = {
  minute: { stepMs: minuteMs, firstMs: 0 },
  '5m': { stepMs: 5 * minuteMs, firstMs: 0 },
  '15m': { stepMs: 15 * minuteMs, firstMs: 0 },
  hour: { stepMs: hourMs, firstMs: 0 },
  day: { stepMs: dayMs, firstMs: 0 },
  week: { stepMs: 7 * dayMs, firstMs: -3 * dayMs },
};

function monthsOfUtc({ fromMs, toMs }: TimeRange): number[] {
  const first = new Date(fromMs);
  const months: number[] = [];
  for (let month = first.getUTCMonth(); ; month += 1) {
    const startMs = Date.UTC(first.getUTCFullYear(), month);
    if (startMs >= toMs) return months;
    months.push(startMs);
  }
}

/** The start of the bucket of UTC that an instant lies in. */
export function startInUtc(size: BucketSize, epochMs: number): number {
  const { stepMs, firstMs } = regular[size] ?? {};
  if (stepMs !== undefined && firstMs !== undefined) {
    return Math.floor((epochMs - firstMs) / stepMs) * stepMs + firstMs;
  }
  const at = new Date(epochMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
}

/** UTC has no rules that the engine's calendar might know otherwise. */
function startsInUtc(range: TimeRange, size: BucketSize): number[] {
  const { stepMs } = regular[size] ?? {};
  if (stepMs === undefined) return monthsOfUtc(range);
  const startMs = startInUtc(size, range.fromMs);
  return Array.from({ length: Math.ceil((range.toMs - startMs) / stepMs) }, (_, n) => startMs + n * stepMs);
}

/** Dashboards ask for the same ranges; an answer has ten thousand buckets at most. */
const mostRemembered = 100;

/** By client, what was asked of other zones: the engine's calendar does not change while it runs. */
const remembered = new WeakMap<StoreClient, Map<string, readonly number[]>>();

/**
 * The starts of all buckets that the range touches, in order, milliseconds since the epoch. Those of zones with rules of
 * their own are asked of the engine, so that empty buckets and counted ones come from one calendar. Throws `STORE_*`.
 */
export async function readBucketStarts(
  client: StoreClient,
  { range, size, timeZone }: { readonly range: TimeRange; readonly size: BucketSize; readonly timeZone: string },
  options: StatementOptions = {},
): Promise<readonly number[]> {
  if (timeZone === 'UTC') return startsInUtc(range, size);
  const known = remembered.get(client) ?? new Map<string, readonly number[]>();
  remembered.set(client, known);
  const key = `${range.fromMs} ${range.toMs} ${size} ${timeZone}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const rows = await ask(client, bucketStarts(range, size, timeZone), options);
  const starts = rows.map(({ bucket_ms }) => bucket_ms);
  if (known.size >= mostRemembered) known.clear();
  known.set(key, starts);
  return starts;
}
