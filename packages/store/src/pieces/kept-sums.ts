import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import type { Plan } from '../plan/plan.ts';
import type { SealBook } from '../plan/seal-book.ts';
import { isOfSums } from '../plan/source-sql.ts';
import { measuredSource } from '../questions/measured-source.ts';
import { decidedSql, deniedSql, type Measure, possibleSql } from '../questions/measures.ts';
import { ask, Binder, question } from '../questions/question.ts';
import type { Selection } from '../questions/selection.ts';
import { RecentlyUsed } from '../recently-used.ts';
import { recordOf } from '../record-of.ts';
import type { CountedGroup } from './counted.ts';
import type { Counting } from './counting.ts';
import { type DistinctMeasure, isDistinct, Tally } from './tally.ts';

/** More groups are not held; where different ones are told apart in each of them, fewer. */
const mostGroups = 5_000;
const mostGroupsOfDistinct = 1_000;
/** Different ones of all groups together, and of one of several. */
const mostDistinct = 20_000;
const mostDistinctOfGroup = 200;
/** Of all that is held: groups, and different ones in them. Some ten megabytes. */
const mostValues = 100_000;
/** That something is too wide is remembered as well, and takes a place. */
const mostEntries = 2_000;

const distinctSql: Readonly<Record<DistinctMeasure, readonly [text: string, condition: string]>> = {
  agents: ['agent_key', `agent_key != ''`],
  humans: ['human_key', `human_key != ''`],
  servers: ['server', `server != ''`],
  tools: [`concat(server, '\\0', tool)`, `tool != ''`],
};

function partsSql(measures: readonly Measure[], mostOfGroup: number): string[] {
  const has = (...names: Measure[]) => names.some((name) => measures.includes(name));
  return [
    'sum(counted) AS p_decisions',
    ...(has('denials', 'deny_rate') ? [`${deniedSql} AS p_denials`] : []),
    ...(has('undecided', 'deny_rate') ? [`${decidedSql} AS p_decided`] : []),
    ...(has('possible') ? [`${possibleSql} AS p_possible`] : []),
    ...(has('first_seen') ? ['toUnixTimestamp64Milli(min(first_at)) AS p_first'] : []),
    ...(has('last_seen') ? ['toUnixTimestamp64Milli(max(last_at)) AS p_last'] : []),
    ...measures.filter(isDistinct).map((name) => {
      const [text, condition] = distinctSql[name];
      return `groupUniqArrayIf(${mostOfGroup})(${text}, ${condition}) AS p_${name}`;
    }),
  ];
}

const sumsRow = recordOf(
  (value): value is string | number | readonly string[] =>
    typeof value === 'string' || typeof value === 'number' || Array.isArray(value),
);
type SumsRow = z.infer<typeof sumsRow>;

const number = (value: SumsRow[string] | undefined, otherwise = 0) => (typeof value === 'number' ? value : otherwise);

function groupOf(row: SumsRow, { groupBy, measures, bucket }: Counting): CountedGroup {
  const tally = new Tally(measures);
  tally.decisions = number(row.p_decisions);
  tally.denials = number(row.p_denials);
  tally.decided = number(row.p_decided);
  tally.possible = number(row.p_possible);
  tally.firstMs = number(row.p_first, Number.POSITIVE_INFINITY);
  tally.lastMs = number(row.p_last, Number.NEGATIVE_INFINITY);
  for (const [measure, met] of tally.met) {
    const texts = row[`p_${measure}`];
    if (Array.isArray(texts)) for (const text of texts) met.add(text);
  }
  const names = groupBy.map((name) => row[`g_${name}`] as string | number);
  return { bucketMs: bucket === undefined ? null : number(row.bucket_ms), names, tally };
}

/** How many values groups hold, what each takes of its own included. */
function valuesOf(groups: readonly CountedGroup[]): number {
  const ofGroups = groups.map(({ names, tally }) => {
    return 10 + names.length + [...tally.met.values()].reduce((sum, { size }) => sum + size, 0);
  });
  return ofGroups.reduce((sum, size) => sum + size, 10);
}

