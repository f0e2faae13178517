import { z } from 'zod';
import { defineQuery } from '../query.ts';
import { decisionRow } from './decisions-page.ts';
import { Binder, question } from './question.ts';
import { type Scope, scopeFilters } from './scope.ts';
import { filterSql } from './selection.ts';

const publicColumns = Object.keys(decisionRow.shape).filter((name) => name !== 'human_candidates');

/** A decision with what the public view leaves out. */
export const wholeDecisionRow = decisionRow.extend({
  consent_id: z.string(),
  consented_at: z.string(),
  evidence_humans: z.array(z.string()),
  occurred_at_ms: z.number(),
});

/**
 * One decision, where the scope shows it. Its place is found first, through the bloom filter on the id: place and id never
 * change, so any version tells them, and versions are folded in that place alone instead of in every month (10 M decisions: 14 ms of
 * the processor instead of 34). The scope decides after that: the human behind a decision may be another one in a newer version.
 */
export function decisionById(id: string, scope: Scope) {
  const binder = new Binder();
  const isAsked = `decision_id = ${binder.bind(id, 'UUID')}`;
  const place = `(env_id, occurred_at) IN (SELECT env_id, occurred_at FROM custody_internal.decisions WHERE ${isAsked})`;
  const conditions = [place, ...scopeFilters(scope).flatMap((filter) => filterSql(filter, binder))];
  const sql = `SELECT ${publicColumns.join(', ')}, CAST(human_candidates, 'Array(String)') AS human_candidates,
    consent_id, consented_at, CAST(evidence_humans, 'Array(String)') AS evidence_humans,
    toUnixTimestamp64Milli(occurred_at) AS occurred_at_ms
FROM custody_internal.decisions FINAL
PREWHERE ${isAsked}
WHERE ${conditions.join(' AND ')}
ORDER BY occurred_at
LIMIT 1`;
  // Any version is found by the id alone. A filter on humans would pass over the part with the newest one, and show one before it.
  const settings = scope.humans === null ? { use_skip_indexes_if_final_exact_mode: 0 } : {};
  return question('decision.by_id', sql, binder, wholeDecisionRow, settings);
}

const ofDecision = `env_id = {env_id:String} AND occurred_at = fromUnixTimestamp64Milli({occurred_at_ms:Int64}, 'UTC')
  AND decision_id = {id:UUID}`;

/** The entry of a known decision, verbatim, by its primary key: the detailed one where there is one. */
export const entryOfDecision = defineQuery({
  name: 'decision.entry',
  sql: `SELECT entry, toBool(detailed) AS is_detailed
FROM (
  SELECT entry, 1 AS detailed FROM custody_internal.entry_details FINAL WHERE ${ofDecision}
  UNION ALL
  SELECT entry, 0 AS detailed FROM custody_internal.entries FINAL WHERE ${ofDecision}
)
ORDER BY detailed DESC
LIMIT 1`,
  params: z.object({ env_id: z.string(), occurred_at_ms: z.number(), id: z.string() }),
  row: z.object({ entry: z.string(), is_detailed: z.boolean() }),
});
