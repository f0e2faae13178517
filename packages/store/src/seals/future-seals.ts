import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';

/** Servers of one store may differ by as much. */
const skewSeconds = 5;

// Interim sums likewise.
const named = `(SELECT env_id, span, starts_at, as_of FROM custody_internal.seals
    UNION ALL SELECT env_id, span, starts_at, as_of FROM custody_internal.interim_sums)`;
const isOfFuture = `as_of > now64(6, 'UTC') + toIntervalSecond(${skewSeconds})`;

const futureSeals = defineQuery({
  name: 'seals.future',
  sql: `SELECT count() AS seals FROM ${named} WHERE ${isOfFuture}`,
  params: z.object({}),
  row: z.object({ seals: z.number() }),
});

// Said of every hour of what they sealed, as of just after them; once.
const open = `INSERT INTO custody_internal.stored_hours (env_id, hour, stored_at)
SELECT env_id, h.hour AS hour, max(s.newest) + toIntervalMicrosecond(1) AS stored_at
FROM
(
  SELECT env_id, hour, arrayJoin([
    ('hour', hour), ('day', toStartOfDay(hour)), ('month', toDateTime(toStartOfMonth(hour), 'UTC'))]) AS part
  FROM custody_internal.stored_hours FINAL
) AS h
INNER JOIN
(
  SELECT env_id, toString(span) AS name, starts_at, max(as_of) AS newest FROM ${named} WHERE ${isOfFuture}
  GROUP BY env_id, name, starts_at
) AS s ON s.env_id = h.env_id AND s.name = h.part.1 AND s.starts_at = h.part.2
GROUP BY env_id, hour
HAVING (env_id, hour, stored_at) NOT IN (SELECT env_id, hour, stored_at FROM custody_internal.stored_hours)`;

/**
 * Opens what was sealed or summed up while the store's clock was ahead, once it was set back: such a seal would hold,
 * whatever is stored, until the clock has come to its time. Until then its hours are read from their rows. Resolves with how
 * many seals there are, interim sums among them.
 */
export async function openFutureSeals(client: StoreClient, options: StatementOptions = {}): Promise<number> {
  const behind = { ...options, settings: behindLiveRows };
  const [found] = await runQuery(client, futureSeals, {}, behind);
  const seals = found?.seals ?? 0;
  if (seals > 0) await client.command('seals.open_future', open, {}, behind);
  return seals;
}
