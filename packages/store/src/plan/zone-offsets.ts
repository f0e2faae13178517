import { dayMs, hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { ZoneOffset } from './calendar.ts';
import { lastSecond } from './snapshot.ts';

/** A quarter of an hour, seconds: clocks are changed at its multiples. */
const stepSeconds = 900;

/** The engine's own calendar, not this process's: buckets are counted by the former, and the two may differ in their age. */
const offsetsOfZone = defineQuery({
  name: 'plan.offsets',
  sql: `SELECT at AS from_seconds, ahead AS ahead_seconds
FROM
(
  SELECT {from:UInt32} + toUInt32(number) * ${stepSeconds} AS at, number = 0 AS is_first,
    timezoneOffset(toTimeZone(toDateTime(at, 'UTC'), {zone:String})) AS ahead,
    timezoneOffset(toTimeZone(toDateTime(greatest(at, ${stepSeconds}) - ${stepSeconds}, 'UTC'), {zone:String})) AS before
  FROM numbers({steps:UInt64})
)
WHERE is_first OR ahead != before
ORDER BY at`,
  params: z.object({ from: z.number().int(), steps: z.number().int(), zone: z.string() }),
  row: z.object({ from_seconds: z.number(), ahead_seconds: z.number() }),
});

async function readZone(client: StoreClient, zone: string, { fromMs, toMs }: TimeRange, options: StatementOptions) {
  const from = Math.max(0, hourOf(fromMs) / secondMs);
  const end = Math.min(lastSecond, Math.ceil(Math.max(toMs, hourMs) / secondMs));
  const steps = Math.max(1, Math.ceil((end - from) / stepSeconds));
  const rows = await runQuery(client, offsetsOfZone, { from, steps, zone }, options);
  return rows.map(({ from_seconds, ahead_seconds }): ZoneOffset => {
    return { fromMs: from_seconds * secondMs, aheadMs: ahead_seconds * secondMs };
  });
}

interface KnownZone {
  readonly range: TimeRange;
  readonly untilMs: number;
  readonly offsets: Promise<ZoneOffset[]>;
}

/** An engine that was replaced by a newer one is followed after so long. */
const keptMs = hourMs;
/** Read beyond what is asked, so that the next question finds it. */
const marginMs = 400 * dayMs;

const known = new WeakMap<StoreClient, Map<string, KnownZone>>();

/** The offsets of a zone in a range, and beside it. Read from the engine about once an hour. Throws `STORE_*`. */
export async function readZoneOffsets(
  client: StoreClient,
  timeZone: string,
  asked: TimeRange,
  { settings, timeoutMs }: StatementOptions = {},
): Promise<ZoneOffset[]> {
  if (timeZone === 'UTC') return [{ fromMs: 0, aheadMs: 0 }];
  const zones = known.get(client) ?? new Map<string, KnownZone>();
  known.set(client, zones);
  const found = zones.get(timeZone);
  const nowMs = performance.now();
  if (found && nowMs < found.untilMs && found.range.fromMs <= asked.fromMs && asked.toMs <= found.range.toMs) {
    return found.offsets;
  }
  const range = { fromMs: asked.fromMs - marginMs, toMs: asked.toMs + marginMs };
  const offsets = readZone(client, timeZone, range, { ...(settings && { settings }), ...(timeoutMs && { timeoutMs }) });
  zones.set(timeZone, { range, offsets, untilMs: nowMs + keptMs });
  // What failed is asked for again.
  offsets.catch(() => zones.delete(timeZone));
  return offsets;
}
