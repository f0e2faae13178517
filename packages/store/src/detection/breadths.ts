import type { CountInBucket, HistoryModel, MaskedSubject, SeriesName, TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type Binder, question } from '../questions/question.ts';
import { inStatements, oneOf, readDenials } from './denials.ts';
import { learnedBuckets } from './histories.ts';
import { bucketMs, toolSql } from './series-sql.ts';

export interface BreadthsRequest {
  readonly envIds: readonly string[];
  /** The bucket that has just begun. */
  readonly nowBucket: number;
  readonly model: HistoryModel;
  /** Agents by their names, or one in so many. */
  readonly which: { readonly names: readonly SeriesName[] } | { readonly oneIn: number };
  readonly masked: readonly MaskedSubject[];
}

/** How many distinct tools an agent was denied, in how many buckets, or bucket by bucket where some of them are masked. */
export interface NamedBreadth {
  readonly envId: string;
  readonly agentKey: string;
  readonly buckets: readonly number[] | null;
  readonly counts: readonly CountInBucket[] | null;
  readonly masked: readonly TimeRange[];
}

/** More are told as so many. */
const mostTools = 100;
/** What these found of an agent is no part of what is usual for it. */
const masking = ['sweep', 'spike'];

const breadthRow = z.object({
  env_id: z.string(),
  agent: z.string(),
  by_tools: z.tuple([z.array(z.number()), z.array(z.number())]),
  by_bucket: z.array(z.tuple([z.number(), z.number()])),
});

/** What alerts keep out of the history of agents, by `breadthKey`. */
export function masksOfAgents(masked: readonly MaskedSubject[]): Map<string, TimeRange[]> {
  const own = masked.filter(({ kind, detector }) => kind === 'agent' && masking.includes(detector));
  const byAgent = Map.groupBy(own, ({ envId, key }) => breadthKey(envId, key));
  return new Map(
    [...byAgent].map(([name, those]) => [
      name,
      those.flatMap(({ ranges }) => ranges).sort((a, b) => a.fromMs - b.fromMs),
    ]),
  );
}

export function breadthKey(envId: string, agentKey: string): string {
  return JSON.stringify([envId, agentKey]);
}

/** Which agents are told bucket by bucket: those that are masked, or all where those are more than a statement can name. */
function isMaskedSql(masked: readonly SeriesName[], binder: Binder): string {
  if (masked.length === 0) return 'false';
  if (inStatements(masked).length > 1) return 'true';
  const lists = [masked.map(({ envId }) => envId), masked.map(({ key }) => key)];
  const [envIds, keys] = lists.map((list) => binder.bind(list, 'Array(String)'));
  return `(env_id, agent) IN (SELECT arrayJoin(arrayZip(${envIds}, ${keys})))`;
}

function breadthsSql(
  source: string,
  { which }: BreadthsRequest,
  masked: readonly SeriesName[],
  binder: Binder,
): string {
  const isChosen = 'oneIn' in which ? ` AND sipHash64(agent_key) % ${binder.bind(which.oneIn, 'UInt32')} = 0` : '';
  const isMasked = isMaskedSql(masked, binder);
  return `SELECT env_id, agent, sumMapIf([tools], [toUInt64(1)], NOT is_masked) AS by_tools,
  arraySort(groupArrayIf((bucket, tools), is_masked)) AS by_bucket
FROM (
  SELECT env_id, agent, bucket, tools, ${isMasked} AS is_masked
  FROM (
    SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, bucket,
      toUInt16(least(uniqExact(${toolSql}), ${mostTools})) AS tools
    FROM ${source} WHERE tool != '' AND agent_key != ''${isChosen} GROUP BY env_id, agent, bucket
  )
)
GROUP BY env_id, agent`;
}

function byTools({ by_tools: [tools, times], by_bucket }: z.infer<typeof breadthRow>): number[] {
  const buckets: number[] = [];
  const add = (count: number, more: number) => {
    while (buckets.length <= count) buckets.push(0);
    buckets[count] = (buckets[count] ?? 0) + more;
  };
  tools.forEach((count, at) => void add(count, times[at] ?? 0));
  for (const [, count] of by_bucket) add(count, 1);
  return buckets;
}

/** How wide agents were denied in the buckets of the history; those without a denial are not told. Throws `STORE_*`. */
export async function readBreadths(
  client: StoreClient,
  request: BreadthsRequest,
  options: StatementOptions = {},
): Promise<NamedBreadth[]> {
  const { envIds, nowBucket, model, which } = request;
  const keys = 'names' in which ? which.names.map(({ key }) => key) : null;
  if (envIds.length === 0 || keys?.length === 0) return [];
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const masks = masksOfAgents(request.masked);
  const asked = keys === null ? null : new Set(keys);
  const masked = [...masks.keys()]
    .sort()
    .map((name) => JSON.parse(name) as [string, string])
    .filter(([, key]) => asked === null || asked.has(key))
    .map(([envId, key]) => ({ envId, kind: 'agent' as const, key }));
  const rows = await readDenials(
    client,
    {
      key: JSON.stringify(['breadths', which, nowBucket, masked]),
      envIds,
      range: { fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs },
      ...(keys !== null && { filters: [oneOf('agent_key', keys)] }),
      compose: (source, binder) =>
        question('detection.breadths', breadthsSql(source, request, masked, binder), binder, breadthRow),
    },
    options,
  );
  return rows.map((row) => {
    const { env_id: envId, agent: agentKey, by_bucket } = row;
    const ranges = masks.get(breadthKey(envId, agentKey));
    const past =
      ranges === undefined
        ? { buckets: byTools(row), counts: null }
        : { buckets: null, counts: by_bucket.map(([bucket, count]) => ({ bucket, count })) };
    return { envId, agentKey, ...past, masked: ranges ?? [] };
  });
}
