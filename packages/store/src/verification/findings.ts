import { randomUUID } from 'node:crypto';
import { formatTimestamp, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { type Difference, differenceKey, differenceKinds, type VerifiedSpan } from './difference.ts';

/** What is done about a difference, as the migration `verifications` tells. */
export type FindingAction = 'resealed' | 'repair_requested' | 'reported';

export interface NewFinding extends Difference {
  readonly action: FindingAction;
}

/** A difference on record, not found to be gone yet. */
export interface OpenFinding extends NewFinding {
  readonly findingId: string;
}

const openFindings = defineQuery({
  name: 'verify.open',
  sql: `SELECT toString(finding_id) AS id, env_id, span, toUnixTimestamp(starts_at) AS start_seconds, kind, subject, expected, found, action
FROM custody.verifications
WHERE resolved_at IS NULL
ORDER BY found_at
LIMIT {limit:UInt32}`,
  params: z.object({ limit: z.number().int() }),
  row: z.object({
    id: z.string(),
    env_id: z.string(),
    span: z.enum(['hour', 'day', 'month']),
    start_seconds: z.number(),
    kind: z.enum(differenceKinds),
    subject: z.string(),
    expected: z.string(),
    found: z.string(),
    action: z.enum(['resealed', 'repair_requested', 'reported']),
  }),
});

/** Differences that were not found to be gone yet, the oldest first. */
export async function readOpenFindings(
  client: StoreClient,
  { limit = 1_000 }: { readonly limit?: number } = {},
  options: StatementOptions = {},
): Promise<OpenFinding[]> {
  const rows = await runQuery(client, openFindings, { limit }, options);
  return rows.map(({ id: findingId, env_id: envId, start_seconds, ...rest }) => ({
    ...{ findingId, envId, startMs: start_seconds * secondMs },
    ...rest,
  }));
}

function rowOf({ envId, span, startMs, kind, subject, expected, found, action }: NewFinding) {
  return { env_id: envId, span, starts_at: startMs / secondMs, kind, subject, expected, found, action };
}

/** Puts differences on record. */
export async function recordFindings(
  client: StoreClient,
  findings: readonly NewFinding[],
  options: StatementOptions = {},
): Promise<void> {
  if (findings.length === 0) return;
  const rows = findings.map((finding) => ({ finding_id: randomUUID(), ...rowOf(finding) }));
  await client.insert('verify.record', 'custody_internal.verifications', rows, options);
}

/** Puts on record that differences are gone, at `resolvedAtMs`. */
export async function resolveFindings(
  client: StoreClient,
  findings: readonly OpenFinding[],
  resolvedAtMs: number,
  options: StatementOptions = {},
): Promise<void> {
  if (findings.length === 0) return;
  const resolved_at = formatTimestamp(resolvedAtMs);
  const rows = findings.map((finding) => ({ finding_id: finding.findingId, ...rowOf(finding), resolved_at }));
  await client.insert('verify.resolve', 'custody_internal.verifications', rows, options);
}

/** Those of the findings whose span was looked at again and is not as they say any more. Doubled ids are of no span. */
export function goneAmong(
  open: readonly OpenFinding[],
  verified: readonly VerifiedSpan[],
  differences: readonly Difference[],
): OpenFinding[] {
  const looked = new Set(verified.map(({ envId, span, startMs }) => `${envId}/${span}/${startMs}`));
  const still = new Set(differences.map(differenceKey));
  return open.filter((finding) => {
    const isOfSpan = finding.kind !== 'doubled' || finding.subject === '';
    const wasLooked = looked.has(`${finding.envId}/${finding.span}/${finding.startMs}`);
    return isOfSpan && wasLooked && !still.has(differenceKey(finding));
  });
}
