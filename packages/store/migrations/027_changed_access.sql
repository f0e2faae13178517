-- The two halves of `custody.access_changes`, each by itself: who asks for changes of grants pays nothing for explaining flips, and who
-- asks for flips nothing for grants. The public view is as before.

-- Changes of grants, with the newest call that each bears on and that came after it; columns as the public view has them.
CREATE OR REPLACE VIEW custody_internal.changed_grants
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    c.at AS at, c.env_id AS env_id, c.kind AS kind, c.change AS change, c.agent_key AS agent_key, c.human_key AS human_key,
    c.server AS server, c.tool AS tool, c.level AS level, c.grant_id AS grant_id, c.not_before AS not_before,
    CAST('', 'LowCardinality(String)') AS cause,
    CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS cause_at,
    CAST(NULL, 'Nullable(UUID)') AS decision_id,
    CAST(NULL, 'Nullable(UUID)') AS previous_decision_id,
    if(n.call.at > c.at, n.call.decision_id, NULL) AS followed_by,
    if(n.call.at > c.at, n.call.at, NULL) AS followed_at
FROM custody_internal.grant_changes AS c
LEFT JOIN custody_internal.newest_calls AS n
    ON n.env_id = c.env_id AND n.kind = c.kind AND n.server = c.server AND n.tool = c.tool
        AND n.holder = if(c.kind = 'ceiling', c.human_key, c.agent_key)
SETTINGS join_use_nulls = 0;

-- Flips of verdicts, explained; columns as the public view has them.
CREATE OR REPLACE VIEW custody_internal.changed_verdicts
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    at, env_id,
    CAST('decision', 'LowCardinality(String)') AS kind,
    CAST(if(call.verdict = 'deny', 'denied', 'allowed'), 'LowCardinality(String)') AS change,
    toString(agent_key) AS agent_key,
    toString(if(call.human_key = '', previous.human_key, call.human_key)) AS human_key,
    server, tool,
    CAST(level, 'LowCardinality(String)') AS level,
    grant_id,
    previous.at AS not_before,
    CAST(cause, 'LowCardinality(String)') AS cause,
    cause_at,
    toNullable(decision_id) AS decision_id,
    toNullable(previous.decision_id) AS previous_decision_id,
    CAST(NULL, 'Nullable(UUID)') AS followed_by,
    CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS followed_at
FROM custody_internal.explained_flips
SETTINGS join_use_nulls = 0;

-- Public. As before.
CREATE OR REPLACE VIEW custody.access_changes
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
SELECT * FROM custody_internal.changed_grants
UNION ALL
SELECT * FROM custody_internal.changed_verdicts;
