import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

/**
 * Time that an operator had read again of late, and when each environment was first started. What happens in such an hour after
 * it was asked for is no history: it is read as it comes.
 */
const historyAskedFor = defineQuery({
  name: 'detection.history_asked_for',
  sql: `SELECT toString(env_id) AS env_id, toUnixTimestamp64Milli(toDateTime64(hour, 3, 'UTC')) AS from_ms,
  least(from_ms + 3600000, toUnixTimestamp64Milli(assumeNotNull(backfill_asked_at))) AS to_ms
FROM custody_internal.windows_by_hour FINAL
WHERE backfill_asked_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND hour >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
UNION ALL
SELECT toString(env_id) AS env_id, toInt64(0) AS from_ms, toUnixTimestamp64Milli(min(first_completed_at)) AS to_ms
FROM custody_internal.listings FINAL
GROUP BY env_id
HAVING to_ms > {since_ms:Int64}`,
  params: z.object({ since_ms: z.number().int() }),
  row: z.object({ env_id: z.string(), from_ms: z.number(), to_ms: z.number() }),
});

/** Time of an environment whose decisions are history: whoever reads them now has not missed them. */
export interface HistoryRange extends TimeRange {
  readonly envId: string;
}

/** What is history of the time since an instant: before each first start, and what an operator had read again. Throws `STORE_*`. */
export async function readHistoryAskedFor(
  client: StoreClient,
  sinceMs: number,
  options: StatementOptions = {},
): Promise<HistoryRange[]> {
  const rows = await runQuery(client, historyAskedFor, { since_ms: sinceMs }, options);
  return rows.map(({ env_id: envId, from_ms: fromMs, to_ms: toMs }) => ({ envId, fromMs, toMs }));
}
