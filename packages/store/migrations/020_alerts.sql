-- What became of each alert, with what was known when it was decided: the record behind `custody.alerts`. The alerts topic
-- decides and comes first; this is a copy of what it accepted, which may be written again at any time. Older code beside this
-- neither reads nor writes any of it.

-- Grain: one row a step in the life of an alert (opened, escalated, resolved …); a step that is written twice is the same, so
-- read with FINAL. Few rows: a step is told to somebody. An alert's steps lie together, in their order.
CREATE TABLE IF NOT EXISTS custody_internal.alert_transitions
(
    alert_id UUID,
    sequence UInt32, -- 1 for opened, and one more for each step of the alert
    transition_id UUID, -- made of the two, so the same for whoever computes it
    look_id UUID, -- the look that decided it, see alert_looks; the nil UUID where nothing was looked at (somebody acted)
    kind LowCardinality(String), -- opened, reopened, escalated, ongoing, reminded, merged, acknowledged, confirmed, withdrawn, resolved
    status LowCardinality(String), -- after the step: open, acknowledged, resolved, withdrawn
    at DateTime64(3, 'UTC'), -- the moment that was judged, in the time of the decisions
    decided_at DateTime64(3, 'UTC'), -- when it was judged
    rule String,
    rule_version String, -- of the rules as they were
    detector LowCardinality(String), -- spike, sweep, privileged_after_denials …
    severity LowCardinality(String), -- info, warning, critical
    env_id LowCardinality(String),
    env_name LowCardinality(String),
    subject_kind LowCardinality(String), -- agent, human, server, tool, reason, environment, pair (an agent and a server)
    subject_key String, -- agent|4f2c…, linear, linear:create_issue, agent|4f2c… → linear; '' of an environment
    subject_name String,
    opened_at DateTime64(3, 'UTC'),
    resolved_at Nullable(DateTime64(3, 'UTC')), -- NULL while it is open
    window_from DateTime64(3, 'UTC'), -- what was looked at, half-open
    window_to DateTime64(3, 'UTC'),
    observed Float64, -- in the window: 29 denials, 0.4 of the calls, 900 seconds
    expected Nullable(Float64), -- NULL where the rule has no opinion
    bound Float64, -- what `observed` had to reach
    probability Nullable(Float64), -- NULL where the rule does not rest on one
    peak Float64,
    title String, -- agent cursor: 29 denials in 5 minutes
    sentence String,
    unless String, -- what would have to be true for it not to be there
    is_late Bool, -- judged long after its moment, of rows that were read late
    completeness LowCardinality(String), -- of the window: proven, unproven, unread
    read_until DateTime64(3, 'UTC'),
    proven_until DateTime64(3, 'UTC'),
    silenced_by Array(String), -- silences and mute times that kept it from being told
    actor String, -- who acted; '' for Custody itself
    note String,
    runbook String,
    channels Array(String), -- whom it goes to
    url String,
    is_demo Bool,
    details String CODEC(ZSTD(3)) -- JSON: contributors, newPairs, grantChanges, examples, members
)
ENGINE = ReplacingMergeTree
ORDER BY (alert_id, sequence);

-- Grain: one row a look that led to a step, written twice at most, so read with FINAL: all that was looked at, of what the
-- look found or had open, so that it can be judged again. Kept for 90 days and dropped by the month.
CREATE TABLE IF NOT EXISTS custody_internal.alert_looks
(
    look_id UUID,
    at DateTime64(3, 'UTC'), -- the moment that was judged
    decided_at DateTime64(3, 'UTC'),
    input String CODEC(ZSTD(6)) -- JSON: what was looked at, the rules, the alerts before, and what came of it
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(decided_at)
ORDER BY look_id
TTL toDateTime(decided_at) + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1;

-- Grain: one row an attempt to tell a channel of a step; kept for 400 days and dropped by the month. To look at only: what is
-- still owed stands in the alerts topic.
CREATE TABLE IF NOT EXISTS custody_internal.alert_deliveries
(
    transition_id UUID,
    alert_id UUID,
    channel String, -- its name in the rules' file; terminal where there is none
    at DateTime64(3, 'UTC'),
    outcome LowCardinality(String), -- delivered, failed (tried again), dead (given up)
    attempt UInt32,
    detail String -- why not: the status or the error, without any secret
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (alert_id, transition_id, channel, at)
TTL toDateTime(at) + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1;

-- Public. One row a step in the life of an alert, with what led to it.
CREATE OR REPLACE VIEW custody.alerts
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    transition_id, alert_id, sequence, kind, status, at, decided_at, rule, rule_version, detector, severity, env_id, env_name,
    subject_kind, subject_key, subject_name, opened_at, resolved_at, window_from, window_to, observed, expected, bound,
    probability, peak, title, sentence, unless, is_late, completeness, read_until, proven_until, silenced_by, actor, note,
    runbook, channels, url, is_demo, details
FROM custody_internal.alert_transitions FINAL;
