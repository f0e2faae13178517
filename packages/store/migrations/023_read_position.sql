-- How far the source was read, apart from how far that is proven; and hours that somebody asked to have read again. For the
-- alerter: it judges what was read, and is silent about what an operator backfills. Older code beside this neither reads
-- nor writes any of it.

-- Everything that the source listed of [read_from, read_until) was handed on, as far as the poller's newest reading shows:
-- it moves on with every poll, while what is proven follows by the lateness. NULL: an older poller, or nothing was read yet.
ALTER TABLE custody_internal.poller_reports
    ADD COLUMN IF NOT EXISTS read_from Nullable(DateTime64(3, 'UTC')) COMMENT 'everything listed from here on was handed on',
    ADD COLUMN IF NOT EXISTS read_until Nullable(DateTime64(3, 'UTC')) COMMENT 'up to here; by the source''s clock';

-- When `custody backfill` was asked for the hour last; NULL where it never was, or where somebody else asked later.
ALTER TABLE custody_internal.windows_by_hour
    ADD COLUMN IF NOT EXISTS backfill_asked_at Nullable(DateTime64(3, 'UTC')) COMMENT 'decisions of the hour that land after it are history that was asked for';
