import { setTimeout as sleep } from 'node:timers/promises';
import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import {
  type ActiveParts,
  isMergedFrom,
  type Kind,
  kinds,
  lastBlockOf,
  readActiveParts,
  werePutBack,
} from './active-parts.ts';
import { EnvironmentBook, type KnownHour, unknownHour } from './environment-book.ts';
import type { Plan } from './plan.ts';
import { type EnvironmentSnapshot, inHours, secondsOf } from './snapshot.ts';
import { hoursOf } from './stretches.ts';

const isNew = (kind: Kind) => `_part NOT IN {${kind}:Array(String)}`;
const micros = (column: string) => `toUnixTimestamp64Micro(${column})`;

/** A list of what is more than a word about an hour. */
const listed = (column: string) => `groupArrayIf(${column}, kind NOT IN ('stored', 'touched'))`;

/**
 * What was said of hours, and how spans were sealed or summed up, as far as it is in parts that are not known yet. A part of a
 * table never changes: whatever is written or merged is a new one. So this misses nothing, whatever clocks say. It takes 10 ms of
 * the processor, and is asked only where the list of parts, which takes 2 ms, has one that is not known. Lists and not rows: what
 * landed since the last look may be in one part by now with all that a year has.
 */
const news = defineQuery({
  name: 'plan.news',
  sql: `SELECT kind, part, env_id, span, groupArray(start) AS starts, groupArray(at) AS ats,
  ${listed('toString(build)')} AS builds, ${listed('as_of')} AS as_ofs, ${listed('written_at')} AS written_ats
FROM
(
SELECT 'stored' AS kind, _part AS part, env_id, 'hour' AS span, toUnixTimestamp(hour) AS start, ${micros('stored_at')} AS at,
  toUInt64(0) AS build, toInt64(0) AS as_of, toInt64(0) AS written_at
FROM custody_internal.stored_hours WHERE ${isNew('stored')} AND ${inHours('hour')}
UNION ALL
SELECT 'touched', _part, env_id, 'hour', toUnixTimestamp(hour), ${micros('touched_at')}, 0, 0, 0
FROM custody_internal.touched_hours WHERE ${isNew('touched')} AND ${inHours('hour')}
UNION ALL
SELECT 'expired', _part, env_id, 'hour', toUnixTimestamp(hour), ${micros('said_at')}, build, ${micros('as_of')}, ${micros('expired_at')}
FROM custody_internal.expired_hours WHERE ${isNew('expired')} AND ${inHours('hour')}
UNION ALL
SELECT 'interim', _part, env_id, toString(span), toUnixTimestamp(starts_at), 0, build, ${micros('as_of')}, ${micros('named_at')}
FROM custody_internal.interim_sums WHERE ${isNew('interim')} AND ${inHours('starts_at')}
UNION ALL
SELECT 'seal', _part, env_id, toString(span), toUnixTimestamp(starts_at), 0, build, ${micros('as_of')}, ${micros('sealed_at')}
FROM custody_internal.seals WHERE ${isNew('seal')} AND ${inHours('starts_at')}
)
GROUP BY kind, part, env_id, span`,
  params: z.object({
    ...{ from: z.number().int(), last: z.number().int() },
    ...{ stored: z.array(z.string()), touched: z.array(z.string()) },
    ...{ expired: z.array(z.string()), interim: z.array(z.string()), seal: z.array(z.string()) },
  }),
  row: z.object({
    kind: z.enum(kinds),
    part: z.string(),
    env_id: z.string(),
    span: z.enum(['hour', 'day', 'month']),
    starts: z.array(z.number()),
    ats: z.array(z.number()),
    /** As long as the others but for what is a word about an hour: then there is none. */
    builds: z.array(z.string()),
    as_ofs: z.array(z.number()),
    written_ats: z.array(z.number()),
  }),
});
type News = z.infer<typeof news.row>;

/** Looks at the same range within an hour find the same; dashboards ask for a few. */
const mostSnapshots = 32;

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
  /** The newest moment that any of them has to know of, by `performance.now()`. */
  sinceMs: number;
  askers: number;
  readonly done: Promise<void>;
}

/**
 * Between two looks that several wait for, at most: many who ask at once are answered by a few looks, and the store has most of
 * its time for other statements.
 */
const mostRestMs = 20;

/** By how much the clocks of a store's servers may differ, microseconds: an hour. */
const longestSkewUs = 3_600_000_000;

