-- Which ids the source listed, not only how many: what is stored of an hour is compared with what was listed by id.
-- The name of a set of ids is their 128 bits XORed, 32 lower-case hexadecimal digits, all zeros for none. For stored rows
-- the same is lower(leftPad(hex(groupBitXor(toUInt128(decision_id))), 32, '0')): `hex` drops leading zeros.

-- Beside `windows` and not in its tuples: older code goes on to write and read those as they are. What it writes has no
-- names, which says that they are not known.
ALTER TABLE custody_internal.windows_by_hour
    ADD COLUMN IF NOT EXISTS ids_xor Array(String) COMMENT 'of the ids that each of windows listed, in their order; '''' or absent where not known';

-- Public. As before, with the ids.
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
    updated_at,
    window_ids_xor AS ids_xor
FROM custody_internal.windows_by_hour FINAL
ARRAY JOIN windows AS window, arrayResize(ids_xor, length(windows), '') AS window_ids_xor;

-- What the source listed in what is closed of each hour. `ids_xor` is '' unless every closed window tells its ids.
CREATE OR REPLACE VIEW custody_internal.listed_hours AS
SELECT
    env_id, hour,
    arraySum(closed.1) AS listed,
    if(has(closed.2, ''), '', lower(leftPad(hex(arrayReduce('groupBitXor',
        arrayMap(name -> reinterpretAsUInt128(reverse(unhex(name))), closed.2))), 32, '0'))) AS ids_xor,
    updated_at
FROM
(
    SELECT
        env_id, hour, updated_at,
        arrayFilter(told -> told.3 = 'closed',
            arrayZip(windows.listed, arrayResize(ids_xor, length(windows), ''), windows.state)) AS closed
    FROM custody_internal.windows_by_hour FINAL
);
