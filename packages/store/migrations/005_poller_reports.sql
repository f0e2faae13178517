-- What the poller reports of itself beside its windows: rows, requests, and the facts that it cannot list.

-- Grain: one row an environment, the newest report; read it with FINAL.
CREATE TABLE IF NOT EXISTS custody_internal.poller_reports
(
    env_id LowCardinality(String),
    env_name LowCardinality(String),
    as_of DateTime64(3, 'UTC'), -- by the source's clock
    rows_listed UInt64, -- distinct ids that the last full pass of each window listed
    rows_read UInt64, -- of those, in windows that are proven
    rows_missing UInt64, -- what the source counted beyond what it listed, in windows that are not proven
    oldest_open Nullable(DateTime64(3, 'UTC')), -- start of the oldest stretch that is neither proven nor unreadable
    requests_spent UInt64, -- since the first start, as the next one
    requests_refused UInt64,
    requests_per_minute Nullable(Float64), -- the rate in force; NULL: no limit
    facts_unreadable Array(String) -- kinds of facts that cannot be listed: 'consent'
)
ENGINE = ReplacingMergeTree(as_of)
ORDER BY env_id;

-- Public. As before, and what the poller last reported of its whole history; reported_at is NULL where it never did.
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
    reports.facts_unreadable AS facts_unreadable
FROM custody_internal.coverage_between(
    from_ms = 0,
    to_ms = 9000000000000000,
    now_ms = toUnixTimestamp64Milli(now64(3))
) AS covered
LEFT JOIN (SELECT *, true AS is_reported FROM custody_internal.poller_reports FINAL) AS reports USING (env_id);
