-- What the verifier looked at, and what it found: sums held against the rows that they are of, rows against what was sealed
-- and listed, ids against ids. Older code beside this neither reads nor writes any of it.
--
-- A seal that is found to be wrong is made not to hold by saying something of its hour (a row in `stored_hours`): readers
-- go to the rows from that moment on, and the sealer sums the hour up anew.

-- Grain: one row a difference that was found, and one more when it was found to be gone, under the same id; only appended to.
-- `kind`: sums (rollup rows are not those of the rows; `subject` is the cube), rows_missing, rows_extra, ids (as many rows as
-- were sealed, and others), content (the same ids, with other values; in these four `subject` is ''), doubled (one id at
-- several times; `subject` is the id), entries (rows without the entry that they were read from).
-- `action`: resealed (the seal was made not to hold), repair_requested (that too, and the source is to be read again),
-- reported (nothing can be done about it by itself).
CREATE TABLE IF NOT EXISTS custody_internal.verifications
(
    finding_id UUID,
    at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    env_id LowCardinality(String),
    span Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    starts_at DateTime('UTC'),
    kind LowCardinality(String),
    subject String,
    expected String, -- in words: 12 decisions, 3 denied, 7 rows
    found String,
    action LowCardinality(String),
    resolved_at Nullable(DateTime64(6, 'UTC')) -- NULL in the first row
)
ENGINE = MergeTree
ORDER BY (env_id, starts_at, finding_id, at);

-- Grain: one row an hour, day or month whose sums were held against what they are of, the newest time only; read with FINAL.
CREATE TABLE IF NOT EXISTS custody_internal.verified_spans
(
    env_id LowCardinality(String),
    span Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    starts_at DateTime('UTC'),
    verified_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(verified_at)
ORDER BY (env_id, span, starts_at);

ALTER TABLE custody_internal.seals
    COMMENT COLUMN causes 'why it was sealed anew: rows, listing, dead_letters, verification';

-- Public. One row a difference, with what was done about it; `resolved_at` is NULL while it was not found to be gone.
CREATE OR REPLACE VIEW custody.verifications
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    finding_id,
    any(v.env_id) AS env_id,
    CAST(any(v.span), 'LowCardinality(String)') AS span,
    any(v.starts_at) AS starts_at,
    any(v.kind) AS kind,
    any(v.subject) AS subject,
    argMin(v.expected, v.at) AS expected,
    argMin(v.found, v.at) AS found,
    argMin(v.action, v.at) AS action,
    min(v.at) AS found_at,
    max(v.resolved_at) AS resolved_at
FROM custody_internal.verifications AS v
GROUP BY finding_id;
