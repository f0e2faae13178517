import { type AttributedDecision, hourOf, secondMs } from '@custody/decision';
import type { StatementOptions, StoreClient } from './client.ts';
import { Block } from './native/block.ts';
import { bytes, type Column, dictionary, named, text, textList, times, unsigned, uuids } from './native/column.ts';

export interface DecisionRow {
  readonly decision: AttributedDecision;
  /** The entry as Permit sent it; valid UTF-8, anything else is a dead letter and never comes here. */
  readonly entryBytes: Uint8Array;
  /** True where these are the bytes of the detailed entry, which are kept beside those of the listed one. */
  readonly isDetail?: boolean;
}

/**
 * Decisions lie in a partition a month, and the store takes 100 of them in one insert unless it is told otherwise: it
 * would refuse a batch whose times are that far apart, however often it is tried again.
 */
const anyNumberOfMonths = { max_partitions_per_insert_block: '0' };

/** What a row that was read out of a detailed entry is ahead of every other: see the migration `entry_details`. */
const detailVersion = 2 ** 48;

const decisionColumns: readonly Column<DecisionRow>[] = [
  dictionary('env_id', (row) => row.decision.envId),
  dictionary('env_name', (row) => row.decision.envName),
  times('occurred_at', (row) => row.decision.decision.occurredAtMs),
  uuids('decision_id', (row) => row.decision.decision.id),
  dictionary('tenant', (row) => row.decision.decision.tenant),
  dictionary('agent_key', (row) => row.decision.decision.agentKey),
  dictionary('agent_name', (row) => row.decision.decision.agentName),
  dictionary('human_key', (row) => row.decision.attribution.humanKey),
  dictionary('human_name', (row) => row.decision.attribution.humanName),
  dictionary('human_email', (row) => row.decision.attribution.humanEmail),
  textList('human_candidates', (row) => row.decision.attribution.candidates),
  dictionary('attribution', (row) => row.decision.attribution.certainty),
  dictionary('evidence', (row) => row.decision.attribution.evidence),
  dictionary('server', (row) => row.decision.decision.server),
  dictionary('resource', (row) => row.decision.decision.resource),
  dictionary('tool', (row) => row.decision.decision.tool),
  named('decision', { deny: 0, allow: 1, unknown: 2 }, (row) => row.decision.decision.verdict),
  text('reason', (row) => row.decision.decision.reason),
  dictionary('reason_code', (row) => row.decision.decision.reasonCode),
  dictionary('trust_level', (row) => row.decision.attribution.trustLevel),
  dictionary('ceiling_level', (row) => row.decision.attribution.ceilingLevel),
  dictionary('required_level', (row) => row.decision.attribution.requiredLevel),
  dictionary('consent_id', (row) => row.decision.attribution.consentId),
  times('consented_at', (row) => row.decision.attribution.consentAtMs ?? 0),
  textList('evidence_humans', (row) => row.decision.decision.evidenceHumans),
  unsigned('grants_position', ({ decision: { grantsPosition, hasDetail } }) =>
    hasDetail === true ? grantsPosition + detailVersion : grantsPosition,
  ),
  times('ingested_at', (row) => row.decision.ingestedAtMs),
];

const entryColumns: readonly Column<DecisionRow>[] = [
  dictionary('env_id', (row) => row.decision.envId),
  times('occurred_at', (row) => row.decision.decision.occurredAtMs),
  uuids('decision_id', (row) => row.decision.decision.id),
  bytes('entry', (row) => row.entryBytes),
  times('ingested_at', (row) => row.decision.ingestedAtMs),
];

/** Decisions on their way into the store, with their entries. Rows are written down as they come and not kept. */
export class DecisionBlock {
  readonly decisions = new Block(decisionColumns);
  readonly entries = new Block(entryColumns);
  readonly details = new Block(entryColumns);
  readonly #hours = new Map<string, Set<number>>();

  /** A block of these rows. */
  static of(rows: readonly DecisionRow[]): DecisionBlock {
    const block = new DecisionBlock();
    for (const row of rows) block.add(row);
    return block;
  }

  get rows(): number {
    return this.decisions.rows;
  }

  /** The hours that the decisions lie in: an environment and an hour's start, unix seconds. */
  *hours(): Generator<{ env_id: string; hour: number }> {
    for (const [env_id, starts] of this.#hours)
      for (const startMs of starts) yield { env_id, hour: startMs / secondMs };
  }

  add(row: DecisionRow): void {
    const { envId, decision } = row.decision;
    const hours = this.#hours.get(envId) ?? new Set();
    this.#hours.set(envId, hours.add(hourOf(decision.occurredAtMs)));
    this.decisions.add(row);
    (row.isDetail === true ? this.details : this.entries).add(row);
  }
}

export interface WriteDecisionsOptions extends StatementOptions {
  /** Whether the entries are kept verbatim, each beside its decision. Default true. */
  readonly keepEntries?: boolean;
}

/**
 * Stores decisions with their entries; resolves when both are stored. Idempotent: the same rows again, in whatever
 * batches, change nothing. Entries go first, so that whoever finds a decision finds its entry; a crash between the two
 * leaves entries that the replay of the batch meets again. Before the decisions their hours are named, so that a seal over
 * one of them does not hold any more: see the migration `seals`.
 */
export async function writeDecisions(
  client: StoreClient,
  block: DecisionBlock,
  { keepEntries = true, ...given }: WriteDecisionsOptions = {},
): Promise<void> {
  if (block.rows === 0) return;
  const { decisions, entries, details } = block;
  const options = { ...given, settings: { ...anyNumberOfMonths, ...given.settings } };
  if (keepEntries) {
    await client.insertBlock('write.entries', 'custody_internal.entries', entries, options);
    await client.insertBlock('write.entry_details', 'custody_internal.entry_details', details, options);
  }
  await client.insert('write.stored_hours', 'custody_internal.stored_hours', block.hours(), options);
  await client.insertBlock('write.decisions', 'custody_internal.decisions', decisions, options);
}
