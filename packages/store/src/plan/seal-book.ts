import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { EnvironmentBook } from './environment-book.ts';
import type { Plan } from './plan.ts';
import { type EnvironmentSnapshot, inHours, secondsOf } from './snapshot.ts';
import { hoursOf } from './stretches.ts';

/** What the rows of the five tables say, in the order in which they are read. */
const kinds = ['stored', 'touched', 'expired', 'interim', 'seal'] as const;
type Kind = (typeof kinds)[number];

const isNew = (kind: Kind) => `_part NOT IN {${kind}:Array(String)}`;
const micros = (column: string) => `toUnixTimestamp64Micro(${column})`;

/**
 * What was said of hours, and how spans were sealed or summed up, as far as it is in parts that are not known yet. A part of a table never
 * changes: whatever is written or merged is a new one. So this misses nothing, whatever clocks say, and reads next to
 * nothing where nothing happened: 5 ms of the processor, a third of what it takes to look at all of a year.
 */
const news = defineQuery({
  name: 'plan.news',
  sql: `SELECT 'stored' AS kind, _part AS part, env_id, 'hour' AS span, toUnixTimestamp(hour) AS start, ${micros('stored_at')} AS at,
  '0' AS build, toInt64(0) AS as_of, toInt64(0) AS written_at
FROM custody_internal.stored_hours WHERE ${isNew('stored')} AND ${inHours('hour')}
UNION ALL
SELECT 'touched', _part, env_id, 'hour', toUnixTimestamp(hour), ${micros('touched_at')}, '0', 0, 0
FROM custody_internal.touched_hours WHERE ${isNew('touched')} AND ${inHours('hour')}
UNION ALL
SELECT 'expired', _part, env_id, 'hour', toUnixTimestamp(hour), ${micros('said_at')}, toString(build), ${micros('as_of')}, ${micros('expired_at')}
FROM custody_internal.expired_hours WHERE ${isNew('expired')} AND ${inHours('hour')}
UNION ALL
SELECT 'interim', _part, env_id, toString(span), toUnixTimestamp(starts_at), 0, toString(build), ${micros('as_of')}, ${micros('named_at')}
FROM custody_internal.interim_sums WHERE ${isNew('interim')} AND ${inHours('starts_at')}
UNION ALL
SELECT 'seal', _part, env_id, toString(span), toUnixTimestamp(starts_at), 0, toString(build), ${micros('as_of')}, ${micros('sealed_at')}
FROM custody_internal.seals WHERE ${isNew('seal')} AND ${inHours('starts_at')}
UNION ALL
SELECT 'table', toString(uuid), '', 'hour', 0, 0, '0', 0, 0
FROM system.tables WHERE database = 'custody_internal' AND name = 'stored_hours'`,
  params: z.object({
    ...{ from: z.number().int(), last: z.number().int() },
    ...{ stored: z.array(z.string()), touched: z.array(z.string()) },
    ...{ expired: z.array(z.string()), interim: z.array(z.string()), seal: z.array(z.string()) },
  }),
  row: z.object({
    kind: z.enum([...kinds, 'table']),
    part: z.string(),
    env_id: z.string(),
    span: z.enum(['hour', 'day', 'month']),
    start: z.number(),
    at: z.number(),
    build: z.string(),
    as_of: z.number(),
    written_at: z.number(),
  }),
});
type News = z.infer<typeof news.row>;

/** With more known parts the list costs more than reading everything once more. */
const mostParts = 500;
/** Looks at the same range within an hour find the same; dashboards ask for a few. */
const mostSnapshots = 8;

/** The numbers of the first and the last insert that a part has: `all_7_12_2` was merged from those from 7 to 12. */
function blocksOf(part: string): [from: number, to: number] {
  const [, from, to] = part.split('_').map(Number);
  return [from ?? 0, to ?? 0];
}

/** Forgets parts that a new one was merged from. */
function learnPart(parts: Set<string>, name: string): void {
  const [from, to] = blocksOf(name);
  for (const known of parts) {
    const [first, last] = blocksOf(known);
    if (from <= first && last <= to) parts.delete(known);
  }
  parts.add(name);
}

/** The whole UTC years that a range touches: what is known of a day or a month is known of all its hours. */
function yearsAround({ fromMs, toMs }: TimeRange): TimeRange {
  const year = (epochMs: number) => new Date(epochMs).getUTCFullYear();
  return { fromMs: Date.UTC(year(fromMs), 0), toMs: Date.UTC(year(Math.max(fromMs, toMs - 1)) + 1, 0) };
}

function contains(whole: TimeRange | null, { fromMs, toMs }: TimeRange): boolean {
  return whole !== null && whole.fromMs <= fromMs && toMs <= whole.toMs;
}

function hullOf(one: TimeRange | null, other: TimeRange): TimeRange {
  if (one === null) return other;
  return { fromMs: Math.min(one.fromMs, other.fromMs), toMs: Math.max(one.toMs, other.toMs) };
}

interface Refreshing {
  range: TimeRange;
  readonly done: Promise<void>;
}

function nothingKnown(): Map<Kind, Set<string>> {
  return new Map(kinds.map((kind) => [kind, new Set()]));
}

/**
 * Which sums hold, kept in memory and brought up to date by what is new in the store. It answers as of its last refresh; who
 * has to know of everything that was stored before a moment refreshes it after that moment.
 */
export class SealBook {
  readonly #client: StoreClient;
  readonly #environments = new Map<string, EnvironmentBook>();
  /** By table, the parts that it has read. */
  #known = nothingKnown();
  /** The years that it knows of. */
  #years: TimeRange | null = null;
  /** By table, the number of the newest insert that it knows of. */
  #newest: ReadonlyMap<string, number> = new Map();
  /** Identifies the tables that all of this was read from. */
  #table = '';
  #version = 0;
  #running: Promise<void> = Promise.resolve();
  #waiting: Refreshing | null = null;
  readonly #snapshots = new Map<string, EnvironmentSnapshot[]>();

