-- Decisions and the entries they were read from.
--
-- Two databases: `custody` holds nothing but the public views, so that one grant, `SELECT ON custody.*`, is all that a
-- reader needs and all that an analyst sees; the tables live in `custody_internal` and may change shape.
-- Views run with their definer's rights, since their readers have none on the tables.

CREATE DATABASE IF NOT EXISTS custody;

CREATE DATABASE IF NOT EXISTS custody_internal;

-- Grain: one row a decision, and one more for each replay or re-attribution until parts merge; read it with FINAL only.
-- The sorting key holds immutable columns only, or FINAL could not fold two versions of a decision into one:
--   env_id        few values, so that time stays selective in second place, with or without a filter on it
--   hour          the unit of sealing and re-reading; `toStartOfHour(occurred_at) IN (…)` reads whole ranges
--   occurred_at   most questions are about ranges of time
--   decision_id   makes the key unique; a look-up by id alone goes through the bloom filter instead
-- The primary key stops at the hour: while `occurred_at` itself is a column of the index, a range of it is matched against
-- that third column only and prunes nothing (measured: 15 of 15 granules of a month for five hours); without it the engine
-- turns the range into hours (2 of 15). Measured once more after any change of the key.
-- The version is the position in the grants topic with which a row was attributed, not the time of its insert: a replay
-- with older knowledge can never overwrite newer.
-- A decision never changes its time, so all its versions lie in one month, and FINAL need not merge across partitions.
CREATE TABLE IF NOT EXISTS custody_internal.decisions
(
    env_id LowCardinality(String),
    env_name LowCardinality(String),
    occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), -- time at the PDP, cut to the millisecond
    decision_id UUID CODEC(NONE), -- random: no codec gains anything
    tenant LowCardinality(String),
    agent_key LowCardinality(String), -- the caller's key whatever its kind: agent|4f2c…, human|auth0:7, reporting-service
    agent_name LowCardinality(String),
    human_key LowCardinality(String), -- '' unless exactly one human fits
    human_name LowCardinality(String),
    human_email LowCardinality(String),
    human_candidates Array(LowCardinality(String)), -- the humans that fit equally well, only where attribution is ambiguous
    attribution LowCardinality(String), -- exact, inferred, ambiguous, unknown, none
    evidence LowCardinality(String), -- self, rebac, consent, server, level, ''
    server LowCardinality(String), -- resource type: linear
    resource LowCardinality(String), -- {type}:{instance}: linear:linear
    tool LowCardinality(String), -- action: create_issue
    decision Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    reason String CODEC(ZSTD(1)), -- as Permit words it
    reason_code LowCardinality(String), -- '' for everything that was not denied
    trust_level LowCardinality(String), -- the consent's level: low, medium, high, ''
    ceiling_level LowCardinality(String), -- the admin's maximum
    required_level LowCardinality(String), -- what the tool asks for
    consent_id LowCardinality(String),
    consented_at DateTime64(3, 'UTC') CODEC(ZSTD(1)), -- 1970-01-01 without a consent
    evidence_humans Array(LowCardinality(String)), -- whom the decision's own debug output names
    grants_position UInt64 CODEC(ZSTD(1)), -- the version, see above
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    INDEX decision_id_bloom decision_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(grants_position)
PARTITION BY toYYYYMM(occurred_at)
PRIMARY KEY (env_id, toStartOfHour(occurred_at))
ORDER BY (env_id, toStartOfHour(occurred_at), occurred_at, decision_id);

-- Grain: one row an entry, verbatim. Beside the decisions and not among their columns: it is ten times as large, is read
-- one at a time, and may be given a shorter life. The same key, so that a known decision is found by its primary key.
CREATE TABLE IF NOT EXISTS custody_internal.entries
(
    env_id LowCardinality(String),
    occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    decision_id UUID CODEC(NONE),
    entry String CODEC(ZSTD(1)), -- the bytes as Permit's API sent them, about 1.2 KB
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(ingested_at)
PARTITION BY toYYYYMM(occurred_at)
PRIMARY KEY (env_id, toStartOfHour(occurred_at))
ORDER BY (env_id, toStartOfHour(occurred_at), occurred_at, decision_id);

-- Public. FINAL makes count() the truth at every moment, not after some merge.
CREATE OR REPLACE VIEW custody.decisions
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    decision_id, occurred_at, env_id, env_name, tenant, agent_key, agent_name, human_key, human_name, human_email,
    CAST(human_candidates, 'Array(String)') AS human_candidates, attribution, evidence, server, resource, tool, decision,
    reason, reason_code, trust_level, ceiling_level, required_level, ingested_at
FROM custody_internal.decisions FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- Public. Over the raw rows; the hour is a column of the sorting key, so a filter on it reads only those hours.
CREATE OR REPLACE VIEW custody.decisions_hourly
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    toStartOfHour(occurred_at) AS hour, env_id, agent_key, human_key, server, tool, decision, reason_code,
    count() AS decisions, countIf(decision = 'deny') AS denials
FROM custody_internal.decisions FINAL
GROUP BY hour, env_id, agent_key, human_key, server, tool, decision, reason_code
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- Public. Days are UTC; taken from the hour, so that a filter on the day finds its way to the primary key.
CREATE OR REPLACE VIEW custody.decisions_daily
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    toDate(toStartOfHour(occurred_at)) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code,
    count() AS decisions, countIf(decision = 'deny') AS denials
FROM custody_internal.decisions FINAL
GROUP BY day, env_id, agent_key, human_key, server, tool, decision, reason_code
SETTINGS do_not_merge_across_partitions_select_final = 1;
