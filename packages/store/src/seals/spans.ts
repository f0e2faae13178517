import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import type { SumsOf } from '../rollups/build-span.ts';

/** A day or a month, UTC, that may be summed up. */
export interface DueSpan {
  readonly envId: string;
  readonly span: 'day' | 'month';
  readonly startMs: number;
}

/** What tells whether hours hold, and what is known of days and months. */
const sources = {
  seals: { hours: 'hour_states', holds: 'is_sealed', spans: 'seals' },
  sums: { hours: 'hour_sums', holds: 'is_summed', spans: 'written_sums' },
} as const;

const quietSince = (parameter: string) => `now64(6, 'UTC') - toIntervalSecond({${parameter}:UInt32})`;

// By month, with its days inside: one look at the hours tells of both.
const spansDue = ({ hours, holds, spans }: (typeof sources)[SumsOf]) =>
  defineQuery({
    name: 'seals.spans',
    sql: `WITH
  days AS
  (
    SELECT env_id, toStartOfDay(hour) AS day,
      min(h.${holds} AND h.is_settled) AS is_ready, max(h.said_at) AS said_at
    FROM custody_internal.${hours} AS h
    WHERE {env_id:String} = '' OR env_id = {env_id:String}
    GROUP BY env_id, day
  ),
  seals AS
  (
    SELECT env_id, span, starts_at, max(as_of) AS newest_as_of FROM custody_internal.${spans} WHERE span != 'hour'
    GROUP BY env_id, span, starts_at
  ),
  months AS
  (
    SELECT
      d.env_id AS env_id, toDateTime(toStartOfMonth(d.day), 'UTC') AS month,
      groupArrayIf(toUnixTimestamp(d.day), d.is_ready AND NOT s.newest_as_of > d.said_at
        AND toUnixTimestamp(d.day) + 86400 <= {now:Int64} AND d.said_at < ${quietSince('day_quiet')}) AS due_days,
      min(d.is_ready AND s.newest_as_of > d.said_at) AS is_ready, max(d.said_at) AS said_at
    FROM days AS d
    LEFT JOIN (SELECT * FROM seals WHERE span = 'day') AS s ON s.env_id = d.env_id AND s.starts_at = d.day
    GROUP BY env_id, month
  )
SELECT m.env_id AS env_id, m.due_days AS due_days, toUnixTimestamp(m.month) AS month_seconds,
  toBool(m.is_ready AND NOT s.newest_as_of > m.said_at AND toUnixTimestamp(addMonths(m.month, 1)) <= {now:Int64}
    AND m.said_at < ${quietSince('month_quiet')}) AS is_month_due
FROM months AS m
LEFT JOIN (SELECT * FROM seals WHERE span = 'month') AS s ON s.env_id = m.env_id AND s.starts_at = m.month
WHERE is_month_due OR notEmpty(due_days)
SETTINGS join_use_nulls = 0`,
    params: z.object({
      env_id: z.string(),
      now: z.number().int(),
      day_quiet: z.number().int(),
      month_quiet: z.number().int(),
    }),
    row: z.object({
      env_id: z.string(),
      due_days: z.array(z.number()),
      month_seconds: z.number(),
      is_month_due: z.boolean(),
    }),
  });
const queries = { seals: spansDue(sources.seals), sums: spansDue(sources.sums) };

/** Which days and months. */
export interface SpansToFind {
  readonly nowMs: number;
  /** Default: all environments. */
  readonly envId?: string;
  /** Whether their parts have to be sealed, or have interim sums too. Default: sealed. */
  readonly by?: SumsOf;
  /** Only where nothing was said for so long, seconds. Default: whenever that was. */
  readonly quiet?: { readonly daySeconds: number; readonly monthSeconds: number };
}

const noQuiet = { daySeconds: 0, monthSeconds: 0 };

/**
 * Days and months that are over, whose own sums do not hold, and whose parts all do: hours that are sealed (or summed up)
 * and settled, and of a month its days. Not where something was said at a time that the store's clock, which was set back, has yet to
 * come to: a seal would not hold. Of one environment, or of all where none is named. Days first, each the newest first.
 */
export async function readSpansDue(
  client: StoreClient,
  { nowMs, envId = '', by = 'seals', quiet = noQuiet }: SpansToFind,
  options: StatementOptions = {},
): Promise<DueSpan[]> {
  const now = Math.floor(nowMs / secondMs);
  const params = { env_id: envId, now, day_quiet: quiet.daySeconds, month_quiet: quiet.monthSeconds };
  const rows = await runQuery(client, queries[by], params, { ...options, settings: behindLiveRows });
  const found = rows.flatMap((row): DueSpan[] => {
    const days = row.due_days.map((day) => ({ envId: row.env_id, span: 'day' as const, startMs: day * secondMs }));
    const month = { envId: row.env_id, span: 'month' as const, startMs: row.month_seconds * secondMs };
    return row.is_month_due ? [...days, month] : days;
  });
  return found.sort((a, b) => (a.span === b.span ? b.startMs - a.startMs : a.span < b.span ? -1 : 1));
}

/** Whether a day or a month is still so. */
export async function isSpanDue(
  client: StoreClient,
  { envId, span, startMs }: DueSpan,
  nowMs: number,
  options: StatementOptions = {},
): Promise<boolean> {
  const due = await readSpansDue(client, { nowMs, envId }, options);
  return due.some((one) => one.span === span && one.startMs === startMs);
}
