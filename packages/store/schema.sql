-- custody.access_changes
CREATE VIEW custody.access_changes (`at` DateTime64(3, 'UTC'),
    `env_id` LowCardinality(String),
    `kind` LowCardinality(String),
    `change` LowCardinality(String),
    `agent_key` String,
    `human_key` String,
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `level` LowCardinality(String),
    `grant_id` String,
    `not_before` DateTime64(3, 'UTC'),
    `cause` LowCardinality(String),
    `cause_at` Nullable(DateTime64(3, 'UTC')),
    `decision_id` Nullable(UUID),
    `previous_decision_id` Nullable(UUID),
    `followed_by` Nullable(UUID),
    `followed_at` Nullable(DateTime64(3, 'UTC'))) DEFINER = default SQL SECURITY DEFINER AS SELECT * FROM custody_internal.changed_grants UNION ALL SELECT * FROM custody_internal.changed_verdicts;

-- custody.alerts
CREATE VIEW custody.alerts (`transition_id` UUID,
    `alert_id` UUID,
    `sequence` UInt32,
    `kind` LowCardinality(String),
    `status` LowCardinality(String),
    `at` DateTime64(3, 'UTC'),
    `decided_at` DateTime64(3, 'UTC'),
    `rule` String,
    `rule_version` String,
    `detector` LowCardinality(String),
    `severity` LowCardinality(String),
    `env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `subject_kind` LowCardinality(String),
    `subject_key` String,
    `subject_name` String,
    `opened_at` DateTime64(3, 'UTC'),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `window_from` DateTime64(3, 'UTC'),
    `window_to` DateTime64(3, 'UTC'),
    `observed` Float64,
    `expected` Nullable(Float64),
    `bound` Float64,
    `probability` Nullable(Float64),
    `peak` Float64,
    `title` String,
    `sentence` String,
    `unless` String,
    `is_late` Bool,
    `completeness` LowCardinality(String),
    `read_until` DateTime64(3, 'UTC'),
    `proven_until` DateTime64(3, 'UTC'),
    `silenced_by` Array(String),
    `actor` String,
    `note` String,
    `runbook` String,
    `channels` Array(String),
    `url` String,
    `is_demo` Bool,
    `details` String) DEFINER = default SQL SECURITY DEFINER AS SELECT transition_id, alert_id, sequence, kind, status, at, decided_at, rule, rule_version, detector, severity, env_id, env_name, subject_kind, subject_key, subject_name, opened_at, resolved_at, window_from, window_to, observed, expected, bound, probability, peak, title, sentence, unless, is_late, completeness, read_until, proven_until, silenced_by, actor, note, runbook, channels, url, is_demo, details FROM custody_internal.alert_transitions FINAL;

-- custody.attribution_corrections
CREATE VIEW custody.attribution_corrections (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `job_id` String,
    `cause_kind` LowCardinality(String),
    `cause` String,
    `causes` UInt32,
    `agent_key` String,
    `range_from` DateTime64(3, 'UTC'),
    `range_to` DateTime64(3, 'UTC'),
    `rows` UInt64,
    `changed` UInt64,
    `changes` Array(Tuple(attribution_before LowCardinality(String), human_before String, attribution_after LowCardinality(String), human_after String, rows UInt64)),
    `grants_position` UInt64,
    `started_at` DateTime64(3, 'UTC'),
    `finished_at` Nullable(DateTime64(3, 'UTC'))) DEFINER = default SQL SECURITY DEFINER AS SELECT env_id, hour, job_id, cause_kind, cause, causes, agent_key, range_from, range_to, rows, changed, changes, grants_position, started_at, finished_at FROM custody_internal.corrections FINAL;

-- custody.coverage
CREATE VIEW custody.coverage (`env_id` LowCardinality(String),
    `env_name` String,
    `oldest` DateTime64(3, 'UTC'),
    `proven_until` DateTime64(3, 'UTC'),
    `open_seconds` UInt64,
    `blind_seconds` UInt64,
    `unreadable_seconds` UInt64,
    `lateness_seconds` UInt32,
    `reported_at` Nullable(DateTime64(3, 'UTC')),
    `rows_listed` UInt64,
    `rows_read` UInt64,
    `rows_missing` UInt64,
    `oldest_open` Nullable(DateTime64(3, 'UTC')),
    `requests_spent` UInt64,
    `requests_refused` UInt64,
    `requests_per_minute` Nullable(Float64),
    `facts_unreadable` Array(String),
    `evidence_owed` Nullable(UInt64),
    `evidence_oldest_owed` Nullable(DateTime64(3, 'UTC')),
    `evidence_read` Nullable(UInt64),
    `evidence_deleted_first` Nullable(UInt64)) DEFINER = default SQL SECURITY DEFINER AS SELECT env_id, env_name, oldest, proven_until, open_seconds, blind_seconds, unreadable_seconds, lateness_seconds, if(reports.is_reported, reports.as_of, NULL) AS reported_at, reports.rows_listed AS rows_listed, reports.rows_read AS rows_read, reports.rows_missing AS rows_missing, reports.oldest_open AS oldest_open, reports.requests_spent AS requests_spent, reports.requests_refused AS requests_refused, reports.requests_per_minute AS requests_per_minute, reports.facts_unreadable AS facts_unreadable, reports.evidence_owed AS evidence_owed, reports.evidence_oldest_owed AS evidence_oldest_owed, reports.evidence_read AS evidence_read, reports.evidence_deleted_first AS evidence_deleted_first FROM `custody_internal.coverage_between`(from_ms = 0, to_ms = 9000000000000000, now_ms = toUnixTimestamp64Milli(now64(3))) AS covered LEFT JOIN (SELECT *, true AS is_reported FROM custody_internal.poller_reports FINAL) AS reports USING (env_id);

-- custody.decisions
CREATE VIEW custody.decisions (`decision_id` UUID,
    `occurred_at` DateTime64(3, 'UTC'),
    `env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `tenant` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `agent_name` LowCardinality(String),
    `human_key` LowCardinality(String),
    `human_name` LowCardinality(String),
    `human_email` LowCardinality(String),
    `human_candidates` Array(String),
    `attribution` LowCardinality(String),
    `evidence` LowCardinality(String),
    `server` LowCardinality(String),
    `resource` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason` String,
    `reason_code` LowCardinality(String),
    `trust_level` LowCardinality(String),
    `ceiling_level` LowCardinality(String),
    `required_level` LowCardinality(String),
    `ingested_at` DateTime64(3, 'UTC')) DEFINER = default SQL SECURITY DEFINER AS SELECT decision_id, occurred_at, env_id, env_name, tenant, agent_key, agent_name, human_key, human_name, human_email, CAST(human_candidates, 'Array(String)') AS human_candidates, attribution, evidence, server, resource, tool, decision, reason, reason_code, trust_level, ceiling_level, required_level, ingested_at FROM custody_internal.decisions FINAL SETTINGS do_not_merge_across_partitions_select_final = 1;

-- custody.decisions_daily
CREATE VIEW custody.decisions_daily (`day` Date,
    `env_id` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `human_key` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason_code` LowCardinality(String),
    `decisions` UInt64,
    `denials` UInt64) DEFINER = default SQL SECURITY DEFINER AS WITH (SELECT groupArray((env_id, hour)) FROM custody_internal.unsummed_hours) AS open, (SELECT groupArray((env_id, starts_at)) FROM custody_internal.unsummed_spans WHERE span = 'day') AS open_days, (SELECT max(named_at) FROM custody_internal.written_sums WHERE (length(open) + length(open_days)) >= 0) AS named_until SELECT day, env_id, agent_key, human_key, server, tool, decision, reason_code, sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials FROM (SELECT toDate(starts_at) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted FROM custody_internal.summed_calls WHERE (level = 'day') AND (build IN (SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums WHERE (span = 'day') AND (named_at <= named_until) AND ((env_id, starts_at) NOT IN (SELECT arrayJoin(open_days))) GROUP BY env_id, starts_at)) UNION ALL SELECT toDate(starts_at) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted FROM custody_internal.summed_calls WHERE (level = 'hour') AND (toStartOfDay(starts_at) IN (SELECT tupleElement(arrayJoin(open_days), 2))) AND (build IN (SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums WHERE (span = 'hour') AND (named_at <= named_until) AND ((env_id, starts_at) NOT IN (SELECT arrayJoin(open))) AND ((env_id, toStartOfDay(starts_at)) IN (SELECT arrayJoin(open_days))) GROUP BY env_id, starts_at)) UNION ALL SELECT toDate(toStartOfHour(occurred_at)) AS day, env_id, agent_key, human_key, server, tool, decision, reason_code, toUInt64(1) AS counted FROM custody_internal.decisions FINAL WHERE (toStartOfHour(occurred_at) IN (SELECT tupleElement(arrayJoin(open), 2))) AND ((env_id, toStartOfHour(occurred_at)) IN (SELECT arrayJoin(open))) AND ((env_id, toStartOfDay(occurred_at)) IN (SELECT arrayJoin(open_days)))) GROUP BY day, env_id, agent_key, human_key, server, tool, decision, reason_code SETTINGS do_not_merge_across_partitions_select_final = 1;