type PartsByKind = ReadonlyMap<Kind, ActiveParts>;

/** The parts of a table that have nothing new: those that were read, and what became of them. */
function readBefore(kind: Kind, active: PartsByKind, known: PartsByKind): string[] {
  const read = known.get(kind)?.parts ?? new Set<string>();
  const merged = [...(active.get(kind)?.parts ?? [])].filter((part) => !read.has(part) && isMergedFrom(part, read));
  return [...read, ...merged];
}

/** Whether each part of the tables is among those. */
function areAllAmong(active: PartsByKind, among: Readonly<Record<Kind, readonly string[]>>): boolean {
  return [...active].every(([kind, { parts }]) => {
    const all = new Set(among[kind]);
    return [...parts].every((part) => all.has(part));
  });
}

/** Whether a table is another one than it was, such as that of a store that was restored. */
function isElsewhere(active: PartsByKind, known: PartsByKind): boolean {
  return [...active].some(([kind, { place }]) => known.has(kind) && known.get(kind)?.place !== place);
}

/**
 * Which sums hold, kept in memory and brought up to date by what is new in the store. It answers as of its last refresh; who
 * has to know of everything that was stored before a moment refreshes it after that moment.
 */
export class SealBook {
  readonly #client: StoreClient;
  readonly #environments = new Map<string, EnvironmentBook>();
  /** By table, the parts that it has read. */
  #known: PartsByKind = new Map();
  /** The years that it knows of. */
  #years: TimeRange | null = null;
  /** By table, the number of the newest insert that it knows of. */
  #newest: ReadonlyMap<string, number> = new Map();
  #version = 0;
  #running: Promise<void> = Promise.resolve();
  #waiting: Refreshing | null = null;
  /** When the newest look began that was answered, and when the next one may begin; by `performance.now()`. */
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #restsUntilMs = 0;
  #words = 0;
  /** By the store's clock when the parts that are known were found, microseconds. */
  #clockUs = 0;
  #told = '';
  #generation = 0;
  readonly #snapshots = new Map<string, EnvironmentSnapshot[]>();

  constructor(client: StoreClient) {
    this.#client = client;
  }

  /** Another number whenever something is to be read otherwise than before. */
  get version(): number {
    return this.#version;
  }

  /** Another number whenever what it knew may be of another store. */
  get generation(): number {
    return this.#generation;
  }

  /** Another number whenever anything was said of any hour, or is to be read otherwise than before. */
  get words(): number {
    return this.#words;
  }

