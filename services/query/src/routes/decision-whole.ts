import { denialExplanation, explainDenial, hourMs, hourOf, permitCheck } from '@custody/decision';
import { type DecisionReading, decisionRow, isWithinEnvironments } from '@custody/store';
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

/** A stored decision with what it rests on, in words. Throws `STORE_*`. */
export async function tellWhole(
  { clock }: RouteParts,
  { answers, scope }: Caller,
  { row: { occurred_at_ms, ...row }, entry, grants, seal }: DecisionReading,
): Promise<z.infer<typeof wholeDecision>> {
  const hourStartMs = hourOf(occurred_at_ms);
  const coverages = await answers.coverage({ fromMs: hourStartMs, toMs: hourStartMs + hourMs });
  const call = { ...row, consented_at: Date.parse(row.consented_at) === 0 ? null : row.consented_at };
  // A seal is of all that the environment has in the hour.
  const hidesSeal = isWithinEnvironments(scope);
  const coverage = coverages.find(({ env_id }) => env_id === row.env_id);
  return {
    ...call,
    chain: chainOf(call, grants),
    trust: trustOf(call),
    denial: explainDenial(call),
    derived_roles: rolesOfDecision(entry, seal.is_expired),
    check: permitCheck(call),
    seal: hidesSeal ? null : sealOfHour(hourStartMs, seal, { coverage, nowMs: clock.now() }),
    entry: entry?.entry ?? null,
  };
}
