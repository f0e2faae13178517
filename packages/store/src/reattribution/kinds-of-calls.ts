import { hourMs, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { inNewParts } from '../new-parts.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows, inScope, type RowScope, scopeParams, scopeValues } from './rows-in-scope.ts';

const hoursInScope = defineQuery({
  name: 'reattribution.hours',
  // Without FINAL: versions that were replaced are counted too, which only makes a step smaller.
  sql: `SELECT toUnixTimestamp(toStartOfHour(d.occurred_at)) AS hour_seconds, count() AS rows
FROM custody_internal.decisions AS d
WHERE ${inScope}
GROUP BY hour_seconds
ORDER BY hour_seconds DESC`,
  params: scopeParams,
  row: z.object({ hour_seconds: z.number(), rows: z.number() }),
});

const behindInHours = defineQuery({
  name: 'reattribution.behind',
  sql: `SELECT env_id, min(toUnixTimestamp(toStartOfHour(occurred_at))) AS from_seconds,
  max(toUnixTimestamp(toStartOfHour(occurred_at))) AS last_seconds
FROM custody_internal.decisions
WHERE ${inNewParts('ingested_ms')}
  AND ingested_at >= fromUnixTimestamp64Milli({ingested_ms:Int64}, 'UTC')
  AND grants_position % 281474976710656 < {position:UInt64}
GROUP BY env_id`,
  params: z.object({ ingested_ms: z.number().int(), position: z.number().int() }),
  row: z.object({ env_id: z.string(), from_seconds: z.number(), last_seconds: z.number() }),
});

/** Decisions that attribution cannot tell apart but by their time. */
const kindOfCall = z.object({
  agent_key: z.string(),
  agent_name: z.string(),
  server: z.string(),
  tool: z.string(),
  decision: z.enum(['allow', 'deny', 'unknown']),
  evidence_humans: z.array(z.string()),
});

const kindsInScope = defineQuery({
  name: 'reattribution.kinds',
  sql: `SELECT
  d.agent_key AS agent_key, d.agent_name AS agent_name, d.server AS server, d.tool AS tool, d.decision AS decision,
  CAST(d.evidence_humans, 'Array(String)') AS evidence_humans, count() AS rows
FROM custody_internal.decisions AS d FINAL
WHERE ${inScope}
GROUP BY agent_key, agent_name, server, tool, decision, evidence_humans`,
  params: scopeParams,
  row: kindOfCall.extend({ rows: z.number() }),
});

export type KindOfCall = z.infer<typeof kindOfCall>;

/** Rows of an hour. */
export interface HourOfRows {
  readonly hourStartMs: number;
  /** At least so many as there are. */
  readonly rows: number;
}

/** The hours that have rows in scope, the newest first. */
export async function readHoursInScope(
  client: StoreClient,
  scope: RowScope,
  options: StatementOptions = {},
): Promise<HourOfRows[]> {
  const rows = await runQuery(client, hoursInScope, scopeValues(scope), { ...options, settings: behindLiveRows });
  return rows.map(({ hour_seconds, rows: count }) => ({ hourStartMs: hour_seconds * secondMs, rows: count }));
}

/** The distinct kinds of calls in scope, and how many rows each has. */
export function readKindsOfCalls(client: StoreClient, scope: RowScope, options: StatementOptions = {}) {
  return runQuery(client, kindsInScope, scopeValues(scope), { ...options, settings: behindLiveRows });
}

/** Rows of an environment, by the hours in which they occurred. */
export interface RowsBehind extends TimeRange {
  readonly envId: string;
}

/** Where rows are that were ingested since a moment and attributed without what was known then, at `position`. */
export async function readRowsBehind(
  client: StoreClient,
  ingestedFromMs: number,
  position: number,
  options: StatementOptions = {},
): Promise<RowsBehind[]> {
  const params = { ingested_ms: ingestedFromMs, position };
  const rows = await runQuery(client, behindInHours, params, { ...options, settings: behindLiveRows });
  return rows.map(({ env_id: envId, from_seconds, last_seconds }) => ({
    envId,
    fromMs: from_seconds * secondMs,
    toMs: last_seconds * secondMs + hourMs,
  }));
}