-- custody.decisions_hourly
CREATE VIEW custody.decisions_hourly (`hour` DateTime('UTC'),
    `env_id` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `human_key` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason_code` LowCardinality(String),
    `decisions` UInt64,
    `denials` UInt64) DEFINER = default SQL SECURITY DEFINER AS WITH (SELECT groupArray((env_id, hour)) FROM custody_internal.unsummed_hours) AS open, (SELECT max(named_at) FROM custody_internal.written_sums WHERE length(open) >= 0) AS named_until SELECT hour, env_id, agent_key, human_key, server, tool, decision, reason_code, sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials FROM (SELECT starts_at AS hour, env_id, agent_key, human_key, server, tool, decision, reason_code, decisions AS counted FROM custody_internal.summed_calls WHERE (level = 'hour') AND (build IN (SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums WHERE (span = 'hour') AND (named_at <= named_until) AND ((env_id, starts_at) NOT IN (SELECT arrayJoin(open))) GROUP BY env_id, starts_at)) UNION ALL SELECT toStartOfHour(occurred_at) AS hour, env_id, agent_key, human_key, server, tool, decision, reason_code, toUInt64(1) AS counted FROM custody_internal.decisions FINAL WHERE (toStartOfHour(occurred_at) IN (SELECT tupleElement(arrayJoin(open), 2))) AND ((env_id, toStartOfHour(occurred_at)) IN (SELECT arrayJoin(open)))) GROUP BY hour, env_id, agent_key, human_key, server, tool, decision, reason_code SETTINGS do_not_merge_across_partitions_select_final = 1;

-- custody.grants
CREATE VIEW custody.grants (`env_id` LowCardinality(String),
    `kind` LowCardinality(String),
    `grant_id` String,
    `agent_key` String,
    `human_key` String,
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `level` LowCardinality(String),
    `valid_from` Nullable(DateTime64(3, 'UTC')),
    `first_seen` DateTime64(3, 'UTC'),
    `last_seen` DateTime64(3, 'UTC'),
    `first_missing` Nullable(DateTime64(3, 'UTC')),
    `active` UInt8) DEFINER = default SQL SECURITY DEFINER AS SELECT facts.env_id AS env_id, CAST(facts.kind, 'LowCardinality(String)') AS kind, facts.grant_id AS grant_id, facts.agent_key AS agent_key, facts.human_key AS human_key, facts.server AS server, facts.tool AS tool, facts.level AS level, facts.valid_from AS valid_from, facts.first_seen AS first_seen, if(isNull(facts.first_missing), greatest(facts.last_seen, listings.completed_at), facts.last_seen) AS last_seen, facts.first_missing AS first_missing, isNull(facts.first_missing) AS active FROM custody_internal.facts AS facts FINAL LEFT JOIN (SELECT * FROM custody_internal.listings FINAL) AS listings ON (listings.env_id = facts.env_id) AND (listings.kind = facts.kind) WHERE facts.kind != 'identity' SETTINGS join_use_nulls = 0;

-- custody.seals
CREATE VIEW custody.seals (`env_id` LowCardinality(String),
    `env_name` String,
    `hour` DateTime('UTC'),
    `state` LowCardinality(String),
    `revision` UInt32,
    `decisions` UInt64,
    `listed` UInt64,
    `dead_letters` UInt64,
    `missing` UInt64,
    `deleted_at_source` UInt64,
    `unreadable_seconds` UInt32,
    `reasons` Array(String),
    `content` String,
    `digest` String,
    `previous_digest` String,
    `as_of` DateTime64(6, 'UTC'),
    `sealed_at` DateTime64(6, 'UTC'),
    `is_current` Bool,
    `raw_expired` Bool) DEFINER = default SQL SECURITY DEFINER AS SELECT newest.env_id AS env_id, names.env_name AS env_name, newest.hour AS hour, CAST(newest.seal.1, 'LowCardinality(String)') AS state, newest.seal.2 AS revision, newest.seal.3 AS decisions, newest.seal.4 AS listed, newest.seal.5 AS dead_letters, newest.seal.6 AS missing, newest.seal.7 AS deleted_at_source, newest.seal.8 AS unreadable_seconds, newest.seal.9 AS reasons, newest.seal.10 AS content, newest.seal.11 AS digest, newest.seal.12 AS previous_digest, newest.newest_as_of AS as_of, newest.seal.13 AS sealed_at, toBool((states.is_known = 0) OR states.is_sealed) AS is_current, toBool(states.is_expired) AS raw_expired FROM (SELECT env_id, starts_at AS hour, max(as_of) AS newest_as_of, argMax((state, revision, stored, listed, dead_letters, missing, deleted_at_source, unreadable_seconds, reasons, content, digest, previous_digest, sealed_at), (as_of, build)) AS seal FROM custody_internal.seals WHERE span = 'hour' GROUP BY env_id, hour) AS newest LEFT JOIN (SELECT env_id, hour, is_sealed, is_expired, 1 AS is_known FROM custody_internal.hour_states) AS states ON (states.env_id = newest.env_id) AND (states.hour = newest.hour) LEFT JOIN (SELECT env_id, argMax(env_name, updated_at) AS env_name FROM custody_internal.windows_by_hour GROUP BY env_id) AS names ON names.env_id = newest.env_id SETTINGS join_use_nulls = 0;

-- custody.verifications
CREATE VIEW custody.verifications (`finding_id` UUID,
    `env_id` String,
    `span` LowCardinality(String),
    `starts_at` DateTime('UTC'),
    `kind` String,
    `subject` String,
    `expected` String,
    `found` String,
    `action` String,
    `found_at` DateTime64(6, 'UTC'),
    `resolved_at` Nullable(DateTime64(6, 'UTC'))) DEFINER = default SQL SECURITY DEFINER AS SELECT finding_id, any(v.env_id) AS env_id, CAST(any(v.span), 'LowCardinality(String)') AS span, any(v.starts_at) AS starts_at, any(v.kind) AS kind, any(v.subject) AS subject, argMin(v.expected, v.at) AS expected, argMin(v.found, v.at) AS found, argMin(v.action, v.at) AS action, min(v.at) AS found_at, max(v.resolved_at) AS resolved_at FROM custody_internal.verifications AS v GROUP BY finding_id;

-- custody.windows
CREATE VIEW custody.windows (`env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `hour` DateTime('UTC'),
    `from_at` DateTime64(3, 'UTC'),
    `to_at` DateTime64(3, 'UTC'),
    `facet` String,
    `state` LowCardinality(String),
    `proof` LowCardinality(String),
    `listed` UInt64,
    `counted` Nullable(UInt64),
    `deleted_at_source` UInt64,
    `read_at` Nullable(DateTime64(3, 'UTC')),
    `reason` String,
    `updated_at` DateTime64(3, 'UTC'),
    `ids_xor` String) DEFINER = default SQL SECURITY DEFINER AS SELECT env_id, env_name, hour, tupleElement(window, 'from_at') AS from_at, tupleElement(window, 'to_at') AS to_at, tupleElement(window, 'facet') AS facet, CAST(tupleElement(window, 'state'), 'LowCardinality(String)') AS state, CAST(tupleElement(window, 'proof'), 'LowCardinality(String)') AS proof, tupleElement(window, 'listed') AS listed, tupleElement(window, 'counted') AS counted, tupleElement(window, 'deleted_at_source') AS deleted_at_source, tupleElement(window, 'read_at') AS read_at, tupleElement(window, 'reason') AS reason, updated_at, window_ids_xor AS ids_xor FROM custody_internal.windows_by_hour FINAL ARRAY JOIN windows AS window, arrayResize(ids_xor, length(windows), '') AS window_ids_xor;

-- custody_internal.alert_actions
CREATE TABLE custody_internal.alert_actions (`at` DateTime64(3, 'UTC'),
    `action_id` UUID,
    `alert_id` UUID,
    `sequence` UInt32,
    `kind` LowCardinality(String),
    `actor` String,
    `note` String) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(at) ORDER BY (at, action_id) TTL toDateTime(at) + toIntervalDay(400) SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192;

-- custody_internal.alert_deliveries
CREATE TABLE custody_internal.alert_deliveries (`transition_id` UUID,
    `alert_id` UUID,
    `channel` String,
    `at` DateTime64(3, 'UTC'),
    `outcome` LowCardinality(String),
    `attempt` UInt32,
    `detail` String) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(at) ORDER BY (alert_id, transition_id, channel, at) TTL toDateTime(at) + toIntervalDay(400) SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192;

-- custody_internal.alert_looks
CREATE TABLE custody_internal.alert_looks (`look_id` UUID,
    `at` DateTime64(3, 'UTC'),
    `decided_at` DateTime64(3, 'UTC'),
    `input` String CODEC(ZSTD(6))) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(decided_at) ORDER BY look_id TTL toDateTime(decided_at) + toIntervalDay(90) SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192;

