import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

/** What says of hours and spans whether their sums hold. */
export const kinds = ['stored', 'touched', 'expired', 'interim', 'seal'] as const;
export type Kind = (typeof kinds)[number];

const tables: Readonly<Record<string, Kind>> = {
  stored_hours: 'stored',
  touched_hours: 'touched',
  expired_hours: 'expired',
  interim_sums: 'interim',
  seals: 'seal',
};

/** What is told of a single decision beside its row: its grants, its entry and its seal. */
const toldTables: readonly string[] = ['facts', 'listings', 'entry_details', 'seals'];

const partsOfTables = defineQuery({
  name: 'plan.parts',
  sql: `SELECT table, any(substring(path, 1, length(path) - length(name) - 1)) AS place, groupArray(name) AS parts,
  groupArray(toUnixTimestamp(modification_time)) AS written, toUnixTimestamp64Micro(now64(6)) AS clock
FROM system.parts
WHERE active AND database = 'custody_internal' AND has({tables:Array(String)}, table)
GROUP BY table`,
  params: z.object({ tables: z.array(z.string()) }),
  row: z.object({
    ...{ table: z.string(), place: z.string(), parts: z.array(z.string()), written: z.array(z.number()) },
    clock: z.number(),
  }),
});

/** The parts of a table. */
export interface ActiveParts {
  /** Where they lie: of a table that was made anew, or in another store, somewhere else. */
  readonly place: string;
  readonly parts: ReadonlySet<string>;
  /** When each part was written, seconds. */
  readonly writtenAt: ReadonlyMap<string, number>;
}

/** What the tables consist of at a moment. */
export interface PartsOfMoment {
  /** Of a table without rows nothing. */
  readonly active: Map<Kind, ActiveParts>;
  /** Another text whenever anything was written that is told of single decisions beside their rows. */
  readonly told: string;
  /** By the store's clock, microseconds; 0 where there is nothing at all. */
  readonly clockUs: number;
}

/** Throws `STORE_*`. */
export async function readActiveParts(client: StoreClient, options: StatementOptions = {}): Promise<PartsOfMoment> {
  const wanted = [...new Set([...Object.keys(tables), ...toldTables])];
  const found = await runQuery(client, partsOfTables, { tables: wanted }, options);
  const active = new Map(
    found.flatMap(({ table, place, parts, written }): [Kind, ActiveParts][] => {
      const kind = tables[table];
      const writtenAt = new Map(parts.map((part, index) => [part, written[index] ?? 0]));
      return kind === undefined ? [] : [[kind, { place, parts: new Set(parts), writtenAt }]];
    }),
  );
  const told = found
    .filter(({ table }) => toldTables.includes(table))
    .map(({ table, place, parts }) => [table, place, ...parts.toSorted()].join(' '));
  return { active, told: told.toSorted().join('\n'), clockUs: found[0]?.clock ?? 0 };
}

/** Which inserts a part was made of, and the newest mutation that it has seen; 0: none. */
interface Blocks {
  readonly first: number;
  readonly last: number;
  readonly mutation: number;
}

/** `all_7_12_2_15` was merged from the inserts from 7 to 12, twice, and has seen the mutation 15. */
function blocksOf(part: string): Blocks {
  const [, first = 0, last = 0, , mutation = 0] = part.split('_').map(Number);
  return { first, last, mutation };
}

/**
 * Whether all that a part has is in parts that are known: it was merged from them. Every number from its first to its last has to
 * be in one of them, so that nothing is taken for known that was inserted between two looks; what a mutation may have written
 * anew is not known either. So a table that grows is not read as a whole whenever its parts are merged.
 */
export function isMergedFrom(part: string, known: Iterable<string>): boolean {
  const { first, last, mutation } = blocksOf(part);
  const pieces = [...known]
    .map(blocksOf)
    .filter((piece) => piece.last >= first && piece.first <= last)
    .filter((piece) => piece.mutation >= mutation || piece.first > mutation)
    .sort((one, other) => one.first - other.first);
  let next = first;
  for (const piece of pieces) {
    if (piece.first > next) return false;
    next = Math.max(next, piece.last + 1);
  }
  return next > last;
}

/** The number of the last insert that a part has: `all_7_12_2` was merged from those from 7 to 12. */
export function lastBlockOf(part: string): number {
  return Number(part.split('_')[2] ?? 0);
}

function newestBlock(parts: Iterable<string>): number {
  return Math.max(0, ...[...parts].map(lastBlockOf));
}

/**
 * Whether the tables are those of the same store as it once was: an insert is gone, which merges never take away, or a part was
 * written anew under its name.
 */
export function werePutBack(active: ReadonlyMap<Kind, ActiveParts>, known: ReadonlyMap<Kind, ActiveParts>): boolean {
  return [...known].some(([kind, before]) => {
    const now = active.get(kind);
    if (newestBlock(now?.parts ?? []) < newestBlock(before.parts)) return true;
    return [...before.writtenAt].some(([part, at]) => (now?.writtenAt.get(part) ?? at) !== at);
  });
}
