-- Views as before, of fewer parts. What a statement over them costs where there is little to read is its planning, which grows
-- with every view that is named within another, every join, and every expression that is written out where it is used: these
-- say the same in a third of it. Older code beside this sees no difference.

-- Every seal and all interim sums, as readers see them; of an hour that expired, the seal that it expired with is the last one.
CREATE OR REPLACE VIEW custody_internal.written_sums AS
SELECT env_id, span, starts_at, as_of, build, sealed_at AS named_at, false AS is_last FROM custody_internal.seals
UNION ALL
SELECT
    env_id, 'hour'::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span, hour AS starts_at, as_of, build,
    as_of AS named_at, true AS is_last
FROM custody_internal.expired_hours FINAL
WHERE as_of > 0
UNION ALL
SELECT env_id, span, starts_at, as_of, build, named_at, false AS is_last FROM custody_internal.interim_sums;

-- The sums that count, of every span.
CREATE OR REPLACE VIEW custody_internal.newest_sums AS
SELECT env_id, span, starts_at, newest.2 AS newest_as_of, newest.3 AS build
FROM
(
    SELECT env_id, span, starts_at, max((is_last, as_of, s.build)) AS newest
    FROM custody_internal.written_sums AS s
    GROUP BY env_id, span, starts_at
);

-- As before: hours that decisions are or were stored in, what was said of them, the newest seal, and whether it holds. One list of all
-- that is told of an hour, by `kind`: 0 stored in it, 1 touched, 2 sums written, 3 expired; `settled` is true where it says nothing.
CREATE OR REPLACE VIEW custody_internal.hour_states AS
SELECT
    env_id, hour, if(is_over, ended_at, last_said_at) AS said_at, is_over OR was_settled AS is_settled,
    newest.2 AS as_of, newest.3 AS build, is_over AS is_expired, is_over OR newest.2 > last_said_at AS is_sealed
FROM
(
    SELECT
        env_id, hour, maxIf(at, kind < 2) AS last_said_at, min(settled) AS was_settled,
        max((kind = 3 AND named_as_of > 0, named_as_of, named)) AS newest, toBool(max(kind) = 3) AS is_over, maxIf(at, kind = 3) AS ended_at
    FROM
    (
        SELECT
            env_id, hour, 0 AS kind, stored_at AS at, true AS settled,
            toDateTime64(0, 6, 'UTC') AS named_as_of, toUInt64(0) AS named
        FROM custody_internal.stored_hours FINAL
        UNION ALL
        SELECT env_id, hour, 1, touched_at, is_settled, toDateTime64(0, 6, 'UTC'), toUInt64(0) FROM custody_internal.touched_hours FINAL
        UNION ALL
        SELECT env_id, starts_at, 2, toDateTime64(0, 6, 'UTC'), true, as_of, build FROM custody_internal.seals WHERE span = 'hour'
        UNION ALL
        SELECT env_id, hour, 3, said_at, true, as_of, build FROM custody_internal.expired_hours FINAL
    )
    GROUP BY env_id, hour
    HAVING min(kind) < 2
);

-- Likewise, by all sums.
CREATE OR REPLACE VIEW custody_internal.hour_sums AS
SELECT
    env_id, hour, if(is_over, ended_at, last_said_at) AS said_at, is_over OR was_settled AS is_settled,
    newest.2 AS as_of, newest.3 AS build, is_over AS is_expired, is_over OR newest.2 > last_said_at AS is_summed
FROM
(
    SELECT
        env_id, hour, maxIf(at, kind < 2) AS last_said_at, min(settled) AS was_settled,
        max((kind = 3 AND named_as_of > 0, named_as_of, named)) AS newest, toBool(max(kind) = 3) AS is_over, maxIf(at, kind = 3) AS ended_at
    FROM
    (
        SELECT
            env_id, hour, 0 AS kind, stored_at AS at, true AS settled,
            toDateTime64(0, 6, 'UTC') AS named_as_of, toUInt64(0) AS named
        FROM custody_internal.stored_hours FINAL
        UNION ALL
        SELECT env_id, hour, 1, touched_at, is_settled, toDateTime64(0, 6, 'UTC'), toUInt64(0) FROM custody_internal.touched_hours FINAL
        UNION ALL
        SELECT env_id, starts_at, 2, toDateTime64(0, 6, 'UTC'), true, as_of, build FROM custody_internal.seals WHERE span = 'hour'
        UNION ALL
        SELECT env_id, starts_at, 2, toDateTime64(0, 6, 'UTC'), true, as_of, build FROM custody_internal.interim_sums WHERE span = 'hour'
        UNION ALL
        SELECT env_id, hour, 3, said_at, true, as_of, build FROM custody_internal.expired_hours FINAL
    )
    GROUP BY env_id, hour
    HAVING min(kind) < 2
);

