import { secondMs, type TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { flipTerms } from '../terms.ts';

/** Whole hours of an environment, of one month. */
export interface FlipRange extends TimeRange {
  readonly envId: string;
}

/** What is known of a call, in the order in which calls are sorted: its time first, then its id. */
const call =
  '(occurred_at, decision_id, decision, human_key, trust_level, ceiling_level, required_level)::' +
  `Tuple(at DateTime64(3, 'UTC'), decision_id UUID, verdict Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2),
    human_key LowCardinality(String), trust_level LowCardinality(String), ceiling_level LowCardinality(String),
    required_level LowCardinality(String))`;

const decisionsInRange = `FROM custody_internal.decisions FINAL
    WHERE env_id = {env_id:String} AND decision != 'unknown'
      AND occurred_at >= toDateTime({from:UInt32}, 'UTC') AND occurred_at < toDateTime({to:UInt32}, 'UTC')`;
const hoursInRange = `env_id = {env_id:String} AND span = 'hour'
      AND starts_at >= toDateTime({from:UInt32}, 'UTC') AND starts_at < toDateTime({to:UInt32}, 'UTC')`;

const access = 'agent_key, server, tool';
/** The first or the last call of every access and hour. Sorted, since aggregates of tuples take ten times as long. */
const endOfHours = (order: '' | ' DESC') => `SELECT toStartOfHour(occurred_at) AS hour, ${access}, ${call} AS call
    ${decisionsInRange}
    ORDER BY hour, ${access}, occurred_at${order}, decision_id${order}
    LIMIT 1 BY hour, ${access}`;

// An hour whose row stays as it is writes nothing; longer spans are told of the others' last calls.
const findEnds = `INSERT INTO custody_internal.verdict_ends
WITH
  fresh AS (
    SELECT hour, ${access}, f.call AS first, l.call AS last
    FROM (${endOfHours('')}) AS f
    INNER JOIN (${endOfHours(' DESC')}) AS l USING (hour, ${access})
  ),
  stored AS (
    SELECT starts_at AS hour, ${access}, if(first.at = 0, last, first) AS first, last, 1 AS is_stored
    FROM custody_internal.verdict_ends FINAL
    WHERE ${hoursInRange}
  )
SELECT
  {env_id:String} AS env_id,
  arrayJoin(if(is_gone, ['hour'], ['hour', 'day', 'month', 'ever']))::Enum8('hour' = 0, 'day' = 1, 'month' = 2, 'ever' = 3) AS span,
  multiIf(
    span = 'hour', hour,
    span = 'day', toStartOfDay(hour),
    span = 'month', toDateTime(toStartOfMonth(hour), 'UTC'),
    toDateTime(0, 'UTC')) AS starts_at,
  agent_key, server, tool, if(span = 'hour' AND start != end, start, defaultValueOfArgumentType(start)) AS first, end AS last, is_gone,
  if(span = 'hour', toUnixTimestamp64Micro(now64(6)), toUnixTimestamp64Milli(end.at)) AS revision
FROM (
  SELECT n.hour AS hour, n.agent_key AS agent_key, n.server AS server, n.tool AS tool, n.first AS start, n.last AS end, 0 AS is_gone
  FROM fresh AS n
  LEFT JOIN stored AS s ON s.hour = n.hour AND s.agent_key = n.agent_key AND s.server = n.server AND s.tool = n.tool
  WHERE s.is_stored = 0 OR n.first != s.first OR n.last != s.last
  UNION ALL
  SELECT hour, ${access}, first AS start, last AS end, 1 AS is_gone
  FROM stored
  WHERE (hour, ${access}) NOT IN (SELECT toStartOfHour(occurred_at) AS hour, ${access} ${decisionsInRange})
)
WHERE ${flipTerms.newest} = {term:UUID}
SETTINGS join_use_nulls = 0`;

/** Of every access in the range: what came last before it. Hours of its first day, days of its month, months. */
const before = `SELECT agent_key, server, tool, argMax(last, last.at) AS call, 1 AS is_before
    FROM custody_internal.verdict_ends FINAL
    WHERE env_id = {env_id:String} AND (
        span = 'hour' AND starts_at >= toStartOfDay(toDateTime({from:UInt32}, 'UTC')) AND starts_at < toDateTime({from:UInt32}, 'UTC')
        OR span = 'day' AND starts_at >= toDateTime(toStartOfMonth(toDateTime({from:UInt32}, 'UTC')), 'UTC')
          AND starts_at < toStartOfDay(toDateTime({from:UInt32}, 'UTC'))
        OR span = 'month' AND starts_at < toDateTime(toStartOfMonth(toDateTime({from:UInt32}, 'UTC')), 'UTC'))
      AND (agent_key, server, tool) IN accesses
    GROUP BY agent_key, server, tool`;
/** What came first after it. */
const after = `SELECT agent_key, server, tool, argMin(if(first.at = 0, last, first), if(first.at = 0, last.at, first.at)) AS call, 0 AS is_before
    FROM custody_internal.verdict_ends FINAL
    WHERE env_id = {env_id:String} AND span = 'hour' AND starts_at >= toDateTime({to:UInt32}, 'UTC')
      AND (agent_key, server, tool) IN accesses
    GROUP BY agent_key, server, tool`;

// What is stored and was not found again is gone. A flip right after the range may come or go with what is in it.
const findFlips = `INSERT INTO custody_internal.flips
WITH
  accesses AS (SELECT DISTINCT agent_key, server, tool FROM custody_internal.verdict_ends WHERE ${hoursInRange}),
  following AS (${after})
SELECT
  {env_id:String} AS env_id, agent_key, server, tool, at, decision_id, pair.1 AS call, pair.2 AS previous, is_gone,
  toUnixTimestamp64Micro(now64(6)) AS revision
FROM (
  SELECT
    agent_key, server, tool, call.at AS at, call.decision_id AS decision_id, NOT max(NOT is_stored) AS is_gone,
    if(is_gone, any((call, previous)), anyIf((call, previous), NOT is_stored)) AS pair
  FROM (
    SELECT agent_key, server, tool, call, previous, 0 AS is_stored
    FROM (
      SELECT agent_key, server, tool, call, is_before,
        row_number() OVER calls AS number, lagInFrame(call) OVER calls AS previous
      FROM (
        SELECT agent_key, server, tool, ${call} AS call, 0 AS is_before ${decisionsInRange}
        UNION ALL SELECT * FROM following
        UNION ALL ${before}
      )
      WINDOW calls AS (PARTITION BY agent_key, server, tool ORDER BY call.at, call.decision_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    )
    WHERE number > 1 AND call.verdict != previous.verdict
    UNION ALL
    SELECT agent_key, server, tool, call, previous, 1 AS is_stored
    FROM custody_internal.flips FINAL
    WHERE env_id = {env_id:String} AND (agent_key, server, tool) IN accesses
      AND (
        at >= toDateTime({from:UInt32}, 'UTC') AND at < toDateTime({to:UInt32}, 'UTC')
        OR (agent_key, server, tool, decision_id) IN (SELECT agent_key, server, tool, call.decision_id FROM following))
  )
  GROUP BY agent_key, server, tool, at, decision_id
  HAVING count() = 1 OR uniqExact(call, previous) = 2
)
WHERE ${flipTerms.newest} = {term:UUID}`;

/**
 * Finds the flips among the decisions of the range, and the one right after it, and writes what differs from what is
 * stored; in the term only. May be repeated, and given up at any moment.
 */
export async function computeFlips(
  client: StoreClient,
  { envId, fromMs, toMs }: FlipRange,
  term: string,
  options: StatementOptions = {},
): Promise<void> {
  const params = { env_id: envId, from: fromMs / secondMs, to: toMs / secondMs, term };
  // One block, so that it is seen at once.
  const settings = { ...behindLiveRows, min_insert_block_size_rows: '100000000', min_insert_block_size_bytes: '0' };
  await client.command('flips.ends', findEnds, params, { ...options, settings });
  await client.command('flips.find', findFlips, params, { ...options, settings });
}
