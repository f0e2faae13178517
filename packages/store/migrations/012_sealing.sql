-- Sealing of hours: what a seal says beyond the migration `seals`, how seals are written, and what becomes of rollup rows
-- that no seal names. Older code beside this neither reads nor writes any of it.

-- `reasons` says why an hour is incomplete and nothing else: dead_letters, unreadable (seconds that the source cannot
-- list), history_begins (inside the hour), never_proven (open for longer than the source keeps decisions), missing (as
-- never found again), other_ids (as many are stored as were listed, and others), unlisted (more are stored than were
-- listed), deleted_at_source (counted there, and deleted before they were read).
-- A seal that says what the one before it said has its revision, its digest and its digest before: it was looked at anew.
ALTER TABLE custody_internal.seals
    ADD COLUMN IF NOT EXISTS deleted_at_source UInt64 COMMENT 'entries that the source no longer lists',
    ADD COLUMN IF NOT EXISTS listed_ids_xor String COMMENT 'the ids that the source listed, XORed; '''' where not known',
    ADD COLUMN IF NOT EXISTS causes Array(String) COMMENT 'why it was sealed anew: rows, listing, dead_letters',
    ADD COLUMN IF NOT EXISTS previous_digest String COMMENT 'of the revision before; '''' of the first. From the newest seal it leads back through the chain';

-- Grain: one row a seal that an attempt is about to write, read once. From here they go into `seals` by one statement that
-- looks at the store's clock itself: an attempt that slept for too long writes nothing, and so its rollup rows are known to
-- be of no use.
CREATE TABLE IF NOT EXISTS custody_internal.seal_drafts
(
    attempt UUID,
    env_id LowCardinality(String),
    span Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    starts_at DateTime('UTC'),
    as_of_us Int64, -- microseconds since the epoch
    build UInt64,
    revision UInt32,
    state Enum8('complete' = 0, 'empty' = 1, 'incomplete' = 2),
    stored UInt64,
    listed UInt64,
    dead_letters UInt64,
    missing UInt64,
    deleted_at_source UInt64,
    unreadable_seconds UInt32,
    listed_ids_xor String,
    reasons Array(String),
    causes Array(String),
    content String,
    digest String,
    previous_digest String,
    windows_updated_at_ms Int64,
    drafted_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY attempt
TTL drafted_at + INTERVAL 1 DAY
SETTINGS merge_with_ttl_timeout = 3600;

-- Grain: one row a build in the rollups that no newest seal named when somebody looked: it was superseded, or its attempt
-- ended before it was sealed. Its rows go when it is still so two hours later.
CREATE TABLE IF NOT EXISTS custody_internal.idle_builds
(
    build UInt64,
    noted_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY build
TTL noted_at + INTERVAL 7 DAY;

-- Public. One row an hour that was ever sealed, as its newest seal says. `is_current`: nothing was stored or changed in the
-- hour since; otherwise it is about to be sealed anew. `raw_expired`: its decisions are kept as sums only.
CREATE OR REPLACE VIEW custody.seals
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    newest.env_id AS env_id,
    names.env_name AS env_name,
    newest.hour AS hour,
    CAST(newest.seal.1, 'LowCardinality(String)') AS state,
    newest.seal.2 AS revision,
    newest.seal.3 AS decisions,
    newest.seal.4 AS listed,
    newest.seal.5 AS dead_letters,
    newest.seal.6 AS missing,
    newest.seal.7 AS deleted_at_source,
    newest.seal.8 AS unreadable_seconds,
    newest.seal.9 AS reasons,
    newest.seal.10 AS content,
    newest.seal.11 AS digest,
    newest.seal.12 AS previous_digest,
    newest.newest_as_of AS as_of,
    newest.seal.13 AS sealed_at,
    toBool(states.is_known = 0 OR states.is_sealed) AS is_current,
    toBool(states.is_expired) AS raw_expired
FROM
(
    SELECT
        env_id, starts_at AS hour, max(as_of) AS newest_as_of,
        argMax((state, revision, stored, listed, dead_letters, missing, deleted_at_source, unreadable_seconds, reasons,
            content, digest, previous_digest, sealed_at), (as_of, build)) AS seal
    FROM custody_internal.seals
    WHERE span = 'hour'
    GROUP BY env_id, hour
) AS newest
LEFT JOIN (SELECT env_id, hour, is_sealed, is_expired, 1 AS is_known FROM custody_internal.hour_states) AS states
    ON states.env_id = newest.env_id AND states.hour = newest.hour
LEFT JOIN (SELECT env_id, argMax(env_name, updated_at) AS env_name FROM custody_internal.windows_by_hour GROUP BY env_id) AS names
    ON names.env_id = newest.env_id
SETTINGS join_use_nulls = 0;