-- custody_internal.alert_rules
CREATE TABLE custody_internal.alert_rules (`name` String,
    `changed_at` DateTime64(3, 'UTC'),
    `changed_by` String,
    `version` String,
    `document` String CODEC(ZSTD(3)),
    `is_deleted` Bool) ENGINE = ReplacingMergeTree ORDER BY (name, changed_at) SETTINGS index_granularity = 8192;

-- custody_internal.alert_silences
CREATE TABLE custody_internal.alert_silences (`silence_id` UUID,
    `version` UInt8,
    `matcher` String,
    `reason` String,
    `starts_at` DateTime64(3, 'UTC'),
    `ends_at` DateTime64(3, 'UTC'),
    `created_at` DateTime64(3, 'UTC'),
    `created_by` String,
    `ended_by` String) ENGINE = ReplacingMergeTree(version) ORDER BY silence_id SETTINGS index_granularity = 8192;

-- custody_internal.alert_transitions
CREATE TABLE custody_internal.alert_transitions (`alert_id` UUID,
    `sequence` UInt32,
    `transition_id` UUID,
    `look_id` UUID,
    `kind` LowCardinality(String),
    `status` LowCardinality(String),
    `at` DateTime64(3, 'UTC'),
    `decided_at` DateTime64(3, 'UTC'),
    `rule` String,
    `rule_version` String,
    `detector` LowCardinality(String),
    `severity` LowCardinality(String),
    `env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `subject_kind` LowCardinality(String),
    `subject_key` String,
    `subject_name` String,
    `opened_at` DateTime64(3, 'UTC'),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `window_from` DateTime64(3, 'UTC'),
    `window_to` DateTime64(3, 'UTC'),
    `observed` Float64,
    `expected` Nullable(Float64),
    `bound` Float64,
    `probability` Nullable(Float64),
    `peak` Float64,
    `title` String,
    `sentence` String,
    `unless` String,
    `is_late` Bool,
    `completeness` LowCardinality(String),
    `read_until` DateTime64(3, 'UTC'),
    `proven_until` DateTime64(3, 'UTC'),
    `silenced_by` Array(String),
    `actor` String,
    `note` String,
    `runbook` String,
    `channels` Array(String),
    `url` String,
    `is_demo` Bool,
    `details` String CODEC(ZSTD(3))) ENGINE = ReplacingMergeTree ORDER BY (alert_id, sequence) SETTINGS index_granularity = 8192;

-- custody_internal.api_requests
CREATE TABLE custody_internal.api_requests (`at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `request_id` UUID CODEC(NONE),
    `token_id` String,
    `token_name` LowCardinality(String),
    `method` LowCardinality(String),
    `route` LowCardinality(String),
    `parameters` String CODEC(ZSTD(3)),
    `status` UInt16,
    `code` LowCardinality(String),
    `statements` UInt32,
    `rows_read` UInt64,
    `bytes_read` UInt64,
    `store_ms` Float32,
    `elapsed_ms` Float32) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(at) ORDER BY (token_id, at, request_id) TTL toDateTime(at) + toIntervalDay(400) SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192;

-- custody_internal.attribution_outcomes
CREATE TABLE custody_internal.attribution_outcomes (`step_id` UUID,
    `agent_key` String,
    `agent_name` String,
    `server` String,
    `tool` String,
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `evidence_humans` Array(String),
    `from_at` DateTime64(3, 'UTC'),
    `to_at` DateTime64(3, 'UTC'),
    `new_agent_name` String,
    `human_key` String,
    `human_name` String,
    `human_email` String,
    `human_candidates` Array(String),
    `attribution` String,
    `evidence` String,
    `trust_level` String,
    `ceiling_level` String,
    `required_level` String,
    `consent_id` String,
    `consented_at` DateTime64(3, 'UTC'),
    `staged_at` DateTime('UTC') DEFAULT now()) ENGINE = MergeTree ORDER BY step_id TTL staged_at + toIntervalHour(1) SETTINGS merge_with_ttl_timeout = 3600, index_granularity = 8192;

-- custody_internal.changed_grants
CREATE VIEW custody_internal.changed_grants (`at` DateTime64(3, 'UTC'),
    `env_id` LowCardinality(String),
    `kind` LowCardinality(String),
    `change` LowCardinality(String),
    `agent_key` String,
    `human_key` String,
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `level` LowCardinality(String),
    `grant_id` String,
    `not_before` DateTime64(3, 'UTC'),
    `cause` LowCardinality(String),
    `cause_at` Nullable(DateTime64(3, 'UTC')),
    `decision_id` Nullable(UUID),
    `previous_decision_id` Nullable(UUID),
    `followed_by` Nullable(UUID),
    `followed_at` Nullable(DateTime64(3, 'UTC'))) DEFINER = default SQL SECURITY DEFINER AS SELECT c.at AS at, c.env_id AS env_id, c.kind AS kind, c.change AS change, c.agent_key AS agent_key, c.human_key AS human_key, c.server AS server, c.tool AS tool, c.level AS level, c.grant_id AS grant_id, c.not_before AS not_before, CAST('', 'LowCardinality(String)') AS cause, CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS cause_at, CAST(NULL, 'Nullable(UUID)') AS decision_id, CAST(NULL, 'Nullable(UUID)') AS previous_decision_id, if(n.call.at > c.at, n.call.decision_id, NULL) AS followed_by, if(n.call.at > c.at, n.call.at, NULL) AS followed_at FROM custody_internal.grant_changes AS c LEFT JOIN custody_internal.newest_calls AS n ON (n.env_id = c.env_id) AND (n.kind = c.kind) AND (n.server = c.server) AND (n.tool = c.tool) AND (n.holder = if(c.kind = 'ceiling', c.human_key, c.agent_key)) SETTINGS join_use_nulls = 0;

-- custody_internal.changed_verdicts
CREATE VIEW custody_internal.changed_verdicts (`at` DateTime64(3, 'UTC'),
    `env_id` LowCardinality(String),
    `kind` LowCardinality(String),
    `change` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `human_key` String,
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `level` LowCardinality(String),
    `grant_id` String,
    `not_before` DateTime64(3, 'UTC'),
    `cause` LowCardinality(String),
    `cause_at` Nullable(DateTime64(3, 'UTC')),
    `decision_id` Nullable(UUID),
    `previous_decision_id` Nullable(UUID),
    `followed_by` Nullable(UUID),
    `followed_at` Nullable(DateTime64(3, 'UTC'))) DEFINER = default SQL SECURITY DEFINER AS SELECT at, env_id, CAST('decision', 'LowCardinality(String)') AS kind, CAST(if(call.verdict = 'deny', 'denied', 'allowed'), 'LowCardinality(String)') AS change, toString(agent_key) AS agent_key, toString(if(call.human_key = '', previous.human_key, call.human_key)) AS human_key, server, tool, CAST(level, 'LowCardinality(String)') AS level, grant_id, previous.at AS not_before, CAST(cause, 'LowCardinality(String)') AS cause, cause_at, toNullable(decision_id) AS decision_id, toNullable(previous.decision_id) AS previous_decision_id, CAST(NULL, 'Nullable(UUID)') AS followed_by, CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS followed_at FROM custody_internal.explained_flips SETTINGS join_use_nulls = 0;

