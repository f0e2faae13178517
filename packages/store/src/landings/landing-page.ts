import { hourMs, hourOf, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { type LandingHead, readLandingHead } from './landing-head.ts';
import type { LandingPosition } from './landing-position.ts';

/**
 * The name of a part ends its numbers of blocks: 202611_12_15_2, from 12 to 15. A condition on it alone leaves parts out
 * before anything of them is read.
 */
const blocksAfter = defineQuery({
  name: 'landings.blocks',
  sql: `SELECT _block_number AS block, count() AS rows,
  sumMap([toUnixTimestamp(toStartOfHour(occurred_at))], [toUInt64(1)]) AS hours
FROM custody_internal.decisions
WHERE toUInt64(splitByChar('_', _part)[3]) >= {from:UInt64} AND _block_number >= {from:UInt64}
GROUP BY block
ORDER BY block
LIMIT {most:UInt64}`,
  params: z.object({ from: z.number().int(), most: z.number().int() }),
  // Hours, ascending, and how many rows of each.
  row: z.object({ block: z.number(), rows: z.number(), hours: z.tuple([z.array(z.number()), z.array(z.number())]) }),
});

type Block = z.infer<typeof blocksAfter.row>;

/** So many blocks are looked at, at most, for one page. */
const mostBlocks = 200;

/** As many blocks as make a page, the first one at least. */
function blocksOfPage(blocks: readonly Block[], limit: number): Block[] {
  const chosen: Block[] = [];
  let rows = 0;
  for (const block of blocks) {
    if (rows >= limit) break;
    chosen.push(block);
    rows += block.rows;
  }
  return chosen;
}

function rowsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

/** What a page reads: rows of some blocks that lie in some hours. */
export interface PagePlan {
  readonly lastBlock: number;
  /** Seconds, ascending. */
  readonly hours: readonly number[];
  /** Everything up to here is looked at, unless a statement finds as much as it may. */
  readonly until: LandingPosition;
}

/** No id comes after it. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The first hour of a block that something may be left of, seconds. */
function hourAfter({ block, after }: LandingPosition, first: Block): number {
  if (after === null || block !== first.block) return 0;
  return hourOf(after.occurredAtMs + (after.id === lastId ? 1 : 0)) / secondMs;
}

/** A block may have rows of a whole month: of a large one only as many hours as make a page, from where the last one ended. */
function planOfPage(blocks: readonly Block[], after: LandingPosition, limit: number): PagePlan | null {
  const [first] = blocks;
  if (first === undefined) return null;
  const leastHour = hourAfter(after, first);
  const [starts, counts] = first.hours;
  let [rows, taken] = [0, 0];
  while (taken < starts.length && rows < limit) {
    if ((starts[taken] ?? 0) >= leastHour) rows += counts[taken] ?? 0;
    taken += 1;
  }
  if (taken < starts.length) {
    const hours = starts.slice(0, taken).filter((hour) => hour >= leastHour);
    const end = { occurredAtMs: (hours.at(-1) ?? 0) * secondMs + hourMs - 1, id: lastId };
    return { lastBlock: first.block, hours, until: { block: first.block, after: end } };
  }
  const rest = blocks.slice(1).flatMap(({ hours: [all] }) => all);
  const hours = [...new Set([...starts.filter((hour) => hour >= leastHour), ...rest])].sort((x, y) => x - y);
  const lastBlock = blocks.at(-1)?.block ?? first.block;
  return { lastBlock, hours, until: { block: lastBlock, after: null } };
}

/** Blocks in their order, none left out between the first and the last: what landed later has higher numbers. */
interface KnownBlocks {
  readonly from: number;
  readonly blocks: readonly Block[];
  /** The table that they are of. */
  readonly tableId: string;
  readonly readAtMs: number;
}

/** By client, what was found last: who reads on from far back finds his next pages in it, and the engine looks through all rows once. */
const known = new WeakMap<StoreClient, KnownBlocks>();
/** Rows that newer knowledge replaces go from a block: it is looked at again. */
const believedMs = 10_000;

/** Whether the table is the one that they are of: in a store that was put back from a copy some are not there any more. */
function areStillThere({ tableId, blocks }: KnownBlocks, head: LandingHead): boolean {
  return tableId === head.tableId && (blocks.at(-1)?.block ?? 0) <= head.position.block;
}

/** Of the known blocks those that make a page; `null` where they do not. */
async function knownPage(
  client: StoreClient,
  { from, limit }: { readonly from: number; readonly limit: number },
  options: StatementOptions,
): Promise<Block[] | null> {
  const found = known.get(client);
  if (found === undefined || found.from > from || performance.now() - found.readAtMs > believedMs) return null;
  const page = blocksOfPage(
    found.blocks.filter(({ block }) => block >= from),
    limit,
  );
  // A page that is not full may go on in blocks that are not known.
  if (rowsOf(page) < limit) return null;
  return areStillThere(found, await readLandingHead(client, options)) ? page : null;
}

/** What comes next after a place, as much as makes a page; `null` where nothing has landed since. Throws `STORE_*`. */
export async function readLandingPage(
  client: StoreClient,
  { after, limit }: { readonly after: LandingPosition; readonly limit: number },
  options: StatementOptions,
): Promise<PagePlan | null> {
  const from = after.after === null ? after.block + 1 : after.block;
  const found = await knownPage(client, { from, limit }, options);
  if (found !== null) return planOfPage(found, after, limit);
  const readAtMs = performance.now();
  const blocks = await runQuery(client, blocksAfter, { from, most: mostBlocks }, options);
  const page = blocksOfPage(blocks, limit);
  // Who is at the end has nothing before him: what others know who are far back stays.
  if (rowsOf(page) >= limit) {
    const { tableId } = await readLandingHead(client, options);
    known.set(client, { from, blocks, tableId, readAtMs });
  }
  return planOfPage(page, after, limit);
}
