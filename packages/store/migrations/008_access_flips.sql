-- Where a verdict flipped: two calls of an agent with a tool of a server, one after the other, one allowed and one denied.
--
-- Flips are found hour by hour and kept, so that nobody orders a year of decisions to see them; why they happened is told
-- when they are read, from what is known of grants by then. Older code beside this never reads or writes these tables.

-- Grain: one row an environment, span of time, agent, server and tool: the first and the last call in it. An hour finds in
-- here what came before it and after it, without a look at other decisions: of its day by hours, of its month by days.
-- `first` is all zeros where it is the last one too, and of the longer spans, of which only the latest last call stays.
-- Verdicts that the source did not tell are left out, here and below.
CREATE TABLE IF NOT EXISTS custody_internal.verdict_ends
(
    env_id LowCardinality(String),
    span Enum8('hour' = 0, 'day' = 1, 'month' = 2, 'ever' = 3), -- 'ever' starts at 1970-01-01
    starts_at DateTime('UTC'),
    agent_key LowCardinality(String),
    server LowCardinality(String),
    tool LowCardinality(String),
    first Tuple(
        at DateTime64(3, 'UTC'),
        decision_id UUID,
        verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
        human_key LowCardinality(String),
        trust_level LowCardinality(String),
        ceiling_level LowCardinality(String),
        required_level LowCardinality(String)),
    last Tuple(
        at DateTime64(3, 'UTC'),
        decision_id UUID,
        verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
        human_key LowCardinality(String),
        trust_level LowCardinality(String),
        ceiling_level LowCardinality(String),
        required_level LowCardinality(String)),
    is_gone UInt8,
    revision UInt64 -- of an hour when it was computed, microseconds; of a longer span the time of its last call, milliseconds
)
ENGINE = ReplacingMergeTree(revision, is_gone)
ORDER BY (env_id, span, starts_at, agent_key, server, tool);

-- Grain: one row a flip, under the later of its two calls; read with FINAL. An hour that is computed anew writes what
-- differs, and what is gone, in one INSERT: a reader sees all of it as it was, or all as it is.
CREATE TABLE IF NOT EXISTS custody_internal.flips
(
    env_id LowCardinality(String),
    agent_key LowCardinality(String),
    server LowCardinality(String),
    tool LowCardinality(String),
    at DateTime64(3, 'UTC'),
    decision_id UUID,
    call Tuple(
        at DateTime64(3, 'UTC'),
        decision_id UUID,
        verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
        human_key LowCardinality(String),
        trust_level LowCardinality(String),
        ceiling_level LowCardinality(String),
        required_level LowCardinality(String)),
    previous Tuple(
        at DateTime64(3, 'UTC'),
        decision_id UUID,
        verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
        human_key LowCardinality(String),
        trust_level LowCardinality(String),
        ceiling_level LowCardinality(String),
        required_level LowCardinality(String)),
    is_gone UInt8,
    revision UInt64 -- when it was computed, microseconds
)
ENGINE = ReplacingMergeTree(revision, is_gone)
PARTITION BY toYYYYMM(at)
ORDER BY (env_id, agent_key, server, tool, at, decision_id);

