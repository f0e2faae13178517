-- Sealed hours: what was stored in an hour, summed up once the hour is proven, and again when it changes.
--
-- The rule that makes every answer equal to the stored rows, at every moment:
--   Whoever stores or changes rows of an hour says so before (`stored_hours`, `touched_hours`).
--   Whoever sums an hour up takes the store's time first (`as_of`), waits until what was under way then is stored, and reads
--   the rows after that. So a seal holds for as long as nothing was said of its hour at `as_of` or later.
--   A reader takes hours that hold from the rollups and all others from the rows. Nothing is ever changed in place: rows of
--   rollups carry the build that they belong to, and the one insert that names the build in `seals` makes them count.
--   Two who seal at once write two builds; the seal with the later `as_of` counts, and what the other one wrote never does.
-- Older code beside this neither reads nor writes these tables: for it the view `said_of_stored` says the same a moment after
-- it stored something.

-- Grain: one row an environment and hour that decisions were stored in, the newest time only; read with FINAL.
-- Written before they are stored: so every hour that holds a decision is in here.
CREATE TABLE IF NOT EXISTS custody_internal.stored_hours
(
    env_id LowCardinality(String),
    hour DateTime('UTC'),
    stored_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY (env_id, hour);

-- Grain: one row a sealing of an hour, a day or a month (UTC), kept for ever; of one span the newest `as_of` counts.
-- Days and months are sums of sealed hours, for speed alone: what is proven, and why not, is said of hours.
CREATE TABLE IF NOT EXISTS custody_internal.seals
(
    env_id LowCardinality(String),
    span Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    starts_at DateTime('UTC'),
    as_of DateTime64(6, 'UTC'), -- the store's clock before the rows were read
    build UInt64, -- names the rows of the rollups
    revision UInt32, -- 1 at first
    state Enum8('complete' = 0, 'empty' = 1, 'incomplete' = 2),
    stored UInt64, -- decisions in the store
    listed UInt64, -- that the source listed
    dead_letters UInt64,
    missing UInt64, -- listed, and neither stored nor dead letters
    unreadable_seconds UInt32,
    reasons Array(String), -- why it is incomplete; why it was sealed anew
    content String, -- of the rows, in whatever order: 32 hexadecimal digits
    digest String, -- SHA-256 over the digest before and what this seal says: revisions of an hour are a chain
    windows_updated_at DateTime64(3, 'UTC'), -- of the hour's windows, as they were
    sealed_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (env_id, span, starts_at, as_of);

-- Whoever inserts decisions has it said, also without a word of its own. It comes after the rows, by milliseconds: so it does
-- not stand in for the word before.
CREATE MATERIALIZED VIEW IF NOT EXISTS custody_internal.said_of_stored TO custody_internal.stored_hours
AS SELECT DISTINCT env_id, toDateTime(toStartOfHour(occurred_at), 'UTC') AS hour
FROM custody_internal.decisions;

-- What was stored before. Older code may store on beside this, so that the table is not empty when its turn comes: every
-- hour that is not in it yet is put into it.
INSERT INTO custody_internal.stored_hours (env_id, hour)
SELECT DISTINCT env_id, toDateTime(toStartOfHour(occurred_at), 'UTC') AS hour FROM custody_internal.decisions
WHERE (env_id, hour) NOT IN (SELECT env_id, hour FROM custody_internal.stored_hours);

-- Grain: one row an hour whose rows were expired, read with FINAL: written before they go. From then on the hour is its
-- seal, whatever is stored in it.
CREATE TABLE IF NOT EXISTS custody_internal.expired_hours
(
    env_id LowCardinality(String),
    hour DateTime('UTC'),
    expired_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(expired_at)
ORDER BY (env_id, hour);

-- Every seal, as readers see them.
CREATE OR REPLACE VIEW custody_internal.written_seals AS
SELECT env_id, span, starts_at, as_of, build, sealed_at, false AS is_last FROM custody_internal.seals;

-- The seal that counts, of every span.
CREATE OR REPLACE VIEW custody_internal.newest_seals AS
SELECT
    env_id, span, starts_at,
    argMax(s.as_of, (s.is_last, s.as_of, s.build)) AS newest_as_of,
    argMax(s.build, (s.is_last, s.as_of, s.build)) AS build
FROM custody_internal.written_seals AS s
GROUP BY env_id, span, starts_at;

-- Hours that decisions are or were stored in: since when nothing was said of them, and whether their seal holds.
CREATE OR REPLACE VIEW custody_internal.hour_states AS
SELECT
    said.env_id AS env_id, said.hour AS hour, said.said_at AS said_at, said.is_settled AS is_settled,
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
LEFT JOIN (SELECT env_id, hour, true AS is_expired FROM custody_internal.expired_hours FINAL) AS expired
    ON expired.env_id = said.env_id AND expired.hour = said.hour
SETTINGS join_use_nulls = 0;

-- Hours whose rows have to be read.
CREATE OR REPLACE VIEW custody_internal.open_hours AS
SELECT env_id, hour FROM custody_internal.hour_states WHERE NOT is_sealed;

-- Days and months that hold decisions and whose own sums do not hold, as hours: they are read by their hours.
CREATE OR REPLACE VIEW custody_internal.open_spans AS
SELECT env_id, span, starts_at
FROM
(
    SELECT env_id, arrayJoin(['day', 'month'])::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span,
        if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at,
        maxIf(said_at, NOT is_expired) AS said_at
    FROM custody_internal.hour_states
    GROUP BY env_id, span, starts_at
) AS said
LEFT JOIN custody_internal.newest_seals AS seal USING (env_id, span, starts_at)
WHERE NOT (seal.newest_as_of > said.said_at)
SETTINGS join_use_nulls = 0;

-- Rollups. Grain of each: one row a build, the start of a stretch of time, and the dimensions named in its ORDER BY.
-- `level` is the length of the stretch: rows of 'five_minutes', 'quarter' and 'hour' belong to an hour's build, the others
-- to a day's or a month's. A quarter of an hour divides every offset of today's time zones.
-- `first_at` and `last_at` are of the decisions that a row counts. Denials are the rows with decision = 'deny'.

-- Everything that is asked of decisions but texts: what the public views of hours and days are made of. It hardly shrinks.
CREATE TABLE IF NOT EXISTS custody_internal.rollup_calls
(
    env_id LowCardinality(String),
    level Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4), -- hour, day, month
    starts_at DateTime('UTC') CODEC(Delta, ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    agent_key LowCardinality(String),
    human_key LowCardinality(String),
    human_candidates Array(LowCardinality(String)), -- where attribution is ambiguous
    attribution LowCardinality(String),
    trust_level LowCardinality(String),
    server LowCardinality(String),
    tool LowCardinality(String),
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    reason_code LowCardinality(String),
    decisions UInt64 CODEC(T64, ZSTD(1)),
    first_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    last_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (level, toYear(starts_at))
ORDER BY (env_id, starts_at, agent_key, server, tool, human_key, decision)
-- Of a hundred million decisions a year an hour has five thousand rows: in steps of 8,192 one agent's day reads those of all
-- (133,000 rows of the busiest one's day; 27,000 so, by the engine's estimate).
SETTINGS index_granularity = 1024;

-- How many, by nothing but the verdict and its reason.
CREATE TABLE IF NOT EXISTS custody_internal.rollup_verdicts
(
    env_id LowCardinality(String),
    level Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4), -- quarter, day, month
    starts_at DateTime('UTC') CODEC(Delta, ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    reason_code LowCardinality(String),
    decisions UInt64 CODEC(T64, ZSTD(1)),
    first_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    last_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (level, toYear(starts_at))
ORDER BY (env_id, starts_at, decision, reason_code);

-- Who called, under whose authority.
CREATE TABLE IF NOT EXISTS custody_internal.rollup_principals
(
    env_id LowCardinality(String),
    level Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4), -- quarter, day, month
    starts_at DateTime('UTC') CODEC(Delta, ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    agent_key LowCardinality(String),
    human_key LowCardinality(String),
    attribution LowCardinality(String),
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    decisions UInt64 CODEC(T64, ZSTD(1)),
    first_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    last_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (level, toYear(starts_at))
ORDER BY (env_id, starts_at, agent_key, human_key, decision);

-- What was called.
CREATE TABLE IF NOT EXISTS custody_internal.rollup_tools
(
    env_id LowCardinality(String),
    level Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4), -- quarter, day, month
    starts_at DateTime('UTC') CODEC(Delta, ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    server LowCardinality(String),
    tool LowCardinality(String),
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    decisions UInt64 CODEC(T64, ZSTD(1)),
    first_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    last_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (level, toYear(starts_at))
ORDER BY (env_id, starts_at, server, tool, decision);

-- Denials alone, by everything, in steps of five minutes: there are few.
CREATE TABLE IF NOT EXISTS custody_internal.rollup_denials
(
    env_id LowCardinality(String),
    level Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4), -- five_minutes
    starts_at DateTime('UTC') CODEC(Delta, ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    agent_key LowCardinality(String),
    human_key LowCardinality(String),
    human_candidates Array(LowCardinality(String)),
    attribution LowCardinality(String),
    trust_level LowCardinality(String),
    server LowCardinality(String),
    tool LowCardinality(String),
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), -- deny
    reason_code LowCardinality(String),
    decisions UInt64 CODEC(T64, ZSTD(1)),
    first_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    last_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (level, toYear(starts_at))
ORDER BY (env_id, starts_at, agent_key, server, tool, human_key);

-- The rows of sums, as the two views below see them, see there.
CREATE OR REPLACE VIEW custody_internal.summed_calls AS
SELECT * FROM custody_internal.rollup_calls;

-- Public. Complete and right for every hour: from the rollups where the hour's seal holds, from the rows where not. The list
-- of open hours is a scalar, so that both halves go by the same one: the engine computes equal scalars of a statement once.
-- Hours are sealed anew while this is read. So the order matters: which hours are open, then until when seals are written,
-- and only then the rows of sums, so that all rows are seen of every seal that counts here. Scalars are computed before the
-- tables of a view are looked at, and the tables of this statement itself before them: for that the sums are read by a view.
CREATE OR REPLACE VIEW custody.decisions_hourly
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH
    (SELECT groupArray((env_id, hour)) FROM custody_internal.open_hours) AS open,
    (SELECT max(sealed_at) FROM custody_internal.written_seals WHERE length(open) >= 0) AS sealed_until
SELECT
    hour, env_id, agent_key, human_key, server, tool, decision, reason_code,
    sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials
FROM
(
    SELECT starts_at AS hour, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted
    FROM custody_internal.summed_calls
    WHERE level = 'hour' AND build IN
    (
        SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_seals
        WHERE span = 'hour' AND sealed_at <= sealed_until AND (env_id, starts_at) NOT IN (SELECT arrayJoin(open))
        GROUP BY env_id, starts_at
    )
    UNION ALL
    SELECT toStartOfHour(occurred_at) AS hour, env_id, agent_key, human_key, server, tool, decision, reason_code, toUInt64(1) AS counted
    FROM custody_internal.decisions FINAL
    WHERE toStartOfHour(occurred_at) IN (SELECT tupleElement(arrayJoin(open), 2))
        AND (env_id, toStartOfHour(occurred_at)) IN (SELECT arrayJoin(open))
)
GROUP BY hour, env_id, agent_key, human_key, server, tool, decision, reason_code
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- Public. Days are UTC: from the sums of days where they hold, from their hours where not. Both lists are looked at one after
-- the other: each day is read in one way, as the list of days says, whatever happens between the two.
CREATE OR REPLACE VIEW custody.decisions_daily
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH
    (SELECT groupArray((env_id, hour)) FROM custody_internal.open_hours) AS open,
    (SELECT groupArray((env_id, starts_at)) FROM custody_internal.open_spans WHERE span = 'day') AS open_days,
    (SELECT max(sealed_at) FROM custody_internal.written_seals WHERE length(open) + length(open_days) >= 0) AS sealed_until
SELECT
    day, env_id, agent_key, human_key, server, tool, decision, reason_code,
    sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials
FROM
(
    SELECT toDate(starts_at) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted
    FROM custody_internal.summed_calls
    WHERE level = 'day' AND build IN
    (
        SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_seals
        WHERE span = 'day' AND sealed_at <= sealed_until AND (env_id, starts_at) NOT IN (SELECT arrayJoin(open_days))
        GROUP BY env_id, starts_at
    )
    UNION ALL
    SELECT toDate(starts_at) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted
    FROM custody_internal.summed_calls
    WHERE level = 'hour' AND toStartOfDay(starts_at) IN (SELECT tupleElement(arrayJoin(open_days), 2)) AND build IN
    (
        SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_seals
        WHERE span = 'hour' AND sealed_at <= sealed_until AND (env_id, starts_at) NOT IN (SELECT arrayJoin(open))
            AND (env_id, toStartOfDay(starts_at)) IN (SELECT arrayJoin(open_days))
        GROUP BY env_id, starts_at
    )
    UNION ALL
    SELECT toDate(toStartOfHour(occurred_at)) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, toUInt64(1) AS counted
    FROM custody_internal.decisions FINAL
    WHERE toStartOfHour(occurred_at) IN (SELECT tupleElement(arrayJoin(open), 2))
        AND (env_id, toStartOfHour(occurred_at)) IN (SELECT arrayJoin(open))
        AND (env_id, toStartOfDay(occurred_at)) IN (SELECT arrayJoin(open_days))
)
GROUP BY day, env_id, agent_key, human_key, server, tool, decision, reason_code
SETTINGS do_not_merge_across_partitions_select_final = 1;
