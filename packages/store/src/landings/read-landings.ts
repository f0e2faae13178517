import { hourMs, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { decisionRow } from '../questions/decisions-page.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { instantSql, matchesSql, type Selection } from '../questions/selection.ts';
import { type PagePlan, readLandingPage } from './landing-page.ts';
import { comparePositions, type LandingPosition } from './landing-position.ts';

/** A decision that landed, and for which of the selections. */
export interface LandedDecision {
  readonly row: z.infer<typeof decisionRow>;
  readonly position: LandingPosition;
  /** One a selection, in their order. */
  readonly hits: readonly boolean[];
}

export interface LandingsWanted {
  readonly after: LandingPosition;
  /** What is looked for, whenever it occurred: the ranges of the selections are not looked at. */
  readonly selections: readonly Selection[];
  /** Most rows. */
  readonly limit: number;
}

export interface Landings {
  readonly found: readonly LandedDecision[];
  /** Everything up to here was looked at; `after` itself where nothing has landed since. */
  readonly until: LandingPosition;
}

function hitsSql(selections: readonly Selection[], binder: Binder): string {
  const hits = selections.map((selection) => `toBool(${matchesSql(selection, binder).join(' AND ') || '1'})`);
  return `[${hits.join(', ')}]`;
}

/** What comes after a place, which may be inside a block. Ids in the order of their texts: the engine has another one. */
function afterSql({ block, after }: LandingPosition, binder: Binder): string {
  const number = binder.bind(block, 'UInt64');
  if (after === null) return `_block_number > ${number}`;
  const at = instantSql(after.occurredAtMs, binder);
  const id = binder.bind(after.id, 'String');
  return `(_block_number > ${number} OR _block_number = ${number} AND (occurred_at > ${at} OR occurred_at = ${at} AND toString(decision_id) > ${id}))`;
}

const landedRow = decisionRow.extend({ block: z.number(), at_ms: z.number(), hits: z.array(z.boolean()) });
const columns = Object.keys(decisionRow.shape).join(', ');

function landedRows({ after, selections, limit }: LandingsWanted, { hours, lastBlock }: PagePlan) {
  const binder = new Binder();
  const [first = 0, last = 0] = [hours[0], hours.at(-1)];
  const sql = `SELECT ${columns}, _block_number AS block, toUnixTimestamp64Milli(occurred_at) AS at_ms,
  ${hitsSql(selections, binder)} AS hits
FROM custody_internal.decisions FINAL
WHERE occurred_at >= ${instantSql(first * secondMs, binder)} AND occurred_at < ${instantSql(last * secondMs + hourMs, binder)}
  AND toStartOfHour(occurred_at) IN (SELECT toDateTime(arrayJoin(${binder.bind(hours, 'Array(UInt32)')}), 'UTC'))
  AND ${afterSql(after, binder)} AND _block_number <= ${binder.bind(lastBlock, 'UInt64')}
  AND arrayExists(hit -> hit, hits)
ORDER BY block, at_ms, toString(decision_id)
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question('landings.rows', sql, binder, landedRow);
}

/** Values of selections go, some of them twice, into the address of a request; the store takes a million characters. */
const mostBytesOfSelections = 100_000;

/** The numbers of the selections, as many together as one statement takes. */
function statementsOf(selections: readonly Selection[]): number[][] {
  const statements: number[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [index, { filters, scope, human, candidates, reasonText }] of selections.entries()) {
    const own = encodeURIComponent(JSON.stringify([filters, scope, human, candidates, reasonText])).length;
    if (bytes + own > mostBytesOfSelections) {
      statements.push([]);
      bytes = 0;
    }
    statements.at(-1)?.push(index);
    bytes += own;
  }
  return statements;
}

interface Page {
  readonly wanted: LandingsWanted;
  readonly plan: PagePlan;
}

/** What some of the selections find of a page. */
async function readSome(
  client: StoreClient,
  { wanted, plan }: Page,
  chosen: readonly number[],
  options: StatementOptions,
): Promise<LandedDecision[]> {
  const selections = chosen.map((index) => wanted.selections[index] as Selection);
  const rows = await ask(client, landedRows({ ...wanted, selections }, plan), options);
  return rows.map(({ block, at_ms, hits, ...row }) => ({
    row,
    hits: wanted.selections.map((_, index) => hits[chosen.indexOf(index)] ?? false),
    position: { block, after: { occurredAtMs: at_ms, id: row.decision_id } },
  }));
}

/** The same decisions once, in their order, whichever statements found them. */
function united(parts: readonly LandedDecision[][]): LandedDecision[] {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const byPosition = new Map<string, LandedDecision>();
  for (const one of parts.flat()) {
    const key = JSON.stringify(one.position);
    const known = byPosition.get(key);
    const hits = one.hits.map((hit, index) => hit || (known?.hits[index] ?? false));
    byPosition.set(key, { ...one, hits });
  }
  return [...byPosition.values()].sort((one, other) => comparePositions(one.position, other.position));
}

/**
 * The next decisions in the order in which they landed. First which blocks came and which hours they have rows of; then
 * those hours, with `FINAL` over all of their rows: a row that newer knowledge has replaced is not told. What becomes
 * visible between the two is in blocks with higher numbers, and left for the next page. Throws `STORE_*`.
 */
export async function readLandings(
  client: StoreClient,
  wanted: LandingsWanted,
  options: StatementOptions = {},
): Promise<Landings> {
  const { after, limit, selections } = wanted;
  const plan = await readLandingPage(client, wanted, options);
  if (plan === null) return { found: [], until: after };
  const parts: LandedDecision[][] = [];
  for (const chosen of statementsOf(selections)) parts.push(await readSome(client, { wanted, plan }, chosen, options));
  // Where a statement found as much as it may, what comes after its last row is not known yet.
  const ends = parts.filter((part) => part.length === limit).map((part) => part.at(-1)?.position ?? after);
  const until = ends.sort(comparePositions)[0] ?? plan.until;
  return { found: united(parts).filter(({ position }) => comparePositions(position, until) <= 0), until };
}
