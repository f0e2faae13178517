import {
  type BacktestRows,
  type HistoryModel,
  hourOf,
  type QuarterRow,
  type SeenRow,
  type TimeRange,
  type WatchedKind,
} from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import type { Scope } from '../questions/scope.ts';
import { learnedBuckets } from './histories.ts';
import { type PastRequest, readPastCounts, readPastSweeps } from './past-denials.ts';
import { readReadings } from './reading.ts';
import { readCalls, readSeen } from './seen.ts';
import { bucketMs } from './series-sql.ts';

export interface BacktestRowsRequest {
  /** `null` for all that were ever read. */
  readonly envIds: readonly string[] | null;
  /** What is judged, at edges of buckets. */
  readonly range: TimeRange;
  /** Denials from here on are handed over by minutes; the counts end here. At an edge of buckets. */
  readonly minutesFromMs: number;
  readonly nowMs: number;
  /** Of what the past is read. */
  readonly scope: Scope;
  readonly model: HistoryModel;
}

const quarterRow = z.object({
  env_id: z.string(),
  start_ms: z.number(),
  decisions: z.number(),
  first_ms: z.number(),
  last_ms: z.number(),
});

async function readQuarterTimes(
  client: StoreClient,
  request: PastRequest,
  options: StatementOptions,
): Promise<Map<string, QuarterRow[]>> {
  const rows = await readCalls(
    client,
    {
      ...{ ...request, key: 'quarter times', columns: ['decision'], grains: ['15m'] as const },
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toUnixTimestamp(toStartOfFifteenMinutes(at)) * 1000 AS start_ms,
  sum(counted) AS decisions, toUnixTimestamp64Milli(min(first_at)) AS first_ms, toUnixTimestamp64Milli(max(last_at)) AS last_ms
FROM ${source} GROUP BY env_id, start_ms ORDER BY env_id, start_ms`;
        return question('detection.quarter_times', sql, binder, quarterRow);
      },
    },
    options,
  );
  return new Map(
    [...Map.groupBy(rows, ({ env_id }) => env_id)].map(([envId, own]) => [
      envId,
      own.map(({ start_ms, decisions, first_ms, last_ms }) => ({
        ...{ startMs: start_ms, count: decisions, firstMs: first_ms, lastMs: last_ms },
      })),
    ]),
  );
}

/**
 * What a back-test of a range rests on, beside the denials that it judges: the counts of four weeks before, when series were
 * seen first, and what was read. In a handful of statements. Throws `STORE_*`.
 */
export async function readBacktestPast(
  client: StoreClient,
  { envIds: asked, range, minutesFromMs, nowMs, scope, model }: BacktestRowsRequest,
  options: StatementOptions = {},
): Promise<BacktestRows[]> {
  const { fromBucket } = learnedBuckets(model, Math.floor(minutesFromMs / bucketMs));
  const memory = { fromMs: hourOf(fromBucket * bucketMs), toMs: range.toMs };
  const environments = await readReadings(client, { envIds: asked, range: memory, nowMs }, options);
  const envIds = environments.map(({ envId }) => envId).sort();
  if (envIds.length === 0) return [];
  const past = { envIds, range: { ...memory, toMs: minutesFromMs }, scope };
  // One large answer at a time: each takes many times the room of what is kept of it.
  const [seen, quarters] = await Promise.all([
    readSeen(client, envIds, memory, options, scope),
    readQuarterTimes(client, { ...past, range: memory }, options),
  ]);
  const sweeps = await readPastSweeps(client, past, options);
  const counts = await readPastCounts(client, past, options);
  const seenBy = new Map<string, SeenRow[]>();
  for (const [name, { firstMs }] of seen) {
    const [envId, kind, key] = JSON.parse(name) as [string, WatchedKind, string];
    const own = seenBy.get(envId) ?? [];
    own.push({ kind, key, firstMs });
    seenBy.set(envId, own);
  }
  return environments.map(({ envId, envName, reading }): BacktestRows => {
    const { readUntilMs, provenUntilMs, observedSinceMs, unread } = reading;
    return {
      ...{ envId, envName, readUntilMs, provenUntilMs, observedSinceMs, unread },
      counts: counts.get(envId) ?? [],
      seen: seenBy.get(envId) ?? [],
      sweeps: sweeps.get(envId) ?? [],
      quarters: quarters.get(envId) ?? [],
    };
  });
}
