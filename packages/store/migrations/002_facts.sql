-- Facts with their history: consents, ceilings, tool levels, identities, and the listings that prove them.

-- Grain: one row a fact and validity; a grant that ended and came back is a second row. Read with FINAL: the value with
-- the highest position in the grants topic is the newest.
CREATE TABLE IF NOT EXISTS custody_internal.facts
(
    env_id LowCardinality(String),
    kind Enum8('consent' = 0, 'ceiling' = 1, 'tool_level' = 2, 'identity' = 3),
    grant_id String,
    began_at DateTime64(3, 'UTC'), -- valid_from where the source gives one, first_seen otherwise: part of the key
    valid_from Nullable(DateTime64(3, 'UTC')), -- the source's own time of creation
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    first_missing Nullable(DateTime64(3, 'UTC')), -- it ended in [last_seen, first_missing]; NULL while it is listed
    agent_key String, -- consents only
    human_key String, -- consents and ceilings
    server LowCardinality(String),
    tool LowCardinality(String), -- tool levels only
    level LowCardinality(String), -- low, medium, high
    user_key String, -- identities only, as name and email
    name String,
    email String,
    position UInt64 -- in the grants topic
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (env_id, kind, grant_id, began_at);

-- Grain: one row an environment and kind of fact: the first and the newest complete listing. What has no first_missing was
-- in the newest one.
CREATE TABLE IF NOT EXISTS custody_internal.listings
(
    env_id LowCardinality(String),
    kind Enum8('consent' = 0, 'ceiling' = 1, 'tool_level' = 2, 'identity' = 3),
    first_completed_at DateTime64(3, 'UTC'),
    completed_at DateTime64(3, 'UTC'),
    position UInt64
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (env_id, kind);

-- Public. Present and past grants; NULL in a time means "not known" (valid_from) or "still there" (first_missing).
CREATE OR REPLACE VIEW custody.grants
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    facts.env_id AS env_id,
    CAST(facts.kind, 'LowCardinality(String)') AS kind,
    facts.grant_id AS grant_id,
    facts.agent_key AS agent_key,
    facts.human_key AS human_key,
    facts.server AS server,
    facts.tool AS tool,
    facts.level AS level,
    facts.valid_from AS valid_from,
    facts.first_seen AS first_seen,
    if(isNull(facts.first_missing), greatest(facts.last_seen, listings.completed_at), facts.last_seen) AS last_seen,
    facts.first_missing AS first_missing,
    isNull(facts.first_missing) AS active
FROM custody_internal.facts AS facts FINAL
LEFT JOIN (SELECT * FROM custody_internal.listings FINAL) AS listings
    ON listings.env_id = facts.env_id AND listings.kind = facts.kind
WHERE facts.kind != 'identity'
SETTINGS join_use_nulls = 0;

-- Public. A change is known as an interval: it happened after `not_before` and no later than `at`; where the source itself
-- gives the time, both are that time. A grant that was there when the first listing was read, and that the source gives
-- no time for, did not change: it is in custody.grants only.
CREATE OR REPLACE VIEW custody.access_changes
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