-- custody_internal.corrections
CREATE TABLE custody_internal.corrections (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `job_id` String,
    `cause_kind` LowCardinality(String),
    `cause` String,
    `causes` UInt32,
    `agent_key` String,
    `range_from` DateTime64(3, 'UTC'),
    `range_to` DateTime64(3, 'UTC'),
    `rows` UInt64,
    `changed` UInt64,
    `changes` Array(Tuple(attribution_before LowCardinality(String), human_before String, attribution_after LowCardinality(String), human_after String, rows UInt64)),
    `grants_position` UInt64,
    `started_at` DateTime64(3, 'UTC'),
    `finished_at` Nullable(DateTime64(3, 'UTC')),
    `written_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(written_at) ORDER BY (env_id, hour, job_id) SETTINGS index_granularity = 8192;

-- custody_internal.coverage_between
CREATE VIEW custody_internal.coverage_between AS WITH (SELECT coalesce(max(toInt64OrNull(value)), 900) * 1000 FROM (SELECT argMax(value, (written_at, claim)) AS value FROM custody_internal.installation WHERE key = 'lateness_seconds')) AS lateness_ms_or_null, assumeNotNull(lateness_ms_or_null) AS lateness_ms, least({to_ms:Int64}, {now_ms:Int64}) AS end_ms, least(end_ms, ({now_ms:Int64} - lateness_ms) - 60000) AS aged_ms, ranges AS (SELECT env_id, env_name, updated_at, toUnixTimestamp(hour) * 1000 AS hour_ms, arrayMap(w -> (toUnixTimestamp64Milli(w.1), toUnixTimestamp64Milli(w.2), w.4), windows) AS parts FROM custody_internal.windows_by_hour FINAL WHERE notEmpty(windows)), cuts AS (SELECT env_id, env_name, updated_at, hour_ms, parts, arrayFilter(r -> ((r.1) < (r.2)), arrayMap(r -> (greatest(r.1, {from_ms:Int64}), least(r.2, aged_ms), r.3), parts)) AS aged, arrayFilter(r -> ((r.1) < (r.2)), arrayMap(r -> (greatest(r.1, {from_ms:Int64}, aged_ms), least(r.2, end_ms), r.3), parts)) AS young FROM ranges), states AS (SELECT env_id, env_name, updated_at, hour_ms, parts, aged, young, arrayFilter(r -> ((r.3) != 'closed'), aged) AS aged_unproven, arrayFilter(r -> ((r.3) != 'closed'), young) AS young_unproven, arrayFilter(r -> ((r.3) = 'unreadable'), aged) AS aged_unreadable, arrayFilter(r -> ((r.3) = 'unreadable'), young) AS young_unreadable FROM cuts), lengths AS (SELECT env_id, env_name, updated_at, hour_ms, parts, arrayMin(parts.1) AS first_ms, arrayReduce('intervalLengthSum', aged.1, aged.2) - arrayReduce('intervalLengthSum', aged_unproven.1, aged_unproven.2) AS aged_proven_ms, arrayReduce('intervalLengthSum', young.1, young.2) - arrayReduce('intervalLengthSum', young_unproven.1, young_unproven.2) AS young_proven_ms, arrayReduce('intervalLengthSum', aged_unreadable.1, aged_unreadable.2) AS aged_unreadable_ms, arrayReduce('intervalLengthSum', young_unreadable.1, young_unreadable.2) AS young_unreadable_ms, arrayReduce('intervalLengthSum', parts.1, parts.2) AS read_ms FROM states), hours AS (SELECT env_id, env_name, updated_at, hour_ms, parts, first_ms, aged_proven_ms, young_proven_ms, aged_unreadable_ms, young_unreadable_ms, (read_ms >= ((hour_ms + 3600000) - first_ms)) AND (NOT has(parts.3, 'open')) AS is_settled FROM lengths), environments AS (SELECT env_id, argMax(env_name, updated_at) AS name, min(first_ms) AS oldest_ms, sum(aged_proven_ms) AS aged_proven, sum(young_proven_ms) AS young_proven, sum(aged_unreadable_ms) AS aged_unreadable_total, sum(young_unreadable_ms) AS young_unreadable_total, arraySort(r -> (r.1), groupArray((hour_ms, is_settled, if(is_settled, [], parts)))) AS sorted FROM hours GROUP BY env_id), breaks AS (SELECT *, (sorted[1]).1 AS first_hour_ms, arrayFirstIndex((r, i) -> (((r.1) != (first_hour_ms + ((i - 1) * 3600000))) OR (NOT (r.2))), sorted, arrayEnumerate(sorted)) AS broken FROM environments), broken_hours AS (SELECT *, first_hour_ms + ((if(broken = 0, length(sorted) + 1, broken) - 1) * 3600000) AS broken_ms, if((broken > 0) AND (((sorted[broken]).1) = broken_ms), (sorted[broken]).3, []) AS inside FROM breaks), ends AS (SELECT *, arrayFirst(p -> ((NOT arrayExists(r -> (((r.1) <= p) AND (p < (r.2)) AND ((r.3) != 'open')), inside)) OR arrayExists(r -> (((r.1) <= p) AND (p < (r.2)) AND ((r.3) = 'open')), inside)), arraySort(arrayConcat([greatest(broken_ms, oldest_ms)], inside.1, inside.2))) AS until_ms, greatest(oldest_ms, {from_ms:Int64}) AS start_ms FROM broken_hours) SELECT env_id, name AS env_name, fromUnixTimestamp64Milli(oldest_ms, 'UTC') AS oldest, fromUnixTimestamp64Milli(until_ms, 'UTC') AS proven_until, toUInt64(intDiv(greatest(0, ((end_ms - greatest(start_ms, aged_ms)) - young_proven) - young_unreadable_total) + 999, 1000)) AS open_seconds, toUInt64(intDiv(greatest(0, ((aged_ms - start_ms) - aged_proven) - aged_unreadable_total) + 999, 1000)) AS blind_seconds, toUInt64(intDiv((aged_unreadable_total + young_unreadable_total) + 999, 1000)) AS unreadable_seconds, toUInt32(intDiv(lateness_ms, 1000)) AS lateness_seconds FROM ends;

-- custody_internal.decisions
CREATE TABLE custody_internal.decisions (`env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `occurred_at` DateTime64(3, 'UTC') CODEC(Delta(8), T64('bit'), ZSTD(1)),
    `decision_id` UUID CODEC(NONE),
    `tenant` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `agent_name` LowCardinality(String),
    `human_key` LowCardinality(String),
    `human_name` LowCardinality(String),
    `human_email` LowCardinality(String),
    `human_candidates` Array(LowCardinality(String)),
    `attribution` LowCardinality(String),
    `evidence` LowCardinality(String),
    `server` LowCardinality(String),
    `resource` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2) CODEC(T64, ZSTD(1)),
    `reason` LowCardinality(String) CODEC(ZSTD(3)),
    `reason_code` LowCardinality(String),
    `trust_level` LowCardinality(String),
    `ceiling_level` LowCardinality(String),
    `required_level` LowCardinality(String),
    `consent_id` LowCardinality(String),
    `consented_at` DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    `evidence_humans` Array(LowCardinality(String)),
    `grants_position` UInt64 COMMENT 'version: has_detail * 2^48 + position in the grants topic' CODEC(ZSTD(1)),
    `ingested_at` DateTime64(3, 'UTC') CODEC(Delta(8), T64, ZSTD(1)),
    `has_detail` Bool ALIAS grants_position >= 281474976710656,
    `attributed_at_position` UInt64 ALIAS grants_position % 281474976710656, INDEX decision_id_filter decision_id TYPE bloom_filter(0.025) GRANULARITY 1, INDEX agent_key_filter agent_key TYPE bloom_filter(0.025) GRANULARITY 1, INDEX human_key_filter human_key TYPE bloom_filter(0.025) GRANULARITY 1, INDEX human_candidates_filter human_candidates TYPE bloom_filter(0.025) GRANULARITY 1) ENGINE = ReplacingMergeTree(grants_position) PARTITION BY toYYYYMM(occurred_at) PRIMARY KEY (env_id, toStartOfHour(occurred_at)) ORDER BY (env_id, toStartOfHour(occurred_at), occurred_at, decision_id) SETTINGS index_granularity = 8192, default_compression_codec = 'ZSTD(1)', min_bytes_for_wide_part = 4194304, enable_block_number_column = 1;

