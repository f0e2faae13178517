-- More evidence of a decision than the list gave: its detailed entry, still one row.
--
-- The rule, for decisions that come as listed and as detailed, in any order and any number of times:
--   The version of a decision's row, the column `grants_position`, is `has_detail * 2^48 + position`. So a row that was read
--   out of the detailed entry is never replaced by one that was not, whatever each knew of grants, at no moment and by no
--   replay; among rows alike in that, newer knowledge of grants wins as before. Positions stay far below 2^48, and both
--   together below 2^53, so that they are exact in JSON.
--   Newer knowledge wins for attribution all the same: whoever stores a decision as listed looks for its detail here first
--   and, where there is one, reads decision and evidence out of that and stores the row with `has_detail`.
--   Whoever writes a row anew (a re-attribution) keeps `has_detail` and adds the new position.
-- Older code beside newer writes plain positions, which lose against any detail; it never sees this table. Nothing that it
-- reads changes.

-- Grain: one row a detailed entry, verbatim. Beside the listed ones and not in their place: neither can ever replace the
-- other, and both stay as they were sent. The same key as `entries`, so that a known decision is found by its primary key.
CREATE TABLE IF NOT EXISTS custody_internal.entry_details
(
    env_id LowCardinality(String),
    occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    decision_id UUID CODEC(NONE),
    entry String CODEC(ZSTD(1)), -- the bytes as Permit's API sent them, about 2 KB
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(ingested_at)
PARTITION BY toYYYYMM(occurred_at)
PRIMARY KEY (env_id, toStartOfHour(occurred_at))
ORDER BY (env_id, toStartOfHour(occurred_at), occurred_at, decision_id);

ALTER TABLE custody_internal.decisions
    COMMENT COLUMN grants_position 'version: has_detail * 2^48 + position in the grants topic';

-- The two parts of the version, computed when read.
ALTER TABLE custody_internal.decisions
    ADD COLUMN IF NOT EXISTS has_detail Bool ALIAS grants_position >= 281474976710656;

ALTER TABLE custody_internal.decisions
    ADD COLUMN IF NOT EXISTS attributed_at_position UInt64 ALIAS grants_position % 281474976710656;
