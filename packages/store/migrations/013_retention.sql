-- Retention: rows that are old enough go, hour by hour, while their sums and seals stay.
--
-- The rule that keeps every sum as it was:
--   Only hours whose seal holds expire, and an hour is marked first and its rows are deleted after that. The mark names the
--   build of the seal that counted at that moment: from then on the hour is that build, whatever is stored in it, said of
--   it or sealed of it. So its sums are the same before, between and after the two, and after a crash in between.
--   What is stored in an expired hour later is not counted, since nobody can tell any more whether it was counted before;
--   the next deletion takes it along.
--   A hold keeps rows: an hour under one is not marked, and rows of a marked one are not deleted while it lasts. Each step
--   looks for holds anew.
-- Older code beside this knows nothing of holds and deletes nothing.

ALTER TABLE custody_internal.expired_hours
    ADD COLUMN IF NOT EXISTS build UInt64 COMMENT 'of the seal that the hour is from now on; 0 where it had no decisions',
    ADD COLUMN IF NOT EXISTS as_of DateTime64(6, 'UTC') COMMENT 'of that seal',
    ADD COLUMN IF NOT EXISTS said_at DateTime64(6, 'UTC') COMMENT 'when something had been said of the hour last: what is said later counts for nothing';

-- Grain: one row an hour whose entries were expired, listed and detailed ones; read with FINAL. Written before they go.
-- Apart from the decisions' hours, since entries are several times as large and may have a shorter life.
CREATE TABLE IF NOT EXISTS custody_internal.expired_entries
(
    env_id LowCardinality(String),
    hour DateTime('UTC'),
    expired_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(expired_at)
ORDER BY (env_id, hour);

-- Grain: one row a hold that was placed, and one more when it was released. Only appended to.
CREATE TABLE IF NOT EXISTS custody_internal.legal_holds
(
    hold_id UUID,
    action Enum8('placed' = 0, 'released' = 1),
    env_id String, -- '' for all environments; of what is placed, as the next two
    from_hour DateTime('UTC'), -- half-open
    to_hour DateTime('UTC'),
    reason String,
    who String,
    at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (hold_id, at);

-- Grain: one row an expiry, environment, table and month, read with FINAL: written before the deletion without
-- `finished_at`, and again after it. One that never finished is a crash or a stop; the rows that it left are in a later one.
CREATE TABLE IF NOT EXISTS custody_internal.expiries
(
    expiry_id UUID,
    env_id LowCardinality(String),
    table LowCardinality(String), -- decisions, entries, entry_details
    from_hour DateTime('UTC'), -- the first hour of what went
    to_hour DateTime('UTC'), -- after the last one
    hours UInt32, -- that rows went of
    rows UInt64, -- versions of a row that were not merged yet count each
    late_rows UInt64, -- of those, stored after their hour had expired
    bytes UInt64, -- on disk: the rows' share of their parts
    policy_days Nullable(UInt32), -- NULL where the policy was taken back after the hours had been marked
    began_at DateTime64(6, 'UTC'),
    finished_at Nullable(DateTime64(6, 'UTC')),
    written_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (env_id, table, from_hour, expiry_id);

-- One row a hold, in force or released.
CREATE OR REPLACE VIEW custody_internal.holds AS
SELECT
    hold_id,
    anyIf(env_id, action = 'placed') AS held_env_id,
    anyIf(from_hour, action = 'placed') AS held_from,
    anyIf(to_hour, action = 'placed') AS held_to,
    anyIf(reason, action = 'placed') AS held_why,
    anyIf(who, action = 'placed') AS placed_by,
    minIf(at, action = 'placed') AS placed_at,
    toBool(countIf(action = 'released') > 0) AS is_released,
    anyIf(reason, action = 'released') AS released_why,
    anyIf(who, action = 'released') AS released_by,
    minIf(at, action = 'released') AS released_at -- 1970-01-01 while it is in force
FROM custody_internal.legal_holds
GROUP BY hold_id
HAVING countIf(action = 'placed') > 0;

-- Hours whose rows are to be deleted, by kind of row: marked, and under no hold at this moment.
CREATE OR REPLACE VIEW custody_internal.deletable_hours AS
WITH (SELECT groupArray((held_env_id, held_from, held_to)) FROM custody_internal.holds WHERE NOT is_released) AS held
SELECT kind, env_id, hour, expired_at
FROM
(
    SELECT 'decisions' AS kind, env_id, hour, expired_at FROM custody_internal.expired_hours FINAL
    UNION ALL
    SELECT 'entries' AS kind, env_id, hour, expired_at FROM custody_internal.expired_entries FINAL
)
WHERE NOT arrayExists(hold -> (hold.1 = '' OR hold.1 = env_id) AND hour >= hold.2 AND hour < hold.3, held);

-- As before; of an hour that expired, the seal that it expired with is the last one.
CREATE OR REPLACE VIEW custody_internal.written_seals AS
SELECT env_id, span, starts_at, as_of, build, sealed_at, false AS is_last FROM custody_internal.seals
UNION ALL
SELECT
    env_id, 'hour'::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span, hour AS starts_at, as_of, build,
    as_of AS sealed_at, true AS is_last
FROM custody_internal.expired_hours FINAL
WHERE as_of > 0;

-- As before; of an hour that expired, what had been said until then.
CREATE OR REPLACE VIEW custody_internal.hour_states AS
SELECT
    said.env_id AS env_id, said.hour AS hour,
    if(expired.is_expired, expired.said_at, said.said_at) AS said_at,
    expired.is_expired OR said.is_settled AS is_settled,
    seal.newest_as_of AS as_of, seal.build AS build, expired.is_expired AS is_expired,
    expired.is_expired OR seal.newest_as_of > said.said_at AS is_sealed
FROM
(
    SELECT env_id, hour, max(at) AS said_at, min(settled) AS is_settled
    FROM
    (
        SELECT env_id, hour, stored_at AS at, true AS settled FROM custody_internal.stored_hours FINAL
        UNION ALL
        SELECT env_id, hour, touched_at AS at, is_settled AS settled FROM custody_internal.touched_hours FINAL
    )
    GROUP BY env_id, hour
) AS said
LEFT JOIN (SELECT * FROM custody_internal.newest_seals WHERE span = 'hour') AS seal
    ON seal.env_id = said.env_id AND seal.starts_at = said.hour
LEFT JOIN (SELECT env_id, hour, said_at, true AS is_expired FROM custody_internal.expired_hours FINAL) AS expired
    ON expired.env_id = said.env_id AND expired.hour = said.hour
SETTINGS join_use_nulls = 0;

-- As before; what had been said of an expired hour counts like that of any other: a day that was summed up before it does
-- not hold because the hour expired.
CREATE OR REPLACE VIEW custody_internal.open_spans AS
SELECT env_id, span, starts_at
FROM
(
    SELECT env_id, arrayJoin(['day', 'month'])::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span,
        if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at,
        max(hour_said_at) AS said_at
    FROM (SELECT env_id, hour, said_at AS hour_said_at FROM custody_internal.hour_states)
    GROUP BY env_id, span, starts_at
) AS said
LEFT JOIN custody_internal.newest_seals AS seal USING (env_id, span, starts_at)
WHERE NOT (seal.newest_as_of > said.said_at)
SETTINGS join_use_nulls = 0;
