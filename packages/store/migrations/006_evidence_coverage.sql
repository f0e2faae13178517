-- Evidence in coverage: what the poller still owes, has read, and what Permit deleted first.
-- NULL where the poller is older than these figures: not known is not nothing.

ALTER TABLE custody_internal.poller_reports
    ADD COLUMN IF NOT EXISTS evidence_owed Nullable(UInt64) COMMENT 'decisions whose detailed entry is still to be read',
    ADD COLUMN IF NOT EXISTS evidence_oldest_owed Nullable(DateTime64(3, 'UTC')) COMMENT 'when the oldest of them occurred; Permit deletes it first',
    ADD COLUMN IF NOT EXISTS evidence_read Nullable(UInt64) COMMENT 'detailed entries read since the first start',
    ADD COLUMN IF NOT EXISTS evidence_deleted_first Nullable(UInt64) COMMENT 'deleted by Permit before they were read, likewise';

-- Public. As before, with the evidence.
CREATE OR REPLACE VIEW custody.coverage
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    env_id, env_name, oldest, proven_until, open_seconds, blind_seconds, unreadable_seconds, lateness_seconds,
    if(reports.is_reported, reports.as_of, NULL) AS reported_at,
    reports.rows_listed AS rows_listed,
    reports.rows_read AS rows_read,
    reports.rows_missing AS rows_missing,
    reports.oldest_open AS oldest_open,
    reports.requests_spent AS requests_spent,
    reports.requests_refused AS requests_refused,
    reports.requests_per_minute AS requests_per_minute,
    reports.facts_unreadable AS facts_unreadable,
    reports.evidence_owed AS evidence_owed,
    reports.evidence_oldest_owed AS evidence_oldest_owed,
    reports.evidence_read AS evidence_read,
    reports.evidence_deleted_first AS evidence_deleted_first
FROM custody_internal.coverage_between(
    from_ms = 0,
    to_ms = 9000000000000000,
    now_ms = toUnixTimestamp64Milli(now64(3))
) AS covered
LEFT JOIN (SELECT *, true AS is_reported FROM custody_internal.poller_reports FINAL) AS reports USING (env_id);
