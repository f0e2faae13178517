-- Attribution revised where grants are learned late: what is worked off, what it changed, and which hours it touched.
--
-- A row keeps its identity and its time of ingestion; its attribution and its version change, in one INSERT of at most one
-- block a step, so that a reader sees each row old or new and every count the same. Older code beside this never reads or
-- writes these tables, and what it inserts with older knowledge loses by its version as before.

-- Grain: one row a step, kind of call and period: what every row of that kind and time has to say. Written and read once
-- by a step, under an id of its own so that two leaders never meet here, and then of no use.
CREATE TABLE IF NOT EXISTS custody_internal.attribution_outcomes
(
    step_id UUID,
    agent_key String,
    agent_name String, -- as stored; part of the kind of call
    server String,
    tool String,
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    evidence_humans Array(String),
    from_at DateTime64(3, 'UTC'), -- of the period, half-open
    to_at DateTime64(3, 'UTC'),
    new_agent_name String, -- the identity's name where the entry gave none
    human_key String,
    human_name String,
    human_email String,
    human_candidates Array(String),
    attribution String,
    evidence String,
    trust_level String,
    ceiling_level String,
    required_level String,
    consent_id String,
    consented_at DateTime64(3, 'UTC'), -- 1970-01-01 without a consent
    staged_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY step_id
TTL staged_at + INTERVAL 1 HOUR
SETTINGS merge_with_ttl_timeout = 3600;

-- Grain: one row an environment and kind of fact, read with FINAL. Every change in the grants topic before `position` has
-- been worked off, the listings of the kind up to `listed_at` among them. Written after what it claims.
CREATE TABLE IF NOT EXISTS custody_internal.reattribution_progress
(
    env_id LowCardinality(String),
    kind LowCardinality(String), -- consent, ceiling, tool_level, identity
    listed_at DateTime64(3, 'UTC'),
    position UInt64,
    written_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (env_id, kind);

-- Grain: one row a term of whoever leads. Of the rewriting of rows only what the newest term begins has an effect: rows that
-- a later leader found right keep their old version, and a slow statement of one before it would overwrite them.
CREATE TABLE IF NOT EXISTS custody_internal.reattribution_terms
(
    term UUID,
    began_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY began_at
TTL toDateTime(began_at) + INTERVAL 1 YEAR;

-- Grain: one row an hour whose rows were changed after they were stored, the newest time only; read with FINAL.
-- Written twice: before the change, when it may not have happened yet, and after it. Whoever sums an hour up waits while
-- `is_settled` is false, and does it anew where `touched_at` is newer than what it summed up.
CREATE TABLE IF NOT EXISTS custody_internal.touched_hours
(
    env_id LowCardinality(String),
    hour DateTime('UTC'),
    position UInt64, -- in the grants topic: what the changed rows know
    why LowCardinality(String), -- kind of fact that was learned: consent, ceiling, tool_level, identity
    is_settled Bool,
    touched_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(touched_at)
ORDER BY (env_id, hour);

-- Grain: one row a job and hour in which it changed anything, read with FINAL. Written before the change without
-- `finished_at`, and again after it.
CREATE TABLE IF NOT EXISTS custody_internal.corrections
(
    env_id LowCardinality(String),
    hour DateTime('UTC'),
    job_id String, -- position of its newest cause, and whom it is about: 4711/agent|cursor
    cause_kind LowCardinality(String), -- consent, ceiling, tool_level, identity, listing
    cause String, -- the grant's id; of several the newest
    causes UInt32,
    agent_key String, -- where one agent's rows were looked at; '' where those of several were
    range_from DateTime64(3, 'UTC'),
    range_to DateTime64(3, 'UTC'),
    rows UInt64, -- looked at
    changed UInt64,
    changes Array(Tuple(
        attribution_before LowCardinality(String),
        human_before String,
        attribution_after LowCardinality(String),
        human_after String,
        rows UInt64
    )),
    grants_position UInt64, -- with which they are attributed now
    started_at DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    written_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (env_id, hour, job_id);

-- Public. Attribution that was corrected after it was stored, by hour of the decisions: one row a job and hour. What the
-- next listing confirms of the minutes before it is no correction and is not here. `finished_at` is NULL while it is done.
CREATE OR REPLACE VIEW custody.attribution_corrections
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    env_id, hour, job_id, cause_kind, cause, causes, agent_key, range_from, range_to, rows, changed, changes,
    grants_position, started_at, finished_at
FROM custody_internal.corrections FINAL;
