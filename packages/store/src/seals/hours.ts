import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { factsOf, factsRow, type HourFacts } from './hour-facts.ts';

/** Which hours, in SQL: of each part before they are joined, and of the whole. */
interface HoursWanted {
  readonly parts: (envId: string, hour: string) => string;
  readonly whole: string;
  readonly limit: string;
}

// Each table is read once: hours of windows and hours of rows meet in a full join, since either may know of more. Where history
// begins takes all hours of an environment together: by then they are a few numbers each, whatever windows they have.
const factsSql = ({ parts, whole, limit }: HoursWanted) => `WITH
  spans AS
  (
    SELECT
      env_id, toUnixTimestamp(hour) AS hour_s, toUnixTimestamp64Milli(updated_at) AS updated_ms,
      arrayMap(w -> (toUnixTimestamp64Milli(w.1), toUnixTimestamp64Milli(w.2), w.4), windows) AS parts,
      arrayMin(parts.1) AS from_ms, arrayReduce('intervalLengthSum', parts.1, parts.2) AS covered_ms,
      has(parts.3, 'open') AS is_open,
      arraySum(arrayMap(w -> if(w.4 = 'open', 0, w.6), windows)) AS listed,
      arraySum(arrayMap(w -> w.8, windows)) AS deleted,
      arrayFilter(p -> p.3 = 'unreadable', parts) AS unreadable,
      intDiv(arrayReduce('intervalLengthSum', unreadable.1, unreadable.2) + 999, 1000) AS unreadable_seconds,
      arrayFilter((name, w) -> w.4 != 'open', arrayResize(ids_xor, length(windows), ''), windows) AS names,
      if(has(names, ''), '', lower(leftPad(hex(arrayReduce('groupBitXor',
        arrayMap(name -> reinterpretAsUInt128(reverse(unhex(name))), names))), 32, '0'))) AS own_ids_xor
    FROM custody_internal.windows_by_hour FINAL
    WHERE notEmpty(windows)
  ),
  histories AS
  (
    SELECT env_id, hour_s, updated_ms, covered_ms, is_open, listed, deleted, unreadable_seconds, own_ids_xor,
      min(from_ms) OVER (PARTITION BY env_id) AS first_ms
    FROM spans
  ),
  listings AS
  (
    SELECT
      env_id, hour_s, 1 AS is_listed, listed, deleted, updated_ms, unreadable_seconds, own_ids_xor AS ids_xor,
      first_ms > hour_s * 1000 AS begins_inside,
      NOT is_open AND covered_ms >= hour_s * 1000 + 3600000 - greatest(first_ms, hour_s * 1000) AS is_proven
    FROM histories
    WHERE ${parts('env_id', 'hour_s')}
  ),
  states AS
  (
    SELECT env_id, toUnixTimestamp(hour) AS hour_s, 1 AS is_said, toUnixTimestamp64Micro(said_at) AS said_us,
      is_settled, is_sealed, is_expired
    FROM custody_internal.hour_states
    WHERE ${parts('env_id', 'toUnixTimestamp(hour)')}
  ),
  hours AS
  (
    SELECT
      if(l.is_listed = 1, l.env_id, t.env_id) AS env_id, if(l.is_listed = 1, l.hour_s, t.hour_s) AS hour_s,
      l.is_listed AS is_listed, l.is_proven AS is_proven, l.begins_inside AS begins_inside, l.listed AS listed,
      l.deleted AS deleted, l.unreadable_seconds AS unreadable_seconds, l.ids_xor AS ids_xor, l.updated_ms AS updated_ms,
      t.is_said AS is_said, t.said_us AS said_us, t.is_settled AS is_settled, t.is_sealed AS is_sealed, t.is_expired AS is_expired
    FROM listings AS l FULL JOIN states AS t ON t.env_id = l.env_id AND t.hour_s = l.hour_s
  ),
  sealed AS
  (
    SELECT env_id, toUnixTimestamp(starts_at) AS hour_s, 1 AS has_seal,
      argMax((build, revision, state, stored, listed, dead_letters, missing, deleted_at_source, unreadable_seconds,
        listed_ids_xor, reasons, content, digest, previous_digest), (as_of, build)) AS seal
    FROM custody_internal.seals
    WHERE span = 'hour' AND ${parts('env_id', 'toUnixTimestamp(starts_at)')}
    GROUP BY env_id, hour_s
  )
SELECT
  h.env_id AS env_id, h.hour_s AS hour_seconds,
  h.is_listed AS is_listed, h.is_proven AS is_proven, h.begins_inside AS begins_inside, h.listed AS listed,
  h.deleted AS deleted_at_source, h.unreadable_seconds AS unreadable_seconds, h.ids_xor AS listed_ids_xor,
  h.updated_ms AS updated_ms,
  h.said_us AS said_us, h.is_said = 0 OR h.is_settled AS is_settled,
  s.has_seal = 1 AND (h.is_said = 0 OR h.is_sealed) AS is_sealed, h.is_expired AS is_expired,
  s.has_seal AS has_seal, toString(s.seal.1) AS build, s.seal.2 AS revision, s.seal.3 AS state, s.seal.4 AS stored,
  s.seal.5 AS sealed_listed, s.seal.6 AS dead_letters, s.seal.7 AS missing, s.seal.8 AS sealed_deleted,
  s.seal.9 AS sealed_unreadable, s.seal.10 AS sealed_ids_xor, s.seal.11 AS reasons, s.seal.12 AS content,
  s.seal.13 AS digest, s.seal.14 AS previous_digest
FROM hours AS h
LEFT JOIN sealed AS s ON s.env_id = h.env_id AND s.hour_s = h.hour_s
WHERE ${whole}
ORDER BY hour_seconds DESC, env_id
${limit}
SETTINGS join_use_nulls = 0`;