-- As before: days and months that hold decisions and whose seal does not hold.
CREATE OR REPLACE VIEW custody_internal.open_spans AS
SELECT env_id, span, starts_at
FROM
(
    SELECT env_id, span, starts_at
    FROM
    (
        SELECT env_id, arrayJoin(['day', 'month'])::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span,
            if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at,
            said_at AS at, toDateTime64(0, 6, 'UTC') AS named_as_of, true AS is_said
        FROM custody_internal.hour_states
        UNION ALL
        SELECT env_id, span, starts_at, toDateTime64(0, 6, 'UTC'), as_of, false FROM custody_internal.seals WHERE span != 'hour'
    )
    GROUP BY env_id, span, starts_at
    HAVING max(is_said) AND NOT max(named_as_of) > max(at)
);

-- Likewise, by all sums.
CREATE OR REPLACE VIEW custody_internal.unsummed_spans AS
SELECT env_id, span, starts_at
FROM
(
    SELECT env_id, span, starts_at
    FROM
    (
        SELECT env_id, arrayJoin(['day', 'month'])::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span,
            if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at,
            said_at AS at, toDateTime64(0, 6, 'UTC') AS named_as_of, true AS is_said
        FROM custody_internal.hour_sums
        UNION ALL
        SELECT env_id, span, starts_at, toDateTime64(0, 6, 'UTC'), as_of, false FROM custody_internal.seals WHERE span != 'hour'
        UNION ALL
        SELECT env_id, span, starts_at, toDateTime64(0, 6, 'UTC'), as_of, false FROM custody_internal.interim_sums WHERE span != 'hour'
    )
    GROUP BY env_id, span, starts_at
    HAVING max(is_said) AND NOT max(named_as_of) > max(at)
);

