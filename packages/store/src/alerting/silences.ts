import { formatTimestamp } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`;

const storedSilences = defineQuery({
  name: 'alerting.silences',
  sql: `SELECT toString(silence_id) AS id, matcher, reason, ${ms('starts_at')} AS startsAtMs, ${ms('ends_at')} AS endsAtMs,
  ${ms('created_at')} AS createdAtMs, created_by AS createdBy, ended_by AS endedBy
FROM custody_internal.alert_silences FINAL
WHERE ends_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
ORDER BY starts_at DESC, silence_id`,
  params: z.object({ fromMs: z.number().int() }),
  row: z.object({
    id: z.string(),
    matcher: z.string(),
    reason: z.string(),
    startsAtMs: z.number(),
    endsAtMs: z.number(),
    createdAtMs: z.number(),
    createdBy: z.string(),
    endedBy: z.string(),
  }),
});

const matcher = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** A silence as it is stored: labels with filters, and for how long. */
export interface StoredSilence extends Omit<z.infer<typeof storedSilences.row>, 'matcher'> {
  readonly matcher: z.infer<typeof matcher>;
}

/** The silences that end at the instant or later, the newest first. Throws `STORE_*`. */
export async function readSilences(
  client: StoreClient,
  fromMs: number,
  options: StatementOptions = {},
): Promise<StoredSilence[]> {
  const rows = await runQuery(client, storedSilences, { fromMs }, options);
  return rows.map((row) => ({ ...row, matcher: matcher.parse(JSON.parse(row.matcher)) }));
}

/** Makes a silence, or, with `endedBy`, ends it before its time, for ever. Throws `STORE_*`. */
export async function writeSilence(
  client: StoreClient,
  silence: StoredSilence,
  options: StatementOptions = {},
): Promise<void> {
  const row = {
    ...{ silence_id: silence.id, version: silence.endedBy === '' ? 0 : 1, matcher: JSON.stringify(silence.matcher) },
    ...{ reason: silence.reason, starts_at: formatTimestamp(silence.startsAtMs) },
    ...{ ends_at: formatTimestamp(silence.endsAtMs), created_at: formatTimestamp(silence.createdAtMs) },
    ...{ created_by: silence.createdBy, ended_by: silence.endedBy },
  };
  await client.insert('alerting.silence', 'custody_internal.alert_silences', [row], options);
}
