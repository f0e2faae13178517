import { denialExplanation, explainDenial, hourMs, hourOf, permitCheck, secondMs } from '@custody/decision';
import {
  ask,
  decisionRow,
  entryOfDecision,
  grantsBehind,
  isWithinEnvironments,
  runQuery,
  type StatementOptions,
  sealOfOneHour,
  type wholeDecisionRow,
} from '@custody/store';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { chainOf, decisionChain, trust, trustOf } from './decision-chain.ts';
import { decisionRoles, rolesOfDecision } from './decision-roles.ts';
import { decisionSeal, sealOfHour } from './decision-seal.ts';
import type { RouteParts } from './route.ts';

/** A decision with everything that is known about it. */
export const wholeDecision = decisionRow.extend({
  consent_id: z.string(),
  consented_at: z.string().nullable(),
  evidence_humans: z.array(z.string()),
  chain: decisionChain,
  trust,
  denial: denialExplanation
    .nullable()
    .describe('Why it was denied and what has to change; null where it was not denied'),
  derived_roles: decisionRoles,
  check: z.string().describe('The check in the words of Permit’s SDK, to be copied and made again'),
  seal: decisionSeal.nullable().describe('null for a token that shows a part of the environment only'),
  entry: z
    .string()
    .nullable()
    .describe('The audit log entry as Permit sent it, verbatim; null where it expired or is not kept'),
});

type StoredRow = z.infer<typeof wholeDecisionRow>;

/** Reads beside a stored decision what it rests on, its entry and the seal of its hour. Throws `STORE_*`. */
export async function readWhole(
  { clock }: RouteParts,
  { store, answers, scope }: Caller,
  found: StoredRow,
  options: StatementOptions,
): Promise<z.infer<typeof wholeDecision>> {
  const { occurred_at_ms, ...row } = found;
  const hourStartMs = hourOf(occurred_at_ms);
  const hour = { fromMs: hourStartMs, toMs: hourStartMs + hourMs };
  const where = { env_id: row.env_id, occurred_at_ms, id: row.decision_id };
  const [[entry], behind, [sealing], coverages] = await Promise.all([
    runQuery(store, entryOfDecision, where, options),
    ask(store, grantsBehind(found, scope), options),
    runQuery(store, sealOfOneHour, { env_id: row.env_id, hour: hourStartMs / secondMs }, options),
    answers.coverage(hour),
  ]);
  const call = { ...row, consented_at: Date.parse(row.consented_at) === 0 ? null : row.consented_at };
  // A seal is of all that the environment has in the hour.
  const hidesSeal = isWithinEnvironments(scope);
  const coverage = coverages.find(({ env_id }) => env_id === row.env_id);
  return {
    ...call,
    chain: chainOf(call, behind),
    trust: trustOf(call),
    denial: explainDenial(call),
    derived_roles: rolesOfDecision(entry, sealing?.is_expired ?? false),
    check: permitCheck(call),
    seal: hidesSeal ? null : sealOfHour(hourStartMs, sealing, { coverage, nowMs: clock.now() }),
    entry: entry?.entry ?? null,
  };
}