  /** Another text whenever grants, entries or seals may be others than before. */
  get told(): string {
    return this.#told;
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

  /** How often something was said of one hour. */
  wordsOfHour(envId: string, startMs: number): number {
    return this.#environments.get(envId)?.wordsOf(startMs) ?? 0;
  }

  /** What is known of one hour that it knows of. */
  hour(envId: string, startMs: number): KnownHour {
    return this.#environments.get(envId)?.hour(startMs) ?? unknownHour;
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
   * Learns what is new, at some moment after `sinceMs` (by `performance.now()`; by default this call). Those who ask while another
   * look is being answered are answered together after it. Throws `STORE_*`.
   */
  refresh(range: TimeRange, options: StatementOptions = {}, sinceMs = performance.now()): Promise<void> {
    if (this.#isKnownSince({ range, sinceMs })) return Promise.resolve();
    if (this.#waiting === null) {
      this.#waiting = { range, sinceMs, askers: 1, done: this.#afterRunning(options) };
      this.#waiting.done.catch(() => undefined);
    } else {
      this.#waiting.range = hullOf(this.#waiting.range, range);
      this.#waiting.sinceMs = Math.max(this.#waiting.sinceMs, sinceMs);
      this.#waiting.askers += 1;
    }
    return this.#waiting.done;
  }

  #isKnownSince({ range, sinceMs }: Pick<Refreshing, 'range' | 'sinceMs'>): boolean {
    return sinceMs <= this.#lookedAtMs && this.knows(range);
  }

  async #afterRunning(options: StatementOptions): Promise<void> {
    await this.#running.catch(() => undefined);
    // The look that was on its way began late enough for all of them, such as one that the same request has begun.
    if (this.#waiting !== null && this.#isKnownSince(this.#waiting)) {
      this.#waiting = null;
      return;
    }
    const restMs = this.#restsUntilMs - performance.now();
    if (restMs > 0) await sleep(restMs);
    const { range, askers = 0 } = this.#waiting ?? {};
    this.#waiting = null;
    if (range === undefined) return;
    const startedAtMs = performance.now();
    this.#running = this.#learn(range, options).catch((error: unknown) => {
      // Whoever does not answer may be another one when it does, such as a store that was restored.
      this.#forget();
      throw error;
    });
    await this.#running;
    this.#lookedAtMs = startedAtMs;
    const nowMs = performance.now();
    this.#restsUntilMs = askers > 1 ? nowMs + Math.min(mostRestMs, nowMs - startedAtMs) : 0;
  }

  async #learn(range: TimeRange, { settings, timeoutMs }: StatementOptions): Promise<void> {
    // Not bound to one client: others may be waiting for the same. Short rows: more threads would only be started.
    const own = {
      isUrgent: true,
      settings: { ...settings, max_threads: 1, max_result_rows: '0' },
      ...(timeoutMs && { timeoutMs }),
    };
    const { active, told, clockUs } = await readActiveParts(this.#client, own);
    // Its parts are called as those of the one before it.
    if (isElsewhere(active, this.#known) || werePutBack(active, this.#known)) this.#forget();
    const years = hullOf(this.#years, yearsAround(range));
    const known: PartsByKind = contains(this.#years, years) ? this.#known : new Map();
    const parts = Object.fromEntries(kinds.map((kind) => [kind, readBefore(kind, active, known)])) as Record<
      Kind,
      string[]
    >;
    // Before which nothing was said since: but for clocks that are set back, which is seen, and for servers that differ by more.
    const sureUntilUs = clockUs < this.#clockUs ? -1 : this.#clockUs - longestSkewUs;
    this.#clockUs = clockUs;
    if (known === this.#known && areAllAmong(active, parts)) {
      this.#known = active;
      this.#told = told;
      return;
    }
    const rows = await runQuery(this.#client, news, { ...secondsOf(years), ...parts }, own);
    // What was active before the news were read is in them, in whatever part it is by now.
    this.#known = active;
    this.#told = told;
    this.#years = years;
    const newest = new Map(this.#newest);
    if (rows.length > 0) this.#words += 1;
    const changes = rows.filter((row) => this.#learnPart(row, sureUntilUs));
    for (const { kind, part } of rows) newest.set(kind, Math.max(newest.get(kind) ?? 0, lastBlockOf(part)));
    this.#newest = newest;
    if (changes.length > 0) this.#change();
  }

  #change(): void {
    this.#version += 1;
    this.#words += 1;
    this.#snapshots.clear();
  }

  #forget(): void {
    this.#generation += 1;
    this.#environments.clear();
    this.#known = new Map();
    this.#newest = new Map();
    this.#years = null;
    this.#clockUs = 0;
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
    this.#change();
  }

  /** Learns what a part says of an environment; whether anything is to be read otherwise from then on. */
  #learnPart(
    { kind, part, env_id, span, starts, ats, builds, as_ofs, written_ats }: News,
    sureUntilUs: number,
  ): boolean {
    const book = this.#environments.get(env_id) ?? new EnvironmentBook();
    this.#environments.set(env_id, book);
    // A part that was merged has the newest word of an hour alone: an older one, by a clock that was set back, is in it no more.
    const isNews = lastBlockOf(part) > (this.#newest.get(kind) ?? 0);
    const learned = starts.map((start, n): boolean => {
      const startMs = start * secondMs;
      const [atUs = 0, asOfUs = 0, build = '0', writtenUs = 0] = [ats[n], as_ofs[n], builds[n], written_ats[n]];
      if (kind === 'stored' || kind === 'touched') {
        return book.learnSaid(startMs, atUs, isNews, sureUntilUs);
      }
      const seal = asOfUs > 0 ? { asOfUs, build } : null;
      if (kind === 'expired') return book.learnExpiry(startMs, { atUs: writtenUs, saidUs: Math.max(atUs, 1), seal });
      return seal !== null && book.learnSeal(span, startMs, seal, writtenUs);
    });
    return learned.includes(true);
  }
}

const books = new WeakMap<StoreClient, SealBook>();

/** The book of a client: all that is asked through it goes by one. */
export function sealBookOf(client: StoreClient): SealBook {
  const book = books.get(client) ?? new SealBook(client);
  books.set(client, book);
  return book;
}
