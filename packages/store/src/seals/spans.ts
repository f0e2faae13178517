import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';

/** A day or a month, UTC, that may be summed up. */
export interface DueSpan {
  readonly envId: string;
  readonly span: 'day' | 'month';
  readonly startMs: number;
}

const spansDue = defineQuery({
  name: 'seals.spans',
  sql: `WITH
  unready AS (SELECT env_id, hour FROM custody_internal.hour_states WHERE NOT is_expired AND NOT (is_sealed AND is_settled)),
  open AS (SELECT env_id, span, toUnixTimestamp(starts_at) AS start_s FROM custody_internal.open_spans)
SELECT env_id, span, start_s AS start_seconds FROM open
WHERE ({env_id:String} = '' OR env_id = {env_id:String} AND span = {span:String} AND start_s = {start:UInt32})
  AND if(span = 'day',
    start_s + 86400 <= {now:Int64}
      AND (env_id, start_s) NOT IN (SELECT env_id, toUnixTimestamp(toStartOfDay(hour)) FROM unready),
    toUnixTimestamp(addMonths(toDateTime(start_s, 'UTC'), 1)) <= {now:Int64}
      AND (env_id, start_s) NOT IN (SELECT env_id, toUnixTimestamp(toDateTime(toStartOfMonth(hour), 'UTC')) FROM unready)
      AND (env_id, start_s) NOT IN (
        SELECT env_id, toUnixTimestamp(toDateTime(toStartOfMonth(toDateTime(start_s, 'UTC')), 'UTC')) FROM open WHERE span = 'day'))
ORDER BY span, start_seconds DESC
LIMIT {limit:UInt64}`,
  params: z.object({
    env_id: z.string(),
    span: z.string(),
    start: z.number().int(),
    now: z.number().int(),
    limit: z.number().int(),
  }),
  row: z.object({ env_id: z.string(), span: z.enum(['day', 'month']), start_seconds: z.number() }),
});

/**
 * Days and months that are over, whose own sums do not hold, and whose parts all do: hours that are sealed and settled,
 * and of a month its days. Days first, the newest first.
 */
export async function readSpansDue(
  client: StoreClient,
  nowMs: number,
  limit: number,
  options: StatementOptions = {},
): Promise<DueSpan[]> {
  const params = { env_id: '', span: '', start: 0, now: Math.floor(nowMs / secondMs), limit };
  const rows = await runQuery(client, spansDue, params, { ...options, settings: behindLiveRows });
  return rows.map(({ env_id: envId, span, start_seconds }) => ({ envId, span, startMs: start_seconds * secondMs }));
}

/** Whether a day or a month is still so. */
export async function isSpanDue(
  client: StoreClient,
  { envId, span, startMs }: DueSpan,
  nowMs: number,
  options: StatementOptions = {},
): Promise<boolean> {
  const params = { env_id: envId, span, start: startMs / secondMs, now: Math.floor(nowMs / secondMs), limit: 1 };
  const rows = await runQuery(client, spansDue, params, { ...options, settings: behindLiveRows });
  return rows.length > 0;
}
