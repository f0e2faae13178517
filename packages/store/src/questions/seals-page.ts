import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import { sealStates } from '../seals/seal.ts';
import { Binder, question } from './question.ts';
import { environmentScopeSql, type Scope } from './scope.ts';
import { type Filter, filterSql } from './selection.ts';

/** A row of `custody.seals`; times are RFC 3339. */
export const sealRow = z.object({
  env_id: z.string(),
  env_name: z.string(),
  hour: z.string(),
  state: z.enum(sealStates),
  revision: z.number().describe('How often what the seal says has changed, from 1'),
  decisions: z.number().describe('In the store'),
  listed: z.number().describe('By the source'),
  dead_letters: z.number(),
  missing: z.number().describe('Listed, and neither stored nor dead letters'),
  deleted_at_source: z.number().describe('What the source no longer lists'),
  unreadable_seconds: z.number(),
  reasons: z.array(z.string()).describe('Why it is incomplete'),
  content: z.string().describe('Digest of the stored decisions, in whatever order'),
  digest: z.string().describe('SHA-256 over previous_digest and what the seal says'),
  previous_digest: z.string().describe('Of the revision before; empty for the first'),
  as_of: z.string().describe('What was stored by then is in it'),
  sealed_at: z.string(),
  is_current: z.boolean().describe('Nothing was stored or changed in the hour since'),
  raw_expired: z.boolean().describe('Its decisions are kept as sums only'),
});

export interface SealsWanted {
  /** Hours that begin in it. */
  readonly range: TimeRange;
  readonly environment: Filter | null;
  /** A seal is of a whole environment: its environments alone count. */
  readonly scope: Scope;
  /** None: all of them. */
  readonly states: readonly z.infer<typeof sealRow>['state'][];
}

/** Where a page of seals ended. */
export interface SealPosition {
  readonly hourStartMs: number;
  readonly envId: string;
}

const columns = Object.keys(sealRow.shape).join(', ');

/** The newest seal of each hour, the newest hours first. */
export function sealsPage(
  { range, environment, scope, states }: SealsWanted,
  after: SealPosition | null,
  limit: number,
) {
  const binder = new Binder();
  const hour = (ms: number) => `toDateTime(intDiv(${binder.bind(ms, 'Int64')}, 1000), 'UTC')`;
  // The first hour that begins in the range.
  const conditions = [`hour >= ${hour(Math.ceil(range.fromMs / 1_000) * 1_000)}`, `hour < ${hour(range.toMs + 999)}`];
  conditions.push(...environmentScopeSql(scope, binder));
  if (environment !== null) conditions.push(...filterSql(environment, binder));
  if (states.length > 0) conditions.push(`state IN ${binder.bind(states, 'Array(String)')}`);
  if (after !== null) {
    const at = hour(after.hourStartMs);
    conditions.push(`(hour < ${at} OR hour = ${at} AND env_id > ${binder.bind(after.envId, 'String')})`);
  }
  const sql = `SELECT ${columns}
FROM custody.seals
WHERE ${conditions.join(' AND ')}
ORDER BY hour DESC, env_id
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question('seals.page', sql, binder, sealRow);
}
