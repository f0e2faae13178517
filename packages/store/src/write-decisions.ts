import { type AttributedDecision, formatTimestamp } from '@custody/decision';
import type { StatementOptions, StoreClient } from './client.ts';

export interface DecisionRow {
  readonly decision: AttributedDecision;
  /** The entry as Permit sent it; valid UTF-8, anything else is a dead letter and never comes here. */
  readonly entryBytes: Uint8Array;
  /** True where these are the bytes of the detailed entry, which are kept beside those of the listed one. */
  readonly isDetail?: boolean;
}

/** What a row that was read out of a detailed entry is ahead of every other: see the migration `entry_details`. */
const detailVersion = 2 ** 48;

function decisionColumns({ envId, envName, decision, attribution, ...row }: AttributedDecision) {
  return {
    env_id: envId,
    env_name: envName,
    occurred_at: formatTimestamp(decision.occurredAtMs),
    decision_id: decision.id,
    tenant: decision.tenant,
    agent_key: decision.agentKey,
    agent_name: decision.agentName,
    human_key: attribution.humanKey,
    human_name: attribution.humanName,
    human_email: attribution.humanEmail,
    human_candidates: attribution.candidates,
    attribution: attribution.certainty,
    evidence: attribution.evidence,
    server: decision.server,
    resource: decision.resource,
    tool: decision.tool,
    decision: decision.verdict,
    reason: decision.reason,
    reason_code: decision.reasonCode,
    trust_level: attribution.trustLevel,
    ceiling_level: attribution.ceilingLevel,
    required_level: attribution.requiredLevel,
    consent_id: attribution.consentId,
    consented_at: formatTimestamp(attribution.consentAtMs ?? 0),
    evidence_humans: decision.evidenceHumans,
    grants_position: row.grantsPosition + (row.hasDetail === true ? detailVersion : 0),
    ingested_at: formatTimestamp(row.ingestedAtMs),
  };
}

function entryColumns({ decision: { envId, decision, ingestedAtMs }, entryBytes }: DecisionRow) {
  return {
    env_id: envId,
    occurred_at: formatTimestamp(decision.occurredAtMs),
    decision_id: decision.id,
    entry: Buffer.from(entryBytes.buffer, entryBytes.byteOffset, entryBytes.byteLength).toString('utf8'),
    ingested_at: formatTimestamp(ingestedAtMs),
  };
}

function* mapped<T, U>(items: Iterable<T>, change: (item: T) => U): Generator<U> {
  for (const item of items) yield change(item);
}

/**
 * Stores decisions with their entries; resolves when both are stored. Idempotent: the same rows again, in whatever
 * batches, change nothing. Entries go first, so that whoever finds a decision finds its entry; a crash between the two
 * leaves entries that the replay of the batch meets again.
 */
export async function writeDecisions(
  client: StoreClient,
  rows: readonly DecisionRow[],
  options: StatementOptions = {},
): Promise<void> {
  if (rows.length === 0) return;
  const details = rows.filter(({ isDetail }) => isDetail === true);
  const listed = details.length === 0 ? rows : rows.filter(({ isDetail }) => isDetail !== true);
  for (const [table, entries] of [
    ['entries', listed],
    ['entry_details', details],
  ] as const) {
    if (entries.length === 0) continue;
    await client.insert(`write.${table}`, `custody_internal.${table}`, mapped(entries, entryColumns), options);
  }
  const decisions = mapped(rows, ({ decision }) => decisionColumns(decision));
  await client.insert('write.decisions', 'custody_internal.decisions', decisions, options);
}