-- custody_internal.deletable_hours
CREATE VIEW custody_internal.deletable_hours (`kind` String,
    `env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `expired_at` DateTime64(6, 'UTC')) AS WITH (SELECT groupArray((held_env_id, held_from, held_to)) FROM custody_internal.holds WHERE NOT is_released) AS held SELECT kind, env_id, hour, expired_at FROM (SELECT 'decisions' AS kind, env_id, hour, expired_at FROM custody_internal.expired_hours FINAL UNION ALL SELECT 'entries' AS kind, env_id, hour, expired_at FROM custody_internal.expired_entries FINAL) WHERE NOT arrayExists(hold -> ((((hold.1) = '') OR ((hold.1) = env_id)) AND (hour >= (hold.2)) AND (hour < (hold.3))), held);

-- custody_internal.entries
CREATE TABLE custody_internal.entries (`env_id` LowCardinality(String),
    `occurred_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `decision_id` UUID CODEC(NONE),
    `entry` String CODEC(ZSTD(1)),
    `ingested_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = ReplacingMergeTree(ingested_at) PARTITION BY toYYYYMM(occurred_at) PRIMARY KEY (env_id, toStartOfHour(occurred_at)) ORDER BY (env_id, toStartOfHour(occurred_at), occurred_at, decision_id) SETTINGS index_granularity = 8192, default_compression_codec = 'ZSTD(1)';

-- custody_internal.entry_details
CREATE TABLE custody_internal.entry_details (`env_id` LowCardinality(String),
    `occurred_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `decision_id` UUID CODEC(NONE),
    `entry` String CODEC(ZSTD(1)),
    `ingested_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = ReplacingMergeTree(ingested_at) PARTITION BY toYYYYMM(occurred_at) PRIMARY KEY (env_id, toStartOfHour(occurred_at)) ORDER BY (env_id, toStartOfHour(occurred_at), occurred_at, decision_id) SETTINGS index_granularity = 8192, default_compression_codec = 'ZSTD(1)';

-- custody_internal.expired_entries
CREATE TABLE custody_internal.expired_entries (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `expired_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(expired_at) ORDER BY (env_id, hour) SETTINGS index_granularity = 8192;

-- custody_internal.expired_hours
CREATE TABLE custody_internal.expired_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `expired_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    `build` UInt64 COMMENT 'of the seal that the hour is from now on; 0 where it had no decisions',
    `as_of` DateTime64(6, 'UTC') COMMENT 'of that seal',
    `said_at` DateTime64(6, 'UTC') COMMENT 'when something had been said of the hour last: what is said later counts for nothing') ENGINE = ReplacingMergeTree(expired_at) ORDER BY (env_id, hour) SETTINGS index_granularity = 8192;

-- custody_internal.expiries
CREATE TABLE custody_internal.expiries (`expiry_id` UUID,
    `env_id` LowCardinality(String),
    `table` LowCardinality(String),
    `from_hour` DateTime('UTC'),
    `to_hour` DateTime('UTC'),
    `hours` UInt32,
    `rows` UInt64,
    `late_rows` UInt64,
    `bytes` UInt64,
    `policy_days` Nullable(UInt32),
    `began_at` DateTime64(6, 'UTC'),
    `finished_at` Nullable(DateTime64(6, 'UTC')),
    `written_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(written_at) ORDER BY (env_id,
    `table`, from_hour, expiry_id) SETTINGS index_granularity = 8192;

-- custody_internal.explained_flips
CREATE VIEW custody_internal.explained_flips (`env_id` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `at` DateTime64(3, 'UTC'),
    `decision_id` UUID,
    `call` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String), required_level LowCardinality(String)),
    `previous` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String), required_level LowCardinality(String)),
    `cause` String,
    `grant_id` String,
    `level` String,
    `cause_at` Nullable(DateTime64(3, 'UTC'))) DEFINER = default SQL SECURITY DEFINER AS WITH moments AS (SELECT flips.env_id AS env_id, flips.agent_key AS agent_key, flips.server AS server, flips.tool AS tool, flips.at AS at, flips.decision_id AS decision_id, flips.call AS call, flips.previous AS previous, arrayConcat(of_agent.changes, of_tool.changes) AS changes FROM custody_internal.flips AS flips FINAL LEFT JOIN (SELECT env_id, agent_key, server, groupArray(CAST((kind, change, human_key, toInt8(indexOf(['low', 'medium', 'high'], level)), grant_id, at, not_before), 'Tuple(kind String, change String, human_key String, level Int8, grant_id String, at DateTime64(3, \'UTC\'), not_before DateTime64(3, \'UTC\'))')) AS changes FROM (SELECT env_id, agent_key, server, kind, change, human_key, level, grant_id, at, not_before FROM custody_internal.grant_changes WHERE kind = 'consent' UNION ALL SELECT c.env_id, h.agent_key, c.server, c.kind, c.change, c.human_key, c.level, c.grant_id, c.at, c.not_before FROM custody_internal.grant_changes AS c INNER JOIN custody_internal.grant_holders AS h ON (h.env_id = c.env_id) AND (h.human_key = c.human_key) AND (h.server = c.server) WHERE c.kind = 'ceiling') GROUP BY env_id, agent_key, server) AS of_agent ON (of_agent.env_id = flips.env_id) AND (of_agent.agent_key = flips.agent_key) AND (of_agent.server = flips.server) LEFT JOIN (SELECT env_id, server, tool, groupArray(CAST((kind, change, '', toInt8(indexOf(['low', 'medium', 'high'], level)), grant_id, at, not_before), 'Tuple(kind String, change String, human_key String, level Int8, grant_id String, at DateTime64(3, \'UTC\'), not_before DateTime64(3, \'UTC\'))')) AS changes FROM custody_internal.grant_changes WHERE kind = 'tool_level' GROUP BY env_id, server, tool) AS of_tool ON (of_tool.env_id = flips.env_id) AND (of_tool.server = flips.server) AND (of_tool.tool = flips.tool)), sides AS (SELECT env_id, agent_key, server, tool, at, decision_id, call, previous, changes, call.verdict = 'deny' AS is_denied, if(is_denied, previous, call) AS allowed FROM moments), levels AS (SELECT env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied, toInt8(indexOf(['', 'low', 'medium', 'high'], allowed.required_level) - 1) AS required, toInt8(least(indexOf(['', 'low', 'medium', 'high'], allowed.trust_level), indexOf(['', 'low', 'medium', 'high'], allowed.ceiling_level)) - 1) AS effective, arrayFilter(c -> ((c.at > previous.at) AND ((c.not_before < call.at) OR ((c.not_before = c.at) AND (c.at <= call.at))) AND ((c.human_key IN ('', allowed.human_key)) OR (allowed.human_key = ''))), changes) AS near FROM sides), sided AS (SELECT env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied, required, effective, near, arrayMap(c -> arrayMax(arrayMap(o -> if((o.change = 'ended') AND (o.kind = c.kind) AND (o.human_key = c.human_key), o.level, 0), near)), near) AS ended, arrayMap(c -> arrayMax(arrayMap(o -> if((o.change = 'appeared') AND (o.kind = c.kind) AND (o.human_key = c.human_key), o.level, 0), near)), near) AS appeared FROM levels), weighed AS (SELECT env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied, near, arrayMap((e, a) -> ((e > 0) AND (a > 0)), ended, appeared) AS is_renewed, arrayMap((c, denied, allowed) -> multiIf(c.kind = 'tool_level', multiIf(effective > 0, (denied = 0) OR (denied > effective), (denied = 0) OR ((denied > allowed) AND (allowed > 0))) * if(effective > 0, 2, 1), allowed = 0, 0, required > 0, (denied < required) * 2, denied < allowed), near, if(is_denied, appeared, ended), if(is_denied, ended, appeared)) AS weights FROM sided), explained AS (SELECT env_id, agent_key, server, tool, at, decision_id, call, previous, is_denied, arrayReverseSort(arrayFilter(s -> ((s.1) > 0), arrayMap((weight, c, renewed) -> (weight, c.change = if(is_denied AND (NOT renewed), 'ended', 'appeared'), c.at, c.grant_id, c, renewed), weights, near, is_renewed)))[1] AS best FROM weighed) SELECT env_id, agent_key, server, tool, at, decision_id, call, previous, multiIf((best.1) = 0, 'unexplained', tupleElement(best.5, 'kind') = 'tool_level', 'tool_level_changed', tupleElement(best.5, 'kind') = 'ceiling', if(is_denied, 'ceiling_lowered', 'ceiling_raised'), best.6, 'reconsented', if(is_denied, 'revoked', 'consented')) AS cause, tupleElement(best.5, 'grant_id') AS grant_id, if((best.1) = 0, '', ['', 'low', 'medium', 'high'][tupleElement(best.5, 'level') + 1]) AS level, if((best.1) = 0, NULL, tupleElement(best.5, 'at')) AS cause_at FROM explained SETTINGS join_use_nulls = 0, do_not_merge_across_partitions_select_final = 1;

-- custody_internal.facts
CREATE TABLE custody_internal.facts (`env_id` LowCardinality(String),
    `kind` Enum8('consent' = 0, 'ceiling' = 1, 'tool_level' = 2, 'identity' = 3),
    `grant_id` String,
    `began_at` DateTime64(3, 'UTC'),
    `valid_from` Nullable(DateTime64(3, 'UTC')),
    `first_seen` DateTime64(3, 'UTC'),
    `last_seen` DateTime64(3, 'UTC'),
    `first_missing` Nullable(DateTime64(3, 'UTC')),
    `agent_key` String,
    `human_key` String,
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `level` LowCardinality(String),
    `user_key` String,
    `name` String,
    `email` String,
    `position` UInt64) ENGINE = ReplacingMergeTree(position) ORDER BY (env_id, kind, grant_id, began_at) SETTINGS index_granularity = 8192;

-- custody_internal.flip_hours
CREATE TABLE custody_internal.flip_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `decisions` UInt64,
    `newest_ingested_at` DateTime64(3, 'UTC'),
    `read_at` DateTime64(6, 'UTC'),
    `written_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(written_at) ORDER BY (env_id, hour) SETTINGS index_granularity = 8192;

-- custody_internal.flip_terms
CREATE TABLE custody_internal.flip_terms (`term` UUID,
    `began_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = MergeTree ORDER BY began_at TTL toDateTime(began_at) + toIntervalYear(1) SETTINGS index_granularity = 8192;

-- custody_internal.flips
CREATE TABLE custody_internal.flips (`env_id` LowCardinality(String),
    `agent_key` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `at` DateTime64(3, 'UTC'),
    `decision_id` UUID,
    `call` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String), required_level LowCardinality(String)),
    `previous` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String), required_level LowCardinality(String)),
    `is_gone` UInt8,
    `revision` UInt64) ENGINE = ReplacingMergeTree(revision, is_gone) PARTITION BY toYYYYMM(at) ORDER BY (env_id, agent_key, server, tool, at, decision_id) SETTINGS index_granularity = 8192;

