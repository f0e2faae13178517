import type { CountInBucket, PastCountsRow, TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import type { Scope } from '../questions/scope.ts';
import { readDenials } from './denials.ts';
import { seriesSql, toolSql } from './series-sql.ts';

/** Whose past, and which. The ends of the range are edges of buckets. */
export interface PastRequest {
  readonly envIds: readonly string[];
  readonly range: TimeRange;
  readonly scope: Scope;
}

const countsRow = z.object({
  env_id: z.string(),
  kind: z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']),
  key: z.string(),
  counts: z.array(z.tuple([z.number(), z.number()])),
});

function countsOf(counts: readonly (readonly [number, number])[]): CountInBucket[] {
  return counts.map(([bucket, count]) => ({ bucket, count }));
}

/** What was denied to every series, bucket by bucket, by environment. Throws `STORE_*`. */
export async function readPastCounts(
  client: StoreClient,
  { envIds, range, scope }: PastRequest,
  options: StatementOptions = {},
): Promise<Map<string, PastCountsRow[]>> {
  const rows = await readDenials(
    client,
    {
      ...{ key: 'past counts', envIds, range, scope },
      compose: (source, binder) => {
        const sql = `SELECT env_id, kind, key, arraySort(groupArray((bucket, n))) AS counts
FROM (
  SELECT env_id, series.1 AS kind, series.2 AS key, bucket, sum(counted) AS n
  FROM (SELECT toString(env_id) AS env_id, bucket, counted, arrayJoin(${seriesSql}) AS series FROM ${source})
  GROUP BY env_id, kind, key, bucket
)
GROUP BY env_id, kind, key`;
        return question('detection.past_counts', sql, binder, countsRow);
      },
    },
    options,
  );
  return new Map(
    [...Map.groupBy(rows, ({ env_id }) => env_id)].map(([envId, own]) => [
      envId,
      own.map(({ kind, key, counts }) => ({ kind, key, counts: countsOf(counts) })),
    ]),
  );
}

const sweepsRow = z.object({ env_id: z.string(), agent: z.string(), most: z.array(z.tuple([z.number(), z.number()])) });

/** How many different tools agents were denied in each bucket that has any, by environment. Throws `STORE_*`. */
export async function readPastSweeps(
  client: StoreClient,
  { envIds, range, scope }: PastRequest,
  options: StatementOptions = {},
): Promise<Map<string, { agentKey: string; most: CountInBucket[] }[]>> {
  const rows = await readDenials(
    client,
    {
      ...{ key: 'past sweeps', envIds, range, scope },
      compose: (source, binder) => {
        const sql = `SELECT env_id, agent, arraySort(groupArray((bucket, tools))) AS most
FROM (
  SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, bucket, uniqExact(${toolSql}) AS tools
  FROM ${source} WHERE tool != '' AND agent_key != '' GROUP BY env_id, agent, bucket
)
GROUP BY env_id, agent`;
        return question('detection.past_sweeps', sql, binder, sweepsRow);
      },
    },
    options,
  );
  return new Map(
    [...Map.groupBy(rows, ({ env_id }) => env_id)].map(([envId, own]) => [
      envId,
      own.map(({ agent, most }) => ({ agentKey: agent, most: countsOf(most) })),
    ]),
  );
}
