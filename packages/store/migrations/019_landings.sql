-- The order in which decisions landed, for readers who follow them.
--
-- The engine numbers the blocks that a table of this kind takes: the number is given under the lock that makes the block
-- visible, so that whoever sees a block has every block with a lower number before him. `ingested_at` could not tell
-- that: it is the writer's clock, and a block that waited for the store becomes visible long after it. What is written
-- anew (a late row, a correction, a replay) is in a block of its own and lands again.
-- A part that comes of a merge keeps each row's number from here on; rows of parts that were merged before have the lowest
-- number of their part, which lies before everything that anybody follows. Measured on three million decisions of a year that
-- came in blocks of 50,000, each month in one part: the numbers take 0.04 bytes a row.
-- Nothing that anybody reads or writes changes, so older code goes on beside it.
ALTER TABLE custody_internal.decisions
    MODIFY SETTING enable_block_number_column = 1;
