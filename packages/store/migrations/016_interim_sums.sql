-- Interim sums: hours that are summed up without being sealed, so that their rows need not be read: hours that are not proven
-- yet, and hours that something was stored or changed in since they were sealed, until they are sealed anew. Days and months
-- of such hours too.
--
-- The rule is that of the migration `seals`, since sums are right whether or not an hour is proven: the store's time first,
-- then what was under way is stored, then the rows are read, then one insert names the build. Sums hold for as long as
-- nothing was said of their hours at `as_of` or later. Of seals and interim sums of one span those with the later `as_of`
-- count for readers. Whatever is proven, sealed, verified or expires goes by seals alone, in the tables and views that it went by.
-- Older code beside this reads from rows what this says can be read from sums.

-- Grain: one row a build of an hour, a day or a month (UTC) that no seal names; of one span the newest `as_of` counts.
-- Never changed. A row goes once a newer one, or a newer seal, has counted for two hours. Were all of them lost, and readers
-- started anew, the same would be read from rows until it is summed up again. Not a ReplacingMergeTree: a reader who knows of
-- nothing that was named after a moment has to find what counted then.
CREATE TABLE IF NOT EXISTS custody_internal.interim_sums
(
    env_id LowCardinality(String),
    span Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    starts_at DateTime('UTC'),
    as_of DateTime64(6, 'UTC'), -- the store's clock before the rows were read
    build UInt64, -- names the rows of the rollups; 0 where there are none
    named_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (env_id, span, starts_at, as_of);

-- Every seal and all interim sums, as readers see them.
CREATE OR REPLACE VIEW custody_internal.written_sums AS
SELECT env_id, span, starts_at, as_of, build, sealed_at AS named_at, is_last FROM custody_internal.written_seals
UNION ALL
SELECT env_id, span, starts_at, as_of, build, named_at, false AS is_last FROM custody_internal.interim_sums;

-- The sums that count, of every span.
CREATE OR REPLACE VIEW custody_internal.newest_sums AS
SELECT
    env_id, span, starts_at,
    argMax(s.as_of, (s.is_last, s.as_of, s.build)) AS newest_as_of,
    argMax(s.build, (s.is_last, s.as_of, s.build)) AS build
FROM custody_internal.written_sums AS s
GROUP BY env_id, span, starts_at;

-- As `hour_states`, by sums: hours that decisions are or were stored in, and whether their sums hold.
CREATE OR REPLACE VIEW custody_internal.hour_sums AS
SELECT
    said.env_id AS env_id, said.hour AS hour,
    if(expired.is_expired, expired.said_at, said.said_at) AS said_at,
    expired.is_expired OR said.is_settled AS is_settled,
    sums.newest_as_of AS as_of, sums.build AS build, expired.is_expired AS is_expired,
    expired.is_expired OR sums.newest_as_of > said.said_at AS is_summed
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
LEFT JOIN (SELECT * FROM custody_internal.newest_sums WHERE span = 'hour') AS sums
    ON sums.env_id = said.env_id AND sums.starts_at = said.hour
LEFT JOIN (SELECT env_id, hour, said_at, true AS is_expired FROM custody_internal.expired_hours FINAL) AS expired
    ON expired.env_id = said.env_id AND expired.hour = said.hour
SETTINGS join_use_nulls = 0;

-- Hours whose rows have to be read.
CREATE OR REPLACE VIEW custody_internal.unsummed_hours AS
SELECT env_id, hour FROM custody_internal.hour_sums WHERE NOT is_summed;

-- Days and months that hold decisions and have to be read by their parts.
CREATE OR REPLACE VIEW custody_internal.unsummed_spans AS
SELECT env_id, span, starts_at
FROM
(
    SELECT env_id, arrayJoin(['day', 'month'])::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span,
        if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at,
        max(hour_said_at) AS said_at
    FROM (SELECT env_id, hour, said_at AS hour_said_at FROM custody_internal.hour_sums)
    GROUP BY env_id, span, starts_at
) AS said
LEFT JOIN custody_internal.newest_sums AS sums USING (env_id, span, starts_at)
WHERE NOT (sums.newest_as_of > said.said_at)
SETTINGS join_use_nulls = 0;

-- As before, and the builds of interim sums, of no environment: older code deletes the rollup rows of all builds that are
-- not in here. Nothing else of it meets them, since it asks for an environment's.
CREATE OR REPLACE VIEW custody_internal.newest_seals AS
SELECT
    env_id, span, starts_at,
    argMax(s.as_of, (s.is_last, s.as_of, s.build)) AS newest_as_of,
    argMax(s.build, (s.is_last, s.as_of, s.build)) AS build
FROM custody_internal.written_seals AS s
GROUP BY env_id, span, starts_at
UNION ALL
SELECT CAST('', 'LowCardinality(String)') AS env_id, span, starts_at, as_of AS newest_as_of, build FROM custody_internal.interim_sums;

-- Public. As before, by all sums that hold: from the rollups where they do, from the rows where not. What matters of the order
-- is as before too: which hours have to be read, then until when sums are named, and only then the rows of sums.
CREATE OR REPLACE VIEW custody.decisions_hourly
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH
    (SELECT groupArray((env_id, hour)) FROM custody_internal.unsummed_hours) AS open,
    (SELECT max(named_at) FROM custody_internal.written_sums WHERE length(open) >= 0) AS named_until
SELECT
    hour, env_id, agent_key, human_key, server, tool, decision, reason_code,
    sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials
FROM
(
    SELECT starts_at AS hour, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted
    FROM custody_internal.summed_calls
    WHERE level = 'hour' AND build IN
    (
        SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums
        WHERE span = 'hour' AND named_at <= named_until AND (env_id, starts_at) NOT IN (SELECT arrayJoin(open))
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

-- Public. Likewise.
CREATE OR REPLACE VIEW custody.decisions_daily
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH
    (SELECT groupArray((env_id, hour)) FROM custody_internal.unsummed_hours) AS open,
    (SELECT groupArray((env_id, starts_at)) FROM custody_internal.unsummed_spans WHERE span = 'day') AS open_days,
    (SELECT max(named_at) FROM custody_internal.written_sums WHERE length(open) + length(open_days) >= 0) AS named_until
SELECT
    day, env_id, agent_key, human_key, server, tool, decision, reason_code,
    sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials
FROM
(
    SELECT toDate(starts_at) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted
    FROM custody_internal.summed_calls
    WHERE level = 'day' AND build IN
    (
        SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums
        WHERE span = 'day' AND named_at <= named_until AND (env_id, starts_at) NOT IN (SELECT arrayJoin(open_days))
        GROUP BY env_id, starts_at
    )
    UNION ALL
    SELECT toDate(starts_at) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted
    FROM custody_internal.summed_calls
    WHERE level = 'hour' AND toStartOfDay(starts_at) IN (SELECT tupleElement(arrayJoin(open_days), 2)) AND build IN
    (
        SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums
        WHERE span = 'hour' AND named_at <= named_until AND (env_id, starts_at) NOT IN (SELECT arrayJoin(open))
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
