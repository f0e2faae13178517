-- What was read from the source, and how much of it is proven.

-- Grain: one row a key and write; the first value of `source` counts for ever, of the other keys the last one.
-- Keys: source ('permit' or 'simulator'), lateness_seconds ('900').
CREATE TABLE IF NOT EXISTS custody_internal.installation
(
    key LowCardinality(String),
    value String,
    written_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    claim UUID DEFAULT generateUUIDv4() -- orders two first writes of the same microsecond alike for every reader
)
ENGINE = MergeTree
ORDER BY (key, written_at);

-- Grain: one row an environment and UTC hour, whole, rewritten on each change; read it with FINAL.
CREATE TABLE IF NOT EXISTS custody_internal.windows_by_hour
(
    env_id LowCardinality(String),
    env_name LowCardinality(String),
    hour DateTime('UTC'),
    windows Array(Tuple(
        from_at DateTime64(3, 'UTC'),
        to_at DateTime64(3, 'UTC'),
        facet String, -- JSON; '' for the whole range
        state String, -- open, closed, unreadable
        proof String, -- count, reread, ''
        listed UInt64, -- ids inside the range that the last full pass listed
        counted Nullable(UInt64), -- what the source counted after it, for the request padded by a second on either side
        deleted_at_source UInt64,
        read_at Nullable(DateTime64(3, 'UTC')), -- when the last full pass began
        reason String -- why it is unreadable or open again
    )),
    updated_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (env_id, hour);

-- Public. One row a window.
CREATE OR REPLACE VIEW custody.windows
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    env_id, env_name, hour,
    tupleElement(window, 'from_at') AS from_at,
    tupleElement(window, 'to_at') AS to_at,
    tupleElement(window, 'facet') AS facet,
    CAST(tupleElement(window, 'state'), 'LowCardinality(String)') AS state,
    CAST(tupleElement(window, 'proof'), 'LowCardinality(String)') AS proof,
    tupleElement(window, 'listed') AS listed,
    tupleElement(window, 'counted') AS counted,
    tupleElement(window, 'deleted_at_source') AS deleted_at_source,
    tupleElement(window, 'read_at') AS read_at,
    tupleElement(window, 'reason') AS reason,
    updated_at
FROM custody_internal.windows_by_hour FINAL
ARRAY JOIN windows AS window;

-- Coverage of [from_ms, to_ms) as of now_ms, all milliseconds since the epoch. Lengths are of unions, so that windows
-- that share a second (facets) count it once, and a second is proven only where every window over it is closed. What no
-- window covers was not read: open while it is younger than the lateness and the minute in which a window is proven after
-- that (`settlingSeconds` of the contract), blind later. Time before an
-- environment's oldest window is not its history, and nobody is blind for it. `proven_until` is the first instant of the
-- history that is neither proven nor known to be unreadable.
-- The lateness is in the table `installation`, since a view knows no configuration; 900 s until a poller wrote it.
CREATE OR REPLACE VIEW custody_internal.coverage_between AS
WITH
    ( -- as a scalar: the same for every row
        SELECT coalesce(max(toInt64OrNull(value)), 900) * 1000
        FROM
        (
            SELECT argMax(value, (written_at, claim)) AS value
            FROM custody_internal.installation
            WHERE key = 'lateness_seconds'
        )
    ) AS lateness_ms_or_null,
    assumeNotNull(lateness_ms_or_null) AS lateness_ms,
    least({to_ms:Int64}, {now_ms:Int64}) AS end_ms,
    least(end_ms, {now_ms:Int64} - lateness_ms - 60000) AS aged_ms,
    -- One step a level: an alias that is used twice in one SELECT is analysed twice, and these would multiply.
    ranges AS
    (
        SELECT
            env_id, env_name, updated_at, toUnixTimestamp(hour) * 1000 AS hour_ms,
            arrayMap(w -> (toUnixTimestamp64Milli(w.1), toUnixTimestamp64Milli(w.2), w.4), windows) AS parts
        FROM custody_internal.windows_by_hour FINAL
        WHERE notEmpty(windows)
    ),
    cuts AS -- what lies in the asked range, before and after the moment from which on an hour is young
    (
        SELECT
            env_id, env_name, updated_at, hour_ms, parts,
            arrayFilter(r -> r.1 < r.2, arrayMap(r -> (greatest(r.1, {from_ms:Int64}), least(r.2, aged_ms), r.3), parts)) AS aged,
            arrayFilter(r -> r.1 < r.2, arrayMap(r -> (greatest(r.1, {from_ms:Int64}, aged_ms), least(r.2, end_ms), r.3), parts)) AS young
        FROM ranges
    ),
    states AS
    (
        SELECT
            env_id, env_name, updated_at, hour_ms, parts, aged, young,
            arrayFilter(r -> r.3 != 'closed', aged) AS aged_unproven,
            arrayFilter(r -> r.3 != 'closed', young) AS young_unproven,
            arrayFilter(r -> r.3 = 'unreadable', aged) AS aged_unreadable,
            arrayFilter(r -> r.3 = 'unreadable', young) AS young_unreadable
        FROM cuts
    ),
    lengths AS
    (
        SELECT
            env_id, env_name, updated_at, hour_ms, parts,
            arrayMin(parts.1) AS first_ms,
            arrayReduce('intervalLengthSum', aged.1, aged.2)
                - arrayReduce('intervalLengthSum', aged_unproven.1, aged_unproven.2) AS aged_proven_ms,
            arrayReduce('intervalLengthSum', young.1, young.2)
                - arrayReduce('intervalLengthSum', young_unproven.1, young_unproven.2) AS young_proven_ms,
            arrayReduce('intervalLengthSum', aged_unreadable.1, aged_unreadable.2) AS aged_unreadable_ms,
            arrayReduce('intervalLengthSum', young_unreadable.1, young_unreadable.2) AS young_unreadable_ms,
            arrayReduce('intervalLengthSum', parts.1, parts.2) AS read_ms
        FROM states
    ),
    hours AS
    (
        SELECT
            env_id, env_name, updated_at, hour_ms, parts, first_ms, aged_proven_ms, young_proven_ms, aged_unreadable_ms, young_unreadable_ms,
            read_ms >= hour_ms + 3600000 - first_ms AND NOT has(parts.3, 'open') AS is_settled
        FROM lengths
    ),
    environments AS
    (
        SELECT
            env_id,
            argMax(env_name, updated_at) AS name,
            min(first_ms) AS oldest_ms,
            sum(aged_proven_ms) AS aged_proven,
            sum(young_proven_ms) AS young_proven,
            sum(aged_unreadable_ms) AS aged_unreadable_total,
            sum(young_unreadable_ms) AS young_unreadable_total,
            arraySort(r -> r.1, groupArray((hour_ms, is_settled, if(is_settled, [], parts)))) AS sorted
        FROM hours
        GROUP BY env_id
    ),
    breaks AS -- the first hour that is missing or not settled: what follows it is not proven without a gap
    (
        SELECT
            *,
            sorted[1].1 AS first_hour_ms,
            arrayFirstIndex((r, i) -> r.1 != first_hour_ms + (i - 1) * 3600000 OR NOT r.2, sorted, arrayEnumerate(sorted)) AS broken
        FROM environments
    ),
    broken_hours AS
    (
        SELECT
            *,
            first_hour_ms + (if(broken = 0, length(sorted) + 1, broken) - 1) * 3600000 AS broken_ms,
            if(broken > 0 AND sorted[broken].1 = broken_ms, sorted[broken].3, []) AS inside
        FROM breaks
    ),
    ends AS -- inside that hour: the first of its start and its windows' bounds that no settled window covers, or an open one does
    (
        SELECT
            *,
            arrayFirst(
                p -> NOT arrayExists(r -> r.1 <= p AND p < r.2 AND r.3 != 'open', inside)
                    OR arrayExists(r -> r.1 <= p AND p < r.2 AND r.3 = 'open', inside),
                arraySort(arrayConcat([greatest(broken_ms, oldest_ms)], inside.1, inside.2))
            ) AS until_ms,
            greatest(oldest_ms, {from_ms:Int64}) AS start_ms
        FROM broken_hours
    )
SELECT
    env_id,
    name AS env_name,
    fromUnixTimestamp64Milli(oldest_ms, 'UTC') AS oldest,
    fromUnixTimestamp64Milli(until_ms, 'UTC') AS proven_until,
    toUInt64(intDiv(greatest(0, end_ms - greatest(start_ms, aged_ms) - young_proven - young_unreadable_total) + 999, 1000)) AS open_seconds,
    toUInt64(intDiv(greatest(0, aged_ms - start_ms - aged_proven - aged_unreadable_total) + 999, 1000)) AS blind_seconds,
    toUInt64(intDiv(aged_unreadable_total + young_unreadable_total + 999, 1000)) AS unreadable_seconds,
    toUInt32(intDiv(lateness_ms, 1000)) AS lateness_seconds
FROM ends;

-- Public. How blind am I, now and over the whole history? blind_seconds + unreadable_seconds; 0 in health.
CREATE OR REPLACE VIEW custody.coverage
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    env_id, env_name, oldest, proven_until, open_seconds, blind_seconds, unreadable_seconds, lateness_seconds
FROM custody_internal.coverage_between(
    from_ms = 0,
    to_ms = 9000000000000000,
    now_ms = toUnixTimestamp64Milli(now64(3))
);