-- custody_internal.grant_changes
CREATE VIEW custody_internal.grant_changes (`at` DateTime64(3, 'UTC'),
    `env_id` LowCardinality(String),
    `kind` LowCardinality(String),
    `change` LowCardinality(String),
    `agent_key` String,
    `human_key` String,
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `level` LowCardinality(String),
    `grant_id` String,
    `not_before` DateTime64(3, 'UTC')) DEFINER = default SQL SECURITY DEFINER AS SELECT if(change = 'appeared', began_at, assumeNotNull(facts.first_missing)) AS at, facts.env_id AS env_id, CAST(facts.kind, 'LowCardinality(String)') AS kind, CAST(arrayJoin(if(isNull(facts.first_missing), ['appeared'], ['appeared', 'ended'])), 'LowCardinality(String)') AS change, facts.agent_key AS agent_key, facts.human_key AS human_key, facts.server AS server, facts.tool AS tool, facts.level AS level, facts.grant_id AS grant_id, multiIf(change = 'ended', facts.last_seen, isNotNull(facts.valid_from), began_at, listings.first_completed_at) AS not_before FROM custody_internal.facts AS facts FINAL LEFT JOIN (SELECT * FROM custody_internal.listings FINAL) AS listings ON (listings.env_id = facts.env_id) AND (listings.kind = facts.kind) WHERE (facts.kind != 'identity') AND ((change = 'ended') OR isNotNull(facts.valid_from) OR (facts.first_seen > listings.first_completed_at)) SETTINGS join_use_nulls = 0;

-- custody_internal.grant_holders
CREATE VIEW custody_internal.grant_holders (`env_id` LowCardinality(String),
    `human_key` String,
    `server` LowCardinality(String),
    `agent_key` String) DEFINER = default SQL SECURITY DEFINER AS SELECT DISTINCT env_id, human_key, server, agent_key FROM (SELECT env_id, human_key, server, arrayJoin([agent_key, human_key]) AS agent_key FROM custody_internal.facts FINAL WHERE kind = 'consent' UNION ALL SELECT env_id, human_key, server, human_key AS agent_key FROM custody_internal.facts FINAL WHERE kind = 'ceiling');

-- custody_internal.holds
CREATE VIEW custody_internal.holds (`hold_id` UUID,
    `held_env_id` String,
    `held_from` DateTime('UTC'),
    `held_to` DateTime('UTC'),
    `held_why` String,
    `placed_by` String,
    `placed_at` DateTime64(6, 'UTC'),
    `is_released` Bool,
    `released_why` String,
    `released_by` String,
    `released_at` DateTime64(6, 'UTC')) AS SELECT hold_id, anyIf(env_id, action = 'placed') AS held_env_id, anyIf(from_hour, action = 'placed') AS held_from, anyIf(to_hour, action = 'placed') AS held_to, anyIf(reason, action = 'placed') AS held_why, anyIf(who, action = 'placed') AS placed_by, minIf(at, action = 'placed') AS placed_at, toBool(countIf(action = 'released') > 0) AS is_released, anyIf(reason, action = 'released') AS released_why, anyIf(who, action = 'released') AS released_by, minIf(at, action = 'released') AS released_at FROM custody_internal.legal_holds GROUP BY hold_id HAVING countIf(action = 'placed') > 0;

-- custody_internal.hour_states
CREATE VIEW custody_internal.hour_states (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `said_at` DateTime64(6, 'UTC'),
    `is_settled` Bool,
    `as_of` DateTime64(6, 'UTC'),
    `build` UInt64,
    `is_expired` Bool,
    `is_sealed` Bool) AS SELECT env_id, hour, if(is_over, ended_at, last_said_at) AS said_at, is_over OR was_settled AS is_settled, newest.2 AS as_of, newest.3 AS build, is_over AS is_expired, is_over OR ((newest.2) > last_said_at) AS is_sealed FROM (SELECT env_id, hour, maxIf(at, kind < 2) AS last_said_at, min(settled) AS was_settled, max(((kind = 3) AND (named_as_of > 0), named_as_of, named)) AS newest, toBool(max(kind) = 3) AS is_over, maxIf(at, kind = 3) AS ended_at FROM (SELECT env_id, hour, 0 AS kind, stored_at AS at, true AS settled, toDateTime64(0, 6, 'UTC') AS named_as_of, toUInt64(0) AS named FROM custody_internal.stored_hours FINAL UNION ALL SELECT env_id, hour, 1, touched_at, is_settled, toDateTime64(0, 6, 'UTC'), toUInt64(0) FROM custody_internal.touched_hours FINAL UNION ALL SELECT env_id, starts_at, 2, toDateTime64(0, 6, 'UTC'), true, as_of, build FROM custody_internal.seals WHERE span = 'hour' UNION ALL SELECT env_id, hour, 3, said_at, true, as_of, build FROM custody_internal.expired_hours FINAL) GROUP BY env_id, hour HAVING min(kind) < 2);

-- custody_internal.hour_sums
CREATE VIEW custody_internal.hour_sums (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `said_at` DateTime64(6, 'UTC'),
    `is_settled` Bool,
    `as_of` DateTime64(6, 'UTC'),
    `build` UInt64,
    `is_expired` Bool,
    `is_summed` Bool) AS SELECT env_id, hour, if(is_over, ended_at, last_said_at) AS said_at, is_over OR was_settled AS is_settled, newest.2 AS as_of, newest.3 AS build, is_over AS is_expired, is_over OR ((newest.2) > last_said_at) AS is_summed FROM (SELECT env_id, hour, maxIf(at, kind < 2) AS last_said_at, min(settled) AS was_settled, max(((kind = 3) AND (named_as_of > 0), named_as_of, named)) AS newest, toBool(max(kind) = 3) AS is_over, maxIf(at, kind = 3) AS ended_at FROM (SELECT env_id, hour, 0 AS kind, stored_at AS at, true AS settled, toDateTime64(0, 6, 'UTC') AS named_as_of, toUInt64(0) AS named FROM custody_internal.stored_hours FINAL UNION ALL SELECT env_id, hour, 1, touched_at, is_settled, toDateTime64(0, 6, 'UTC'), toUInt64(0) FROM custody_internal.touched_hours FINAL UNION ALL SELECT env_id, starts_at, 2, toDateTime64(0, 6, 'UTC'), true, as_of, build FROM custody_internal.seals WHERE span = 'hour' UNION ALL SELECT env_id, starts_at, 2, toDateTime64(0, 6, 'UTC'), true, as_of, build FROM custody_internal.interim_sums WHERE span = 'hour' UNION ALL SELECT env_id, hour, 3, said_at, true, as_of, build FROM custody_internal.expired_hours FINAL) GROUP BY env_id, hour HAVING min(kind) < 2);

-- custody_internal.idle_builds
CREATE TABLE custody_internal.idle_builds (`build` UInt64,
    `noted_at` DateTime('UTC') DEFAULT now()) ENGINE = MergeTree ORDER BY build TTL noted_at + toIntervalDay(7) SETTINGS index_granularity = 8192;