  constructor(client: StoreClient) {
    this.#client = client;
  }

  /** Another number whenever something is to be read otherwise than before. */
  get version(): number {
    return this.#version;
  }

  knows(range: TimeRange): boolean {
    return contains(this.#years, range);
  }

  /** What holds in a range that it knows, of every environment with decisions in it. */
  snapshot(range: TimeRange): readonly EnvironmentSnapshot[] {
    const whole = { fromMs: hourOf(range.fromMs), toMs: hourOf(range.toMs - 1) + hourMs };
    const key = `${whole.fromMs} ${whole.toMs}`;
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known;
    const found = [...this.#environments].flatMap(([envId, book]) => book.snapshot(envId, whole) ?? []);
    if (this.#snapshots.size >= mostSnapshots) this.#snapshots.clear();
    this.#snapshots.set(key, found);
    return found;
  }

  /** How often something was said of the hours that plans read from rows: more, whenever anything was said of one since. */
  wordsOf(plans: readonly Plan[]): number {
    let words = 0;
    const shares = plans.flatMap(({ parts }) =>
      parts.filter(({ level }) => level === 'raw').flatMap((part) => part.shares),
    );
    for (const { envIds, ranges } of shares) {
      for (const startMs of hoursOf(ranges)) {
        for (const envId of envIds) words += this.#environments.get(envId)?.wordsOf(startMs) ?? 0;
      }
    }
    return words;
  }

  /**
   * Learns what is new, at some moment after this call. Those who ask while another one is being answered are answered
   * together after it. Throws `STORE_*`.
   */
  refresh(range: TimeRange, options: StatementOptions = {}): Promise<void> {
    if (this.#waiting === null) {
      this.#waiting = { range, done: this.#afterRunning(options) };
      this.#waiting.done.catch(() => undefined);
    } else {
      this.#waiting.range = hullOf(this.#waiting.range, range);
    }
    return this.#waiting.done;
  }

  async #afterRunning(options: StatementOptions): Promise<void> {
    await this.#running.catch(() => undefined);
    const range = this.#waiting?.range;
    this.#waiting = null;
    if (range === undefined) return;
    this.#running = this.#learn(range, options).catch((error: unknown) => {
      // Whoever does not answer may be another one when it does, such as a store that was restored.
      this.#forget();
      throw error;
    });
    await this.#running;
  }

  async #learn(range: TimeRange, { settings, timeoutMs }: StatementOptions): Promise<void> {
    const years = hullOf(this.#years, yearsAround(range));
    const count = [...this.#known.values()].reduce((sum, parts) => sum + parts.size, 0);
    const known = contains(this.#years, years) && count <= mostParts ? this.#known : nothingKnown();
    const parts = Object.fromEntries([...known].map(([kind, names]) => [kind, [...names]])) as Record<Kind, string[]>;
    const rows = await runQuery(
      this.#client,
      news,
      { ...secondsOf(years), ...parts },
      // Not bound to one client: others may be waiting for the same. Short rows: more threads would only be started.
      { settings: { ...settings, max_threads: 1, max_result_rows: '0' }, ...(timeoutMs && { timeoutMs }) },
    );
    const table = rows.find(({ kind }) => kind === 'table')?.part ?? '';
    if (this.#years !== null && table !== this.#table) {
      // Another store at the same address: its parts are called as those of the one before it.
      this.#forget();
      return this.#learn(range, { ...(settings && { settings }), ...(timeoutMs && { timeoutMs }) });
    }
    this.#table = table;
    this.#known = known;
    this.#years = years;
    const newest = new Map(this.#newest);
    const changes = rows.filter((row) => row.kind !== 'table' && this.#learnRow(row, row.kind));
    for (const { kind, part } of rows) newest.set(kind, Math.max(newest.get(kind) ?? 0, blocksOf(part)[1]));
    this.#newest = newest;
    if (changes.length > 0) this.#change();
  }

  #change(): void {
    this.#version += 1;
    this.#snapshots.clear();
  }

  #forget(): void {
    this.#environments.clear();
    this.#known = nothingKnown();
    this.#newest = new Map();
    this.#years = null;
    this.#change();
  }

  #learnRow({ part, env_id, span, start, at, build, as_of, written_at }: News, kind: Kind): boolean {
    const parts = this.#known.get(kind);
    if (parts !== undefined && !parts.has(part)) learnPart(parts, part);
    const book = this.#environments.get(env_id) ?? new EnvironmentBook();
    this.#environments.set(env_id, book);
    const startMs = start * secondMs;
    const seal = as_of > 0 ? { asOfUs: as_of, build } : null;
    if (kind === 'expired') return book.learnExpiry(startMs, { atUs: written_at, saidUs: Math.max(at, 1), seal });
    // A part that was merged has the newest word of an hour alone: an older one, by a clock that was set back, is in it no more.
    const isNews = blocksOf(part)[1] > (this.#newest.get(kind) ?? 0);
    if (kind !== 'seal' && kind !== 'interim') return book.learnSaid(startMs, at, isNews);
    return seal !== null && book.learnSeal(span, startMs, seal, written_at);
  }
}

const books = new WeakMap<StoreClient, SealBook>();

/** The book of a client: all that is asked through it goes by one. */
export function sealBookOf(client: StoreClient): SealBook {
  const book = books.get(client) ?? new SealBook(client);
  books.set(client, book);
  return book;
}
