-- How decisions lie on disk: codecs and indexes, chosen by measurement. Nothing that anybody reads or writes changes, so
-- older code goes on beside it. Parts that are there already get the new codecs when they are merged; every statement here
-- returns at once and may be run again.
--
-- Measured on ten million decisions of a year (600 agents, 150 humans, 240 tools, 8 % denials with a reason), each month in
-- one part, bytes a row. Beyond the 16 of the id, which is random, it was 19.3 and is 12.7; where a hundred million are made a
-- year, and times lie closer together, it is 11.9.
--
--                                      before  after   what was tried besides
--   occurred_at                          1.80   1.68   Delta+T64 1.80, DoubleDelta 2.58, Gorilla 2.74, T64 2.20, Delta+ZSTD(12) 2.08
--   ingested_at                          1.37   1.30   DoubleDelta 2.74, T64 2.17, Delta+T64('bit') 1.62, Delta+ZSTD(12) 1.33
--   consent_id                           1.93   1.28   here and below: ZSTD(3) to ZSTD(9) gain nothing, since what is random
--   agent_key, agent_name           1.64 each   1.08     in a row has no repetitions that a longer search could find
--   human_key, human_name, _email   1.01 each   0.70   LZ4HC(9) 0.96
--   tool                                 1.00   0.54   LZ4HC(9) 0.88
--   server, resource                0.96 each   0.45   LZ4HC(9) 0.73
--   reason                               0.83   0.33   String ZSTD(3) 0.84, ZSTD(6) 0.69
--   required_level                       0.53   0.24
--   human_candidates                     0.41   0.12
--   decision                             0.28   0.06   ZSTD(1) 0.11
--   grants_position                      0.28   0.28   Delta 0.42, T64 0.36, Gorilla 0.41: kept
--   reason_code                          0.26   0.11
--   evidence, attribution, both levels   0.22   0.09   each
--   consented_at                         0.18   0.18   kept; where every consent has a time of its own 2.31: T64 4.72, Gorilla 5.29
--   everything else                      0.05   0.01
--   index of decision_id                 1.26   1.00
--   indexes of agents and humans            -   0.05
--   marks, primary key                   0.02   0.01   so a coarser index_granularity has nothing to gain
--
-- The sorting key stays. With the agent before the time its columns shrink to a third, but times and positions no longer
-- rise from row to row: 13.3 bytes, and 13.5 with server and tool before the time too.

-- Whatever names no codec of its own was LZ4, which does not code how often a value comes, and that is all there is to
-- gain in a column of short numbers. Reading a year of them takes as long as before.
ALTER TABLE custody_internal.decisions
    MODIFY SETTING default_compression_codec = 'ZSTD(1)';

-- A part below this size is one file, in which each column starts anew every 8,192 rows; batches that are inserted stay so. A
-- month of 80,000 decisions was one too, at 16.9 bytes a row, and is 14.8 with a file a column.
ALTER TABLE custody_internal.decisions
    MODIFY SETTING min_bytes_for_wide_part = 4194304;

-- T64 puts the bits, or bytes, of the same weight together: the high ones hardly change, and cost next to nothing then.
ALTER TABLE custody_internal.decisions
    MODIFY COLUMN occurred_at CODEC(Delta, T64('bit'), ZSTD(1)),
    MODIFY COLUMN ingested_at CODEC(Delta, T64, ZSTD(1)),
    MODIFY COLUMN decision CODEC(T64, ZSTD(1));

-- Permit's wording repeats agent, server and tool: a few thousand texts, of which a row is a number. Where Permit words its
-- allowed decisions too (161 bytes each, 45,000 different ones a month) it is 6.3 bytes, and was 12.9; ZSTD(9) of the text 8.0.
-- Texts in whatever number do no harm: past 8,192 in a block they are stored like any other.
-- Parts are rewritten in the background; until then the old form is read as the new one.
ALTER TABLE custody_internal.decisions
    MODIFY COLUMN reason LowCardinality(String) CODEC(ZSTD(3))
    SETTINGS alter_sync = 0;

-- By id: a bloom filter that lets one granule in 40 pass takes 1.0 byte a row, and one in 100 takes 1.26; a look-up among ten
-- million takes 18 and 20 ms, since what the smaller one reads less of itself it reads more of granules (1 in 10: 0.6 bytes,
-- 20 ms, but ten times as many granules where there are a hundred million; none at all: 480 ms). It has a new name, so
-- that no part's old filter is taken for the new one.
-- By agent and human: what is rare, or was there for some weeks only, is found without reading the year: 178 → 42 ms for an
-- agent of one week, 438 → 33 ms for its human. For who is busy all year they change nothing. A set of the agents would
-- take 0.48 bytes and gain less (132 ms); minimum and maximum tell nothing of random keys.
ALTER TABLE custody_internal.decisions
    ADD INDEX IF NOT EXISTS decision_id_filter decision_id TYPE bloom_filter(0.025) GRANULARITY 1,
    ADD INDEX IF NOT EXISTS agent_key_filter agent_key TYPE bloom_filter(0.025) GRANULARITY 1,
    ADD INDEX IF NOT EXISTS human_key_filter human_key TYPE bloom_filter(0.025) GRANULARITY 1,
    ADD INDEX IF NOT EXISTS human_candidates_filter human_candidates TYPE bloom_filter(0.025) GRANULARITY 1;

ALTER TABLE custody_internal.decisions
    MATERIALIZE INDEX decision_id_filter,
    MATERIALIZE INDEX agent_key_filter,
    MATERIALIZE INDEX human_key_filter,
    MATERIALIZE INDEX human_candidates_filter
    SETTINGS mutations_sync = 0;

ALTER TABLE custody_internal.decisions
    DROP INDEX IF EXISTS decision_id_bloom
    SETTINGS alter_sync = 0;

-- Entries stay as they are: 115 bytes each of 1,244, of which 16 are the id. ZSTD(3) 118, ZSTD(6) 105 and ZSTD(9) 102 bytes, but
-- they take twice and three times as long to write, and five times to merge. The rest are ids and times of the engine.
ALTER TABLE custody_internal.entries
    MODIFY SETTING default_compression_codec = 'ZSTD(1)';

ALTER TABLE custody_internal.entry_details
    MODIFY SETTING default_compression_codec = 'ZSTD(1)';