-- custody_internal.installation
CREATE TABLE custody_internal.installation (`key` LowCardinality(String),
    `value` String,
    `written_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    `claim` UUID DEFAULT generateUUIDv4()) ENGINE = MergeTree ORDER BY (key, written_at) SETTINGS index_granularity = 8192;

-- custody_internal.interim_sums
CREATE TABLE custody_internal.interim_sums (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `as_of` DateTime64(6, 'UTC'),
    `build` UInt64,
    `named_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = MergeTree ORDER BY (env_id, span, starts_at, as_of) SETTINGS index_granularity = 8192;

-- custody_internal.legal_holds
CREATE TABLE custody_internal.legal_holds (`hold_id` UUID,
    `action` Enum8('placed' = 0, 'released' = 1),
    `env_id` String,
    `from_hour` DateTime('UTC'),
    `to_hour` DateTime('UTC'),
    `reason` String,
    `who` String,
    `at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = MergeTree ORDER BY (hold_id, at) SETTINGS index_granularity = 8192;

-- custody_internal.listed_hours
CREATE VIEW custody_internal.listed_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `listed` UInt64,
    `ids_xor` String,
    `updated_at` DateTime64(3, 'UTC')) AS SELECT env_id, hour, arraySum(closed.1) AS listed, if(has(closed.2, ''), '', lower(leftPad(hex(arrayReduce('groupBitXor', arrayMap(name -> reinterpretAsUInt128(reverse(unhex(name))), closed.2))), 32, '0'))) AS ids_xor, updated_at FROM (SELECT env_id, hour, updated_at, arrayFilter(told -> ((told.3) = 'closed'), arrayZip(windows.listed, arrayResize(ids_xor, length(windows), ''), windows.state)) AS closed FROM custody_internal.windows_by_hour FINAL);

-- custody_internal.listings
CREATE TABLE custody_internal.listings (`env_id` LowCardinality(String),
    `kind` Enum8('consent' = 0, 'ceiling' = 1, 'tool_level' = 2, 'identity' = 3),
    `first_completed_at` DateTime64(3, 'UTC'),
    `completed_at` DateTime64(3, 'UTC'),
    `position` UInt64) ENGINE = ReplacingMergeTree(position) ORDER BY (env_id, kind) SETTINGS index_granularity = 8192;

-- custody_internal.migrations
CREATE TABLE custody_internal.migrations (`number` UInt32,
    `name` String,
    `checksum` String,
    `is_breaking` Bool,
    `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')) ENGINE = ReplacingMergeTree(applied_at) ORDER BY number SETTINGS index_granularity = 8192;

-- custody_internal.newest_calls
CREATE VIEW custody_internal.newest_calls (`env_id` LowCardinality(String),
    `kind` String,
    `holder` String,
    `server` LowCardinality(String),
    `tool` String,
    `call` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key String, trust_level String, ceiling_level String, required_level String)) DEFINER = default SQL SECURITY DEFINER AS WITH calls AS (SELECT * FROM custody_internal.verdict_ends FINAL WHERE span = 'ever') SELECT env_id, 'consent' AS kind, agent_key AS holder, server, '' AS tool, argMax(last, last.at) AS call FROM calls GROUP BY ALL UNION ALL WITH calls AS (SELECT * FROM custody_internal.verdict_ends FINAL WHERE span = 'ever') SELECT env_id, 'tool_level' AS kind, '' AS holder, server, tool, argMax(last, last.at) AS call FROM calls GROUP BY ALL UNION ALL WITH calls AS (SELECT * FROM custody_internal.verdict_ends FINAL WHERE span = 'ever') SELECT h.env_id AS env_id, 'ceiling' AS kind, h.human_key AS holder, h.server AS server, '' AS tool, argMax(c.last, c.last.at) AS call FROM calls AS c INNER JOIN custody_internal.grant_holders AS h ON (h.env_id = c.env_id) AND (h.agent_key = c.agent_key) AND (h.server = c.server) GROUP BY env_id, holder, server;

-- custody_internal.newest_seals
CREATE VIEW custody_internal.newest_seals (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `newest_as_of` DateTime64(6, 'UTC'),
    `build` UInt64) AS SELECT env_id, span, starts_at, argMax(s.as_of, (s.is_last, s.as_of, s.build)) AS newest_as_of, argMax(s.build, (s.is_last, s.as_of, s.build)) AS build FROM custody_internal.written_seals AS s GROUP BY env_id, span, starts_at UNION ALL SELECT CAST('', 'LowCardinality(String)') AS env_id, span, starts_at, as_of AS newest_as_of, build FROM custody_internal.interim_sums;

-- custody_internal.newest_sums
CREATE VIEW custody_internal.newest_sums (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `newest_as_of` DateTime64(6, 'UTC'),
    `build` UInt64) AS SELECT env_id, span, starts_at, newest.2 AS newest_as_of, newest.3 AS build FROM (SELECT env_id, span, starts_at, max((is_last, as_of, s.build)) AS newest FROM custody_internal.written_sums AS s GROUP BY env_id, span, starts_at);

-- custody_internal.open_hours
CREATE VIEW custody_internal.open_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC')) AS SELECT env_id, hour FROM custody_internal.hour_states WHERE NOT is_sealed;

-- custody_internal.open_spans
CREATE VIEW custody_internal.open_spans (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC')) AS SELECT env_id, span, starts_at FROM (SELECT env_id, span, starts_at FROM (SELECT env_id, CAST(arrayJoin(['day', 'month']), 'Enum8(\'hour\' = 0, \'day\' = 1, \'month\' = 2)') AS span, if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at, said_at AS at, toDateTime64(0, 6, 'UTC') AS named_as_of, true AS is_said FROM custody_internal.hour_states UNION ALL SELECT env_id, span, starts_at, toDateTime64(0, 6, 'UTC'), as_of, false FROM custody_internal.seals WHERE span != 'hour') GROUP BY env_id, span, starts_at HAVING max(is_said) AND (NOT (max(named_as_of) > max(at))));

