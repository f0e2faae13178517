import { z } from 'zod';
import { Binder, question } from './question.ts';
import { instantSql, type Selection, whereSql } from './selection.ts';

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

/** Newest first; rows of one millisecond in the order of their ids, so that a position names exactly one place. */
export function decisionsPage(selection: Selection, after: PagePosition | null, limit: number) {
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
  return question('decisions.page', sql, binder, decisionRow);
}