// More than is due: what is sealed and as it was is left out, so that a look costs little whatever the history.
const unsealedHours = defineQuery({
  name: 'seals.unsealed',
  sql: factsSql({
    parts: (_, hour) => `${hour} <= {until:Int64}`,
    whole: `h.is_expired = 0 AND (
  s.has_seal = 0
  OR h.is_said = 1 AND NOT h.is_sealed
  OR h.is_listed = 1 AND (
    s.seal.5 != h.listed OR s.seal.8 != h.deleted OR s.seal.9 != h.unreadable_seconds OR s.seal.10 != h.ids_xor
    OR has(s.seal.11, 'history_begins') != h.begins_inside OR has(s.seal.11, 'never_proven') = h.is_proven)
  OR concat(h.env_id, '/', toString(h.hour_s)) IN (SELECT arrayJoin({asked:Array(String)})))`,
    limit: 'LIMIT {limit:UInt64}',
  }),
  params: z.object({ until: z.number().int(), asked: z.array(z.string()), limit: z.number().int() }),
  row: factsRow,
});

const namedHours = defineQuery({
  name: 'seals.hours',
  sql: factsSql({
    parts: (envId, hour) =>
      `${envId} = {env_id:String} AND ${hour} IN (SELECT toUInt32(arrayJoin({hours:Array(UInt32)})))`,
    whole: '1',
    limit: '',
  }),
  params: z.object({ env_id: z.string(), hours: z.array(z.number().int()) }),
  row: factsRow,
});

export interface UnsealedHours {
  /** Hours that end at this time or before, milliseconds. */
  readonly endedByMs: number;
  /** Hours that are wanted in any case: `env_id/start`, the start in unix seconds. */
  readonly asked: readonly string[];
  readonly limit: number;
}

/** Hours that may have to be sealed, for the first time or anew: newest first. Expired ones are sealed for ever. */
export async function readUnsealedHours(
  client: StoreClient,
  { endedByMs, asked, limit }: UnsealedHours,
  options: StatementOptions = {},
): Promise<HourFacts[]> {
  const params = { until: Math.floor(endedByMs / secondMs) - 3_600, asked: [...asked], limit };
  const rows = await runQuery(client, unsealedHours, params, { ...options, settings: behindLiveRows });
  return rows.map(factsOf);
}

/** Hours of an environment, by their starts in milliseconds; those that the store knows nothing of are absent. */
export async function readHourFacts(
  client: StoreClient,
  envId: string,
  hours: readonly number[],
  options: StatementOptions = {},
): Promise<HourFacts[]> {
  const params = { env_id: envId, hours: hours.map((startMs) => startMs / secondMs) };
  const rows = await runQuery(client, namedHours, params, { ...options, settings: behindLiveRows });
  return rows.map(factsOf);
}