/** What a part of a plan is counted from sums for. */
export interface SumsWanted {
  readonly plan: Plan;
  readonly counting: Counting;
  /** What is left of the selection beside the plan. */
  readonly selection: Selection;
  readonly timeZone: string;
}

type Groups = Promise<readonly CountedGroup[] | null>;

/**
 * What was counted from sums, by the builds that it was counted from: those never change, so that this is right for as long as a
 * plan names them, which is an hour for the last day. What is asked for last goes last.
 */
export class KeptSumsOfClient {
  readonly #client: StoreClient;
  readonly #book: SealBook;
  readonly #kept = new RecentlyUsed<Groups>({ mostSize: mostValues, mostEntries });

  constructor(client: StoreClient, book: SealBook) {
    this.#client = client;
    this.#book = book;
  }

  /** The groups of a plan's sums; `null` where they are too many to be held. Throws `STORE_*`. */
  async read(wanted: SumsWanted, statement: StatementOptions): Promise<readonly CountedGroup[] | null> {
    const parts = wanted.plan.parts.filter(isOfSums);
    if (parts.length === 0) return [];
    const key = this.#keyOf(wanted);
    for (;;) {
      const known = this.#kept.get(key);
      try {
        return await (known ?? this.#lead(key, wanted, statement));
      } catch (error) {
        // What befell a reading that somebody else had begun befalls it alone.
        if (known === undefined) throw error;
      }
    }
  }

  #keyOf({ plan, counting, selection, timeZone }: SumsWanted): string {
    const { range: _, ...rest } = selection;
    const about = [this.#book.generation, plan.cube?.name, plan.parts.filter(isOfSums), counting, rest, timeZone];
    return createHash('sha256').update(JSON.stringify(about)).digest('base64');
  }

  #lead(key: string, wanted: SumsWanted, { signal: _, ...statement }: StatementOptions): Groups {
    // Not bound to one client: others may be waiting for the same.
    const reading = this.#ask(wanted, statement);
    this.#kept.set(key, reading, 0);
    const isKept = () => this.#kept.peek(key) === reading;
    reading.then(
      (groups) => isKept() && this.#kept.resize(key, valuesOf(groups ?? [])),
      () => isKept() && this.#kept.delete(key),
    );
    return reading;
  }

  async #ask(wanted: SumsWanted, statement: StatementOptions): Promise<readonly CountedGroup[] | null> {
    const { plan, counting, selection, timeZone } = wanted;
    const { groupBy, measures, bucket } = counting;
    const isGrouped = groupBy.length > 0 || bucket !== undefined;
    const hasDistinct = measures.some(isDistinct);
    const most = isGrouped && hasDistinct ? mostGroupsOfDistinct : mostGroups;
    const mostOfGroup = isGrouped ? mostDistinctOfGroup : mostDistinct;
    const binder = new Binder();
    const ofSums = { ...plan, parts: plan.parts.filter(isOfSums) };
    const keys = [...(bucket === undefined ? [] : ['bucket_ms']), ...groupBy.map((name) => `g_${name}`)];
    const source = measuredSource({ groupBy, timeZone }, { plan: ofSums, selection, measures, bucket }, binder);
    const sql = `SELECT ${[...keys, ...partsSql(measures, mostOfGroup + 1)].join(', ')}
FROM ${source}${isGrouped ? `\nGROUP BY ${keys.join(', ')}` : ''}
LIMIT ${most + 1}`;
    const rows = await ask(this.#client, question('pieces.sums', sql, binder, sumsRow), statement);
    const groups = rows.map((row) => groupOf(row, counting)).filter(({ tally }) => tally.decisions > 0);
    const met = groups.flatMap(({ tally }) => [...tally.met.values()].map(({ size }) => size));
    const isTooWide = groups.length > most || met.some((size) => size > mostOfGroup);
    return isTooWide || met.reduce((sum, size) => sum + size, 0) > mostDistinct ? null : groups;
  }
}
