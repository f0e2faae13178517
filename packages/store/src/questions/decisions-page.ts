import { dayMs, hourMs, hourOf, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { readNewestRows } from '../pieces/newest-rows.ts';
import { ask, Binder, question } from './question.ts';
import { type FilterColumn, instantSql, type Selection, whereSql } from './selection.ts';

/** A row of `custody.decisions`; times are RFC 3339. */
export const decisionRow = z.object({
  decision_id: z.string(),
  occurred_at: z.string(),
  env_id: z.string(),
  env_name: z.string(),
  tenant: z.string(),
  agent_key: z.string(),
  agent_name: z.string(),
  human_key: z.string(),
  human_name: z.string(),
  human_email: z.string(),
  human_candidates: z.array(z.string()),
  attribution: z.string(),
  evidence: z.string(),
  server: z.string(),
  resource: z.string(),
  tool: z.string(),
  decision: z.enum(['allow', 'deny', 'unknown']),
  reason: z.string(),
  reason_code: z.string(),
  trust_level: z.string(),
  ceiling_level: z.string(),
  required_level: z.string(),
  ingested_at: z.string(),
});

/** Where a page ended: the last row's time and id. */
export interface PagePosition {
  readonly occurredAtMs: number;
  readonly id: string;
}

const columns = Object.keys(decisionRow.shape).join(', ');

/** Rows of one millisecond in the order of their ids, so that a position names exactly one place. */
export function decisionsPage(
  selection: Selection,
  after: PagePosition | null,
  limit: number,
  name = 'decisions.page',
) {
  const binder = new Binder();
  const conditions = [whereSql(selection, binder)];
  if (after !== null) {
    const at = instantSql(after.occurredAtMs, binder);
    conditions.push(`occurred_at <= ${at}`);
    conditions.push(`(occurred_at < ${at} OR decision_id < ${binder.bind(after.id, 'UUID')})`);
  }
  const sql = `SELECT ${columns}
FROM custody.decisions
WHERE ${conditions.join(' AND ')}
ORDER BY occurred_at DESC, decision_id DESC
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question(name, sql, binder, decisionRow);
}

/** How many times as long each stretch is as the one after it: so many statements, and so much read in vain, at most. */
const widening = 8;

/** Whether few decisions are as asked: somebody's, of a tool, or for a reason. Then an hour hardly has any. */
function isRare({ filters, human, reasonText }: Selection): boolean {
  const rare: ReadonlySet<FilterColumn> = new Set(['agent_key', 'agent_name', 'tool', 'reason_code']);
  return (
    human !== null || reasonText !== '' || filters.some(({ include }) => include.some(({ column }) => rare.has(column)))
  );
}

/**
 * A range cut into stretches, the newest first: one of at least that length that begins with an hour, then longer and
 * longer ones.
 */
function* backwards({ fromMs, toMs }: TimeRange, firstMs: number): Generator<TimeRange> {
  let [endMs, lengthMs] = [toMs, firstMs];
  while (endMs > fromMs) {
    const startMs = Math.max(fromMs, hourOf(endMs - 1) - lengthMs);
    yield { fromMs: startMs, toMs: endMs };
    endMs = startMs;
    lengthMs *= widening;
  }
}

type DecisionOfPage = z.infer<typeof decisionRow>;

interface Page {
  readonly selection: Selection;
  readonly after: PagePosition | null;
  readonly limit: number;
}

/** The newest of a range, from its end on. */
async function readBackwards(
  client: StoreClient,
  { selection, after, limit }: Page,
  whole: TimeRange,
  options: StatementOptions,
): Promise<DecisionOfPage[]> {
  const rows: DecisionOfPage[] = [];
  const firstMs = isRare(selection) ? dayMs : hourMs;
  for (const range of backwards(whole, firstMs)) {
    rows.push(...(await ask(client, decisionsPage({ ...selection, range }, after, limit - rows.length), options)));
    if (rows.length >= limit) break;
  }
  return rows;
}

export interface PageOptions extends StatementOptions {
  /** The page has all that was stored before, by `performance.now()`. Default: before it is asked for. */
  readonly sinceMs?: number;
  /** Whether rows that are held from other questions may be taken, as long as nothing was said of them. */
  readonly isByPieces?: boolean;
}

/**
 * The newest decisions of a selection, or the newest before a position. Looked for from the end of the range backwards,
 * until there are enough: rows that come newest first lie in the last hours, as a rule, and the engine would read all of the
 * range to find the newest of them. Throws `STORE_*`.
 */
export async function readDecisionsPage(
  client: StoreClient,
  { selection, after, limit }: Page,
  options: PageOptions = {},
): Promise<readonly DecisionOfPage[]> {
  const { sinceMs, isByPieces = false, ...statement } = options;
  const read = (range: TimeRange, most: number, isShared = false) => {
    // What others may wait for is not bound to one client.
    const { signal, ...bounds } = statement;
    const own = isShared ? { ...bounds, isShared } : { ...bounds, signal };
    return readBackwards(client, { selection, after, limit: most }, range, own);
  };
  const { fromMs, toMs } = selection.range;
  if (after === null && isByPieces) {
    const found = await readNewestRows(
      client,
      { selection, limit, read },
      { ...statement, ...(sinceMs && { sinceMs }) },
    );
    if (found !== null) return found;
  }
  return read({ fromMs, toMs: after === null ? toMs : Math.min(toMs, after.occurredAtMs + 1) }, limit);
}