-- Grain: one row an hour, read with FINAL: the decisions that its flips were found among. Written after them, so that a
-- crash has the hour computed again; an hour that holds more now, or newer ones, is due.
CREATE TABLE IF NOT EXISTS custody_internal.flip_hours
(
    env_id LowCardinality(String),
    hour DateTime('UTC'),
    decisions UInt64,
    newest_ingested_at DateTime64(3, 'UTC'),
    read_at DateTime64(6, 'UTC'), -- of rows that were touched since, it does not know
    written_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (env_id, hour);

-- Grain: one row a term of whoever finds flips. Only what the newest term begins has an effect: a slow statement of one
-- before it would bring back what was found among fewer decisions.
CREATE TABLE IF NOT EXISTS custody_internal.flip_terms
(
    term UUID,
    began_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY began_at
TTL toDateTime(began_at) + INTERVAL 1 YEAR;

-- Changes of grants, see custody.access_changes for what the times mean.
CREATE OR REPLACE VIEW custody_internal.grant_changes
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    if(change = 'appeared', began_at, assumeNotNull(facts.first_missing)) AS at,
    facts.env_id AS env_id,
    CAST(facts.kind, 'LowCardinality(String)') AS kind,
    CAST(arrayJoin(if(isNull(facts.first_missing), ['appeared'], ['appeared', 'ended'])), 'LowCardinality(String)') AS change,
    facts.agent_key AS agent_key,
    facts.human_key AS human_key,
    facts.server AS server,
    facts.tool AS tool,
    facts.level AS level,
    facts.grant_id AS grant_id,
    multiIf(change = 'ended', facts.last_seen, isNotNull(facts.valid_from), began_at, listings.first_completed_at) AS not_before
FROM custody_internal.facts AS facts FINAL
LEFT JOIN (SELECT * FROM custody_internal.listings FINAL) AS listings
    ON listings.env_id = facts.env_id AND listings.kind = facts.kind
WHERE facts.kind != 'identity'
    AND (change = 'ended' OR isNotNull(facts.valid_from) OR facts.first_seen > listings.first_completed_at)
SETTINGS join_use_nulls = 0;

-- Whom a grant bears on: a ceiling is its human's, and that of every agent the human ever consented to on the server.
CREATE OR REPLACE VIEW custody_internal.grant_holders
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT DISTINCT env_id, human_key, server, agent_key
FROM
(
    SELECT env_id, human_key, server, arrayJoin([agent_key, human_key]) AS agent_key
    FROM custody_internal.facts FINAL WHERE kind = 'consent'
    UNION ALL
    SELECT env_id, human_key, server, human_key AS agent_key FROM custody_internal.facts FINAL WHERE kind = 'ceiling'
);

-- Flips beside the change of a grant that explains them. A change may explain one where it can have happened between the
-- two calls and is of the human under whose authority the allowed one was made. It does where the levels say so: put into
-- what was allowed, what holds on the side of the denial falls short. Where levels are not known its direction decides.
CREATE OR REPLACE VIEW custody_internal.explained_flips
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH
    ['', 'low', 'medium', 'high'] AS levels,
    call.verdict = 'deny' AS is_denied,
    if(is_denied, previous, call) AS allowed,
    toInt8(indexOf(levels, allowed.required_level) - 1) AS required,
    toInt8(least(indexOf(levels, allowed.trust_level), indexOf(levels, allowed.ceiling_level)) - 1) AS effective,
    arrayFilter(c -> c.at > previous.at AND (c.not_before < call.at OR (c.not_before = c.at AND c.at <= call.at))
        AND (c.human_key IN ('', allowed.human_key) OR allowed.human_key = ''),
        arrayConcat(of_agent.changes, of_tool.changes)) AS near,
    -- Each with its level, and the level of the same thing on the other side of the change; 0 is none.
    arrayMap(c -> (c,
        arrayMax(arrayMap(o -> if(o.change = 'ended' AND o.kind = c.kind AND o.human_key = c.human_key, o.level, 0), near)),
        arrayMax(arrayMap(o -> if(o.change = 'appeared' AND o.kind = c.kind AND o.human_key = c.human_key, o.level, 0), near))),
        near) AS sided,
    -- The same, as level where it was denied and level where it was allowed.
    arrayMap(s -> (s.1, if(is_denied, s.3, s.2), if(is_denied, s.2, s.3), s.2 > 0 AND s.3 > 0), sided) AS weighed,
    arrayMap(w -> (
        multiIf(
            w.1.kind = 'tool_level',
                multiIf(effective > 0, w.2 = 0 OR w.2 > effective, w.2 = 0 OR w.2 > w.3 AND w.3 > 0) * if(effective > 0, 2, 1),
            w.3 = 0, 0,
            required > 0, (w.2 < required) * 2,
            w.2 < w.3),
        w.1.change = if(is_denied AND NOT w.4, 'ended', 'appeared'), w.1.at, w.1.grant_id, w.1, w.4), weighed) AS scored,
    arrayReverseSort(arrayFilter(s -> s.1 > 0, scored))[1] AS best
SELECT
    flips.env_id AS env_id, flips.agent_key AS agent_key, flips.server AS server, flips.tool AS tool,
    flips.at AS at, flips.decision_id AS decision_id, flips.call AS call, flips.previous AS previous,
    multiIf(
        best.1 = 0, 'unexplained',
        best.5.kind = 'tool_level', 'tool_level_changed',
        best.5.kind = 'ceiling', if(is_denied, 'ceiling_lowered', 'ceiling_raised'),
        best.6, 'reconsented',
        if(is_denied, 'revoked', 'consented')) AS cause,
    best.5.grant_id AS grant_id,
    if(best.1 = 0, '', levels[best.5.level + 1]) AS level,
    if(best.1 = 0, NULL, best.5.at) AS cause_at
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
SETTINGS join_use_nulls = 0, do_not_merge_across_partitions_select_final = 1;

-- The newest call that a grant bears on: proof that one followed a change.
CREATE OR REPLACE VIEW custody_internal.newest_calls
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH calls AS (SELECT * FROM custody_internal.verdict_ends FINAL WHERE span = 'ever')
SELECT env_id, 'consent' AS kind, agent_key AS holder, server, '' AS tool, argMax(last, last.at) AS call FROM calls GROUP BY ALL
UNION ALL
SELECT env_id, 'tool_level' AS kind, '' AS holder, server, tool, argMax(last, last.at) AS call FROM calls GROUP BY ALL
UNION ALL
SELECT h.env_id AS env_id, 'ceiling' AS kind, h.human_key AS holder, h.server AS server, '' AS tool, argMax(c.last, c.last.at) AS call
FROM calls AS c
INNER JOIN custody_internal.grant_holders AS h
    ON h.env_id = c.env_id AND h.agent_key = c.agent_key AND h.server = c.server
GROUP BY env_id, holder, server;

-- Public. What changed in who may do what, and where calls show it.
--
-- Changes of grants: `kind` consent, ceiling or tool_level, `change` appeared or ended. A change is known as an interval: it
-- happened after `not_before` and no later than `at`; where the source itself gives the time, both are that time. A grant
-- that was there when the first listing was read, and that the source gives no time for, did not change: it is in
-- custody.grants only. `followed_by` and `followed_at` are the newest call that it bears on and that came after it, NULL
-- while there is none.
--
-- Flips: `kind` decision, `change` allowed or denied: an agent's call with a tool was, and the one before it was not. `at`
-- and `decision_id` are the call's, `not_before` and `previous_decision_id` those of the one before it; the access changed
-- in between. `cause` says why: ceiling_lowered, ceiling_raised, reconsented, consented, revoked, tool_level_changed or
-- unexplained; `grant_id` and `level` are then those of the grant that shows it, `cause_at` the time of its change.
CREATE OR REPLACE VIEW custody.access_changes
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    c.at AS at, c.env_id AS env_id, c.kind AS kind, c.change AS change, c.agent_key AS agent_key, c.human_key AS human_key,
    c.server AS server, c.tool AS tool, c.level AS level, c.grant_id AS grant_id, c.not_before AS not_before,
    CAST('', 'LowCardinality(String)') AS cause,
    CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS cause_at,
    CAST(NULL, 'Nullable(UUID)') AS decision_id,
    CAST(NULL, 'Nullable(UUID)') AS previous_decision_id,
    if(n.call.at > c.at, n.call.decision_id, NULL) AS followed_by,
    if(n.call.at > c.at, n.call.at, NULL) AS followed_at
FROM custody_internal.grant_changes AS c
LEFT JOIN custody_internal.newest_calls AS n
    ON n.env_id = c.env_id AND n.kind = c.kind AND n.server = c.server AND n.tool = c.tool
        AND n.holder = if(c.kind = 'ceiling', c.human_key, c.agent_key)
UNION ALL
SELECT
    at, env_id,
    CAST('decision', 'LowCardinality(String)') AS kind,
    CAST(if(call.verdict = 'deny', 'denied', 'allowed'), 'LowCardinality(String)') AS change,
    toString(agent_key) AS agent_key,
    toString(if(call.human_key = '', previous.human_key, call.human_key)) AS human_key,
    server, tool,
    CAST(level, 'LowCardinality(String)') AS level,
    grant_id,
    previous.at AS not_before,
    CAST(cause, 'LowCardinality(String)') AS cause,
    cause_at,
    toNullable(decision_id) AS decision_id,
    toNullable(previous.decision_id) AS previous_decision_id,
    CAST(NULL, 'Nullable(UUID)') AS followed_by,
    CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS followed_at
FROM custody_internal.explained_flips
SETTINGS join_use_nulls = 0;