-- As before: each change of verdict with the change of a grant that explains it, if one does. Step by step: an expression that is used
-- in several others is written out in each of them, and the last one of five would be some hundred times as long as it looks.
CREATE OR REPLACE VIEW custody_internal.explained_flips
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH
    moments AS
    (
        SELECT
            flips.env_id AS env_id, flips.agent_key AS agent_key, flips.server AS server, flips.tool AS tool,
            flips.at AS at, flips.decision_id AS decision_id, flips.call AS call, flips.previous AS previous,
            arrayConcat(of_agent.changes, of_tool.changes) AS changes
        FROM custody_internal.flips AS flips FINAL
        LEFT JOIN
        (
            SELECT env_id, agent_key, server,
                groupArray(CAST((kind, change, human_key, toInt8(indexOf(['low', 'medium', 'high'], level)), grant_id, at, not_before),
                    'Tuple(kind String, change String, human_key String, level Int8, grant_id String, at DateTime64(3, \'UTC\'), not_before DateTime64(3, \'UTC\'))')) AS changes
            FROM
            (
                SELECT env_id, agent_key, server, kind, change, human_key, level, grant_id, at, not_before
                FROM custody_internal.grant_changes WHERE kind = 'consent'
                UNION ALL
                SELECT c.env_id, h.agent_key, c.server, c.kind, c.change, c.human_key, c.level, c.grant_id, c.at, c.not_before
                FROM custody_internal.grant_changes AS c
                INNER JOIN custody_internal.grant_holders AS h
                    ON h.env_id = c.env_id AND h.human_key = c.human_key AND h.server = c.server
                WHERE c.kind = 'ceiling'
            )
            GROUP BY env_id, agent_key, server
        ) AS of_agent ON of_agent.env_id = flips.env_id AND of_agent.agent_key = flips.agent_key AND of_agent.server = flips.server
        LEFT JOIN
        (
            SELECT env_id, server, tool,
                groupArray(CAST((kind, change, '', toInt8(indexOf(['low', 'medium', 'high'], level)), grant_id, at, not_before),
                    'Tuple(kind String, change String, human_key String, level Int8, grant_id String, at DateTime64(3, \'UTC\'), not_before DateTime64(3, \'UTC\'))')) AS changes
            FROM custody_internal.grant_changes WHERE kind = 'tool_level'
            GROUP BY env_id, server, tool
        ) AS of_tool ON of_tool.env_id = flips.env_id AND of_tool.server = flips.server AND of_tool.tool = flips.tool
    ),
    sides AS
    (
        SELECT
            env_id, agent_key, server, tool, at, decision_id, call, previous, changes,
            call.verdict = 'deny' AS is_denied, if(is_denied, previous, call) AS allowed
        FROM moments
    ),
    levels AS
    (
        SELECT
            env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied,
            toInt8(indexOf(['', 'low', 'medium', 'high'], allowed.required_level) - 1) AS required,
            toInt8(least(indexOf(['', 'low', 'medium', 'high'], allowed.trust_level),
                indexOf(['', 'low', 'medium', 'high'], allowed.ceiling_level)) - 1) AS effective,
            arrayFilter(c -> c.at > previous.at AND (c.not_before < call.at OR (c.not_before = c.at AND c.at <= call.at))
                AND (c.human_key IN ('', allowed.human_key) OR allowed.human_key = ''), changes) AS near
        FROM sides
    ),
    -- The level of each change's own thing after it ended and after it appeared; 0 is none.
    sided AS
    (
        SELECT
            env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied, required, effective, near,
            arrayMap(c -> arrayMax(arrayMap(
                o -> if(o.change = 'ended' AND o.kind = c.kind AND o.human_key = c.human_key, o.level, 0), near)), near) AS ended,
            arrayMap(c -> arrayMax(arrayMap(
                o -> if(o.change = 'appeared' AND o.kind = c.kind AND o.human_key = c.human_key, o.level, 0), near)), near) AS appeared
        FROM levels
    ),
    -- How well each explains the change, by its level where the call was denied and where it was allowed; 0: not at all.
    weighed AS
    (
        SELECT
            env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied, near,
            arrayMap((e, a) -> e > 0 AND a > 0, ended, appeared) AS is_renewed,
            arrayMap((c, denied, allowed) ->
                multiIf(
                    c.kind = 'tool_level',
                        multiIf(effective > 0, denied = 0 OR denied > effective, denied = 0 OR denied > allowed AND allowed > 0)
                            * if(effective > 0, 2, 1),
                    allowed = 0, 0,
                    required > 0, (denied < required) * 2,
                    denied < allowed),
                near, if(is_denied, appeared, ended), if(is_denied, ended, appeared)) AS weights
        FROM sided
    ),
    explained AS
    (
        SELECT
            env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied,
            arrayReverseSort(arrayFilter(s -> s.1 > 0, arrayMap((weight, c, renewed) -> (
                weight, c.change = if(is_denied AND NOT renewed, 'ended', 'appeared'), c.at, c.grant_id, c, renewed),
                weights, near, is_renewed)))[1] AS best
        FROM weighed
    )
SELECT
    env_id, agent_key, server, tool, at, decision_id, call, previous,
    multiIf(
        best.1 = 0, 'unexplained',
        best.5.kind = 'tool_level', 'tool_level_changed',
        best.5.kind = 'ceiling', if(is_denied, 'ceiling_lowered', 'ceiling_raised'),
        best.6, 'reconsented',
        if(is_denied, 'revoked', 'consented')) AS cause,
    best.5.grant_id AS grant_id,
    if(best.1 = 0, '', ['', 'low', 'medium', 'high'][best.5.level + 1]) AS level,
    if(best.1 = 0, NULL, best.5.at) AS cause_at
FROM explained
SETTINGS join_use_nulls = 0, do_not_merge_across_partitions_select_final = 1;
