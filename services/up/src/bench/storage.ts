import { DecisionBlock, type StoreClient, writeDecisions } from '@custody/store';
import { decisionRows } from './attributed.ts';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { cost, rate } from './figures.ts';
import { generateYear } from './generate-year.ts';
import { timed, verify } from './measure.ts';
import { bytesOf, columnBytesOf, mergeWhole } from './stored-bytes.ts';
import { openTemporaryStore } from './temporary-store.ts';

const idBytes = 16;
/** As many entries as tell what one takes: they are made in this process, which is slow. */
const mostEntries = 20_000;

/** The columns of a decision by what they tell. */
const groups = {
  time: ['occurred_at', 'ingested_at'],
  agent: ['agent_key', 'agent_name'],
  attribution: [
    ...['human_key', 'human_name', 'human_email', 'human_candidates', 'attribution', 'evidence', 'evidence_humans'],
    ...['trust_level', 'ceiling_level', 'consent_id', 'consented_at', 'grants_position'],
  ],
  call: ['server', 'resource', 'tool', 'required_level'],
  verdict: ['decision', 'reason', 'reason_code'],
  place: ['env_id', 'env_name', 'tenant'],
  landing: ['_block_number'],
} as const;

async function decisionFigures(client: StoreClient, rows: number): Promise<Figures> {
  const table = await bytesOf(client, 'decisions');
  verify(table.stored === rows, `The store holds ${table.stored} of ${rows} decisions.`);
  const columns = await columnBytesOf(client, 'decisions');
  const each = (bytes: number) => cost(bytes / rows, 'bytes');
  const sumOf = (names: readonly string[]) => names.reduce((sum, name) => sum + (columns.get(name) ?? 0), 0);
  const known = new Set<string>(['decision_id', ...Object.values(groups).flat()]);
  verify(
    [...columns.keys()].every((name) => known.has(name)),
    'A column of the decisions is in no group.',
  );
  // Of a small part, whose columns share a file, the engine does not tell them apart.
  const ofGroups = Object.entries<readonly string[]>(groups).filter(([, names]) => sumOf(names) > 0);
  const beyondId = table.on_disk / rows - idBytes;
  const uncompressed = each(table.uncompressed);
  return {
    bytes_per_decision: cost(table.on_disk / rows, 'bytes', { uncompressed_bytes_per_decision: uncompressed }),
    uncompressed_bytes_per_decision: uncompressed,
    bytes_per_decision_beyond_id: cost(beyondId, 'bytes'),
    ...Object.fromEntries(ofGroups.map(([name, names]) => [`${name}_bytes`, each(sumOf(names))])),
    index_bytes: each(table.indexes),
    mark_bytes: each(table.marks),
  };
}

async function entryFigures(client: StoreClient, { rows, seed }: BenchOptions): Promise<Figures> {
  const made = decisionRows(Math.min(rows, mostEntries), seed, 'entries');
  await writeDecisions(client, DecisionBlock.of(made));
  await mergeWhole(client, 'entries');
  const table = await bytesOf(client, 'entries');
  const uncompressed = cost(table.uncompressed / table.stored, 'bytes');
  return {
    entry_bytes_per_decision: cost(table.on_disk / table.stored, 'bytes', {
      uncompressed_entry_bytes_per_decision: uncompressed,
    }),
    uncompressed_entry_bytes_per_decision: uncompressed,
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed, signal, onProgress } = options;
  await using store = await openTemporaryStore();
  const { client } = store;
  const generatedMs = await timed(() =>
    generateYear(store, { rows, seed, signal, onProgress: (stored) => onProgress(`${stored} of ${rows} decisions`) }),
  );
  onProgress('merging');
  await mergeWhole(client, 'decisions');
  const decisions = await decisionFigures(client, rows);
  onProgress('storing entries');
  return { ...decisions, ...(await entryFigures(client, options)), generate: rate(rows, generatedMs, 'rows') };
}

export const storage: Bench = {
  name: 'storage',
  description: 'what a year of decisions takes on disk, by columns; baseline: the same uncompressed',
  defaults: { rows: 1_000_000, runs: 1 },
  run,
};
