import { randomUUID } from 'node:crypto';
import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { buildSpan } from '../rollups/build-span.ts';
import { sumsOnly } from '../seals/sums-only.ts';
import { readStoreClock, writeSeals } from '../seals/write-seals.ts';
import type { VerifiedSpan } from './difference.ts';

const hourToReopen = defineQuery({
  name: 'verify.hour_of_span',
  sql: `SELECT toUnixTimestamp(max(hour)) AS hour_seconds, count() AS hours
FROM custody_internal.hour_states
WHERE env_id = {env_id:String} AND NOT is_expired AND hour >= toDateTime({start:UInt32}, 'UTC')
  AND hour < multiIf({span:String} = 'day', addDays(toDateTime({start:UInt32}, 'UTC'), 1),
    addMonths(toDateTime({start:UInt32}, 'UTC'), 1))`,
  params: z.object({ env_id: z.string(), span: z.string(), start: z.number().int() }),
  row: z.object({ hour_seconds: z.number(), hours: z.number() }),
});

async function reopenHour(
  client: StoreClient,
  envId: string,
  seconds: number,
  options: StatementOptions,
): Promise<void> {
  await client.insert('verify.reopen', 'custody_internal.stored_hours', [{ env_id: envId, hour: seconds }], options);
}

/**
 * Has a span that is wrongly summed up not count any more: something is said of its hour, of a day or a month of one of its
 * hours, so that it is read by its rows or its parts until the sealer has summed it up anew. A span of which every hour has
 * expired is summed up here: nothing can be said of it any more. Throws `STORE_*`.
 */
export async function reopenSpan(
  client: StoreClient,
  { envId, span, startMs }: VerifiedSpan,
  options: StatementOptions = {},
): Promise<void> {
  const start = startMs / secondMs;
  if (span === 'hour') return reopenHour(client, envId, start, options);
  const [found] = await runQuery(client, hourToReopen, { env_id: envId, span, start }, options);
  if (found !== undefined && found.hours > 0) return reopenHour(client, envId, found.hour_seconds, options);
  const asOfUs = await readStoreClock(client, options);
  const attempt = randomUUID();
  const { build } = await buildSpan(client, { envId, span, startMs, attempt }, options);
  await writeSeals(client, { attempt, asOfUs, seals: [{ envId, span, startMs, build, ...sumsOnly }] }, options);
}
