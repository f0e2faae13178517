-- What people say about alerts, through the API: rules beside those of the file, silences, and what they did to alerts. Older
-- code beside this reads and writes none of it.

-- Grain: one row a change of a rule; the newest of a name counts, and all are kept: who changed what, and when. Few rows.
CREATE TABLE IF NOT EXISTS custody_internal.alert_rules
(
    name String, -- linear-denials
    changed_at DateTime64(3, 'UTC'),
    changed_by String, -- name of the token
    version String, -- of what the rule says: 16 hexadecimal digits; '' of one that was deleted
    document String CODEC(ZSTD(3)), -- the rule as it was sent, JSON; '' of one that was deleted
    is_deleted Bool
)
ENGINE = ReplacingMergeTree
ORDER BY (name, changed_at);

-- Grain: one row a silence, and one more when it is ended before its time, which wins for ever; read with FINAL. Few rows.
CREATE TABLE IF NOT EXISTS custody_internal.alert_silences
(
    silence_id UUID,
    version UInt8, -- 0 as it was made, 1 as it was ended
    matcher String, -- JSON: labels with filters, {"agent":"cursor*","severity":"!critical"}
    reason String,
    starts_at DateTime64(3, 'UTC'),
    ends_at DateTime64(3, 'UTC'), -- exclusive; of one that was ended the moment of that
    created_at DateTime64(3, 'UTC'),
    created_by String, -- name of the token
    ended_by String -- '' unless somebody ended it
)
ENGINE = ReplacingMergeTree(version)
ORDER BY silence_id;

-- Grain: one row an action of somebody on an alert, as it was asked for; what came of it is a step of the alert. Written once,
-- read anew at every look of the last day: an action that was applied changes nothing. Kept for 400 days.
CREATE TABLE IF NOT EXISTS custody_internal.alert_actions
(
    at DateTime64(3, 'UTC'),
    action_id UUID,
    alert_id UUID,
    sequence UInt32, -- the alert's last step as whoever acted saw it
    kind LowCardinality(String), -- acknowledge, resolve
    actor String, -- name of the token
    note String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (at, action_id)
TTL toDateTime(at) + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1;