-- custody_internal.poller_reports
CREATE TABLE custody_internal.poller_reports (`env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `as_of` DateTime64(3, 'UTC'),
    `rows_listed` UInt64,
    `rows_read` UInt64,
    `rows_missing` UInt64,
    `oldest_open` Nullable(DateTime64(3, 'UTC')),
    `requests_spent` UInt64,
    `requests_refused` UInt64,
    `requests_per_minute` Nullable(Float64),
    `facts_unreadable` Array(String),
    `evidence_owed` Nullable(UInt64) COMMENT 'decisions whose detailed entry is still to be read',
    `evidence_oldest_owed` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the oldest of them occurred; Permit deletes it first',
    `evidence_read` Nullable(UInt64) COMMENT 'detailed entries read since the first start',
    `evidence_deleted_first` Nullable(UInt64) COMMENT 'deleted by Permit before they were read, likewise',
    `read_from` Nullable(DateTime64(3, 'UTC')) COMMENT 'everything listed from here on was handed on',
    `read_until` Nullable(DateTime64(3, 'UTC')) COMMENT 'up to here; by the source\'s clock') ENGINE = ReplacingMergeTree(as_of) ORDER BY env_id SETTINGS index_granularity = 8192;

-- custody_internal.reattribution_progress
CREATE TABLE custody_internal.reattribution_progress (`env_id` LowCardinality(String),
    `kind` LowCardinality(String),
    `listed_at` DateTime64(3, 'UTC'),
    `position` UInt64,
    `written_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(position) ORDER BY (env_id, kind) SETTINGS index_granularity = 8192;

-- custody_internal.reattribution_terms
CREATE TABLE custody_internal.reattribution_terms (`term` UUID,
    `began_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = MergeTree ORDER BY began_at TTL toDateTime(began_at) + toIntervalYear(1) SETTINGS index_granularity = 8192;

-- custody_internal.rollup_calls
CREATE TABLE custody_internal.rollup_calls (`env_id` LowCardinality(String),
    `level` Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4),
    `starts_at` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `build` UInt64 CODEC(ZSTD(1)),
    `agent_key` LowCardinality(String),
    `human_key` LowCardinality(String),
    `human_candidates` Array(LowCardinality(String)),
    `attribution` LowCardinality(String),
    `trust_level` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason_code` LowCardinality(String),
    `decisions` UInt64 CODEC(T64, ZSTD(1)),
    `first_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `last_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree PARTITION BY (level, toYear(starts_at)) ORDER BY (env_id, starts_at, agent_key, server, tool, human_key, decision) SETTINGS index_granularity = 1024;

-- custody_internal.rollup_denials
CREATE TABLE custody_internal.rollup_denials (`env_id` LowCardinality(String),
    `level` Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4),
    `starts_at` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `build` UInt64 CODEC(ZSTD(1)),
    `agent_key` LowCardinality(String),
    `human_key` LowCardinality(String),
    `human_candidates` Array(LowCardinality(String)),
    `attribution` LowCardinality(String),
    `trust_level` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason_code` LowCardinality(String),
    `decisions` UInt64 CODEC(T64, ZSTD(1)),
    `first_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `last_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree PARTITION BY (level, toYear(starts_at)) ORDER BY (env_id, starts_at, agent_key, server, tool, human_key) SETTINGS index_granularity = 8192;

-- custody_internal.rollup_principals
CREATE TABLE custody_internal.rollup_principals (`env_id` LowCardinality(String),
    `level` Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4),
    `starts_at` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `build` UInt64 CODEC(ZSTD(1)),
    `agent_key` LowCardinality(String),
    `human_key` LowCardinality(String),
    `attribution` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `decisions` UInt64 CODEC(T64, ZSTD(1)),
    `first_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `last_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree PARTITION BY (level, toYear(starts_at)) ORDER BY (env_id, starts_at, agent_key, human_key, decision) SETTINGS index_granularity = 8192;

-- custody_internal.rollup_tools
CREATE TABLE custody_internal.rollup_tools (`env_id` LowCardinality(String),
    `level` Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4),
    `starts_at` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `build` UInt64 CODEC(ZSTD(1)),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `decisions` UInt64 CODEC(T64, ZSTD(1)),
    `first_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `last_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree PARTITION BY (level, toYear(starts_at)) ORDER BY (env_id, starts_at, server, tool, decision) SETTINGS index_granularity = 8192;

-- custody_internal.rollup_verdicts
CREATE TABLE custody_internal.rollup_verdicts (`env_id` LowCardinality(String),
    `level` Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4),
    `starts_at` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `build` UInt64 CODEC(ZSTD(1)),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason_code` LowCardinality(String),
    `decisions` UInt64 CODEC(T64, ZSTD(1)),
    `first_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `last_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree PARTITION BY (level, toYear(starts_at)) ORDER BY (env_id, starts_at, decision, reason_code) SETTINGS index_granularity = 8192;

-- custody_internal.said_of_stored
CREATE MATERIALIZED VIEW custody_internal.said_of_stored TO custody_internal.stored_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC')) AS SELECT DISTINCT env_id, toDateTime(toStartOfHour(occurred_at), 'UTC') AS hour FROM custody_internal.decisions;

-- custody_internal.seal_drafts
CREATE TABLE custody_internal.seal_drafts (`attempt` UUID,
    `env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `as_of_us` Int64,
    `build` UInt64,
    `revision` UInt32,
    `state` Enum8('complete' = 0, 'empty' = 1, 'incomplete' = 2),
    `stored` UInt64,
    `listed` UInt64,
    `dead_letters` UInt64,
    `missing` UInt64,
    `deleted_at_source` UInt64,
    `unreadable_seconds` UInt32,
    `listed_ids_xor` String,
    `reasons` Array(String),
    `causes` Array(String),
    `content` String,
    `digest` String,
    `previous_digest` String,
    `windows_updated_at_ms` Int64,
    `drafted_at` DateTime('UTC') DEFAULT now()) ENGINE = MergeTree ORDER BY attempt TTL drafted_at + toIntervalDay(1) SETTINGS merge_with_ttl_timeout = 3600, index_granularity = 8192;

-- custody_internal.seals
CREATE TABLE custody_internal.seals (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `as_of` DateTime64(6, 'UTC'),
    `build` UInt64,
    `revision` UInt32,
    `state` Enum8('complete' = 0, 'empty' = 1, 'incomplete' = 2),
    `stored` UInt64,
    `listed` UInt64,
    `dead_letters` UInt64,
    `missing` UInt64,
    `unreadable_seconds` UInt32,
    `reasons` Array(String),
    `content` String,
    `digest` String,
    `windows_updated_at` DateTime64(3, 'UTC'),
    `sealed_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    `deleted_at_source` UInt64 COMMENT 'entries that the source no longer lists',
    `listed_ids_xor` String COMMENT 'the ids that the source listed, XORed; \'\' where not known',
    `causes` Array(String) COMMENT 'why it was sealed anew: rows, listing, dead_letters, verification',
    `previous_digest` String COMMENT 'of the revision before; \'\' of the first. From the newest seal it leads back through the chain') ENGINE = MergeTree ORDER BY (env_id, span, starts_at, as_of) SETTINGS index_granularity = 8192;

-- custody_internal.stored_hours
CREATE TABLE custody_internal.stored_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `stored_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(stored_at) ORDER BY (env_id, hour) SETTINGS index_granularity = 8192;

-- custody_internal.summed_calls
CREATE VIEW custody_internal.summed_calls (`env_id` LowCardinality(String),
    `level` Enum8('five_minutes' = 0, 'quarter' = 1, 'hour' = 2, 'day' = 3, 'month' = 4),
    `starts_at` DateTime('UTC'),
    `build` UInt64,
    `agent_key` LowCardinality(String),
    `human_key` LowCardinality(String),
    `human_candidates` Array(LowCardinality(String)),
    `attribution` LowCardinality(String),
    `trust_level` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `decision` Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    `reason_code` LowCardinality(String),
    `decisions` UInt64,
    `first_at` DateTime64(3, 'UTC'),
    `last_at` DateTime64(3, 'UTC')) AS SELECT * FROM custody_internal.rollup_calls;

-- custody_internal.token_uses
CREATE TABLE custody_internal.token_uses (`token_id` UUID,
    `used_at` DateTime64(3, 'UTC')) ENGINE = ReplacingMergeTree(used_at) ORDER BY token_id SETTINGS index_granularity = 8192;

-- custody_internal.tokens
CREATE TABLE custody_internal.tokens (`token_id` UUID,
    `version` UInt8,
    `name` String,
    `level` LowCardinality(String),
    `secret_sha256` String,
    `hint` String,
    `env_ids` Array(String),
    `servers` Array(String),
    `humans` Array(String),
    `created_at` DateTime64(3, 'UTC'),
    `created_by` String,
    `expires_at` Nullable(DateTime64(3, 'UTC')),
    `revoked_at` Nullable(DateTime64(3, 'UTC')),
    `revoked_by` String) ENGINE = ReplacingMergeTree(version) ORDER BY token_id SETTINGS index_granularity = 8192;

-- custody_internal.touched_hours
CREATE TABLE custody_internal.touched_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `position` UInt64,
    `why` LowCardinality(String),
    `is_settled` Bool,
    `touched_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(touched_at) ORDER BY (env_id, hour) SETTINGS index_granularity = 8192;

-- custody_internal.unsummed_hours
CREATE VIEW custody_internal.unsummed_hours (`env_id` LowCardinality(String),
    `hour` DateTime('UTC')) AS SELECT env_id, hour FROM custody_internal.hour_sums WHERE NOT is_summed;

-- custody_internal.unsummed_spans
CREATE VIEW custody_internal.unsummed_spans (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC')) AS SELECT env_id, span, starts_at FROM (SELECT env_id, span, starts_at FROM (SELECT env_id, CAST(arrayJoin(['day', 'month']), 'Enum8(\'hour\' = 0, \'day\' = 1, \'month\' = 2)') AS span, if(span = 'day', toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC')) AS starts_at, said_at AS at, toDateTime64(0, 6, 'UTC') AS named_as_of, true AS is_said FROM custody_internal.hour_sums UNION ALL SELECT env_id, span, starts_at, toDateTime64(0, 6, 'UTC'), as_of, false FROM custody_internal.seals WHERE span != 'hour' UNION ALL SELECT env_id, span, starts_at, toDateTime64(0, 6, 'UTC'), as_of, false FROM custody_internal.interim_sums WHERE span != 'hour') GROUP BY env_id, span, starts_at HAVING max(is_said) AND (NOT (max(named_as_of) > max(at))));

-- custody_internal.verdict_ends
CREATE TABLE custody_internal.verdict_ends (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2, 'ever' = 3),
    `starts_at` DateTime('UTC'),
    `agent_key` LowCardinality(String),
    `server` LowCardinality(String),
    `tool` LowCardinality(String),
    `first` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String), required_level LowCardinality(String)),
    `last` Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2), human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String), required_level LowCardinality(String)),
    `is_gone` UInt8,
    `revision` UInt64) ENGINE = ReplacingMergeTree(revision, is_gone) ORDER BY (env_id, span, starts_at, agent_key, server, tool) SETTINGS index_granularity = 8192;

-- custody_internal.verifications
CREATE TABLE custody_internal.verifications (`finding_id` UUID,
    `at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    `env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `kind` LowCardinality(String),
    `subject` String,
    `expected` String,
    `found` String,
    `action` LowCardinality(String),
    `resolved_at` Nullable(DateTime64(6, 'UTC'))) ENGINE = MergeTree ORDER BY (env_id, starts_at, finding_id, at) SETTINGS index_granularity = 8192;

-- custody_internal.verified_spans
CREATE TABLE custody_internal.verified_spans (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `verified_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')) ENGINE = ReplacingMergeTree(verified_at) ORDER BY (env_id, span, starts_at) SETTINGS index_granularity = 8192;

-- custody_internal.windows_by_hour
CREATE TABLE custody_internal.windows_by_hour (`env_id` LowCardinality(String),
    `env_name` LowCardinality(String),
    `hour` DateTime('UTC'),
    `windows` Array(Tuple(from_at DateTime64(3, 'UTC'), to_at DateTime64(3, 'UTC'), facet String, state String, proof String, listed UInt64, counted Nullable(UInt64), deleted_at_source UInt64, read_at Nullable(DateTime64(3, 'UTC')), reason String)),
    `updated_at` DateTime64(3, 'UTC'),
    `ids_xor` Array(String) COMMENT 'of the ids that each of windows listed, in their order; \'\' or absent where not known',
    `backfill_asked_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'decisions of the hour that land after it are history that was asked for') ENGINE = ReplacingMergeTree(updated_at) ORDER BY (env_id, hour) SETTINGS index_granularity = 8192;

-- custody_internal.written_seals
CREATE VIEW custody_internal.written_seals (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `as_of` DateTime64(6, 'UTC'),
    `build` UInt64,
    `sealed_at` DateTime64(6, 'UTC'),
    `is_last` Bool) AS SELECT env_id, span, starts_at, as_of, build, sealed_at, false AS is_last FROM custody_internal.seals UNION ALL SELECT env_id, CAST('hour', 'Enum8(\'hour\' = 0, \'day\' = 1, \'month\' = 2)') AS span, hour AS starts_at, as_of, build, as_of AS sealed_at, true AS is_last FROM custody_internal.expired_hours FINAL WHERE as_of > 0;

-- custody_internal.written_sums
CREATE VIEW custody_internal.written_sums (`env_id` LowCardinality(String),
    `span` Enum8('hour' = 0, 'day' = 1, 'month' = 2),
    `starts_at` DateTime('UTC'),
    `as_of` DateTime64(6, 'UTC'),
    `build` UInt64,
    `named_at` DateTime64(6, 'UTC'),
    `is_last` Bool) AS SELECT env_id, span, starts_at, as_of, build, sealed_at AS named_at, false AS is_last FROM custody_internal.seals UNION ALL SELECT env_id, CAST('hour', 'Enum8(\'hour\' = 0, \'day\' = 1, \'month\' = 2)') AS span, hour AS starts_at, as_of, build, as_of AS named_at, true AS is_last FROM custody_internal.expired_hours FINAL WHERE as_of > 0 UNION ALL SELECT env_id, span, starts_at, as_of, build, named_at, false AS is_last FROM custody_internal.interim_sums;
