import { hourMs, hourOf, type TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { believedMs } from '../plan/answer-memory.ts';
import { type Basis, isRight, noteRows } from '../plan/basis.ts';
import { isEnvironmentAsked, splitEnvironments } from '../plan/environments.ts';
import { sealBookOf } from '../plan/seal-book.ts';
import type { Selection } from '../questions/selection.ts';
import { keptHoursOf } from './count-plan.ts';
import type { EnvironmentHour, HourRows } from './hour-rows.ts';
import { canMatch, rowMatcher } from './row-matcher.ts';

/** What of a row is needed to put it into its place; RFC 3339. */
interface Placed {
  readonly occurred_at: string;
}

/** The newest rows of a stretch that ends where it is kept for. */
interface KeptRows {
  readonly fromMs: number;
  readonly limit: number;
  readonly rows: Promise<readonly Placed[]>;
  readonly basis: Basis;
  readonly readAtMs: number;
}

/** Pages; some five megabytes. */
const mostKept = 50;
/** Longer pages are not kept: the usual one is a hundred rows, and tells by one more whether there is another. */
const mostRowsOfPage = 101;
/** Of the newest hour: more environments are asked together. */
const mostEnvironments = 12;

const kept = new WeakMap<StoreClient, Map<string, KeptRows>>();

function keptBy(client: StoreClient): Map<string, KeptRows> {
  const known = kept.get(client) ?? new Map<string, KeptRows>();
  kept.set(client, known);
  return known;
}

export interface NewestWanted<Row extends Placed> {
  readonly selection: Selection;
  readonly limit: number;
  /** Reads the newest of a range from the store; `isShared` where others may wait for them. */
  readonly read: (range: TimeRange, limit: number, isShared?: boolean) => Promise<readonly Row[]>;
}

const atMs = ({ occurred_at }: Placed) => Date.parse(occurred_at);

/** Whether what is kept has the newest of a range that ends where it does, as many as are wanted. */
async function serves({ fromMs, limit, rows }: KeptRows, range: TimeRange, wanted: number): Promise<boolean> {
  if (limit < wanted) return false;
  if (fromMs <= range.fromMs) return true;
  const found = await rows;
  const last = found[wanted - 1];
  return last !== undefined && atMs(last) >= range.fromMs;
}

/** The newest rows of a range, by what is kept of one that ends where it does, as long as nothing was said of that. */
async function readKept<Row extends Placed>(
  client: StoreClient,
  { selection, limit, read }: NewestWanted<Row>,
  range: TimeRange,
): Promise<readonly Row[]> {
  const book = sealBookOf(client);
  const { range: _, ...about } = selection;
  const key = JSON.stringify([book.generation, range.toMs, about]);
  const known = keptBy(client).get(key);
  if (known && isRight(book, known.basis) && performance.now() - known.readAtMs <= believedMs) {
    try {
      if (await serves(known, range, limit)) {
        const found = (await known.rows) as readonly Row[];
        return found.filter((row) => atMs(row) >= range.fromMs).slice(0, limit);
      }
    } catch {
      // What befell a reading that somebody else had begun befalls it alone.
    }
  }
  const basis = await noteRows(client, range);
  const entry = { fromMs: range.fromMs, limit, rows: read(range, limit, true), basis, readAtMs: performance.now() };
  const all = keptBy(client);
  all.delete(key);
  all.set(key, entry);
  entry.rows.catch(() => all.get(key) === entry && all.delete(key));
  for (const oldest of all.keys()) {
    if (all.size <= mostKept) break;
    all.delete(oldest);
  }
  return entry.rows;
}

/** Whether a row of an hour is asked for, and lies in a range. */
function hasAny(rows: HourRows, selection: Selection, { fromMs, toMs }: TimeRange): boolean {
  const fits = rowMatcher(rows, selection);
  for (let row = 0; row < rows.size; row += 1) {
    const at = rows.atMs[row] ?? 0;
    if (at >= fromMs && at < toMs && fits(row)) return true;
  }
  return false;
}

/** The hour that a range ends in, of the environments that may have any of it; `null` where they are too many, or names count. */
function newestHours(client: StoreClient, selection: Selection, startMs: number): readonly EnvironmentHour[] | null {
  const { about, rest } = splitEnvironments(selection);
  const isByName = about.some((one) => [...one.include, ...one.exclude].some(({ column }) => column !== 'env_id'));
  if (isByName || !canMatch(rest)) return null;
  const there = sealBookOf(client).snapshot({ fromMs: startMs, toMs: startMs + hourMs });
  const asked = there.filter(({ envId }) => isEnvironmentAsked(about, envId));
  return asked.length > mostEnvironments ? null : asked.map(({ envId }) => ({ envId, startMs }));
}

/**
 * The newest rows of a selection: those of the hour that the range ends in, which decisions land in, apart from those before, of
 * which nothing is said as a rule. Whether that hour has any is told by its rows that are held for all questions. `null` where
 * that is not possible: then all is read together. As of a look after `sinceMs`. Throws `STORE_*`.
 */
export async function readNewestRows<Row extends Placed>(
  client: StoreClient,
  wanted: NewestWanted<Row>,
  { sinceMs, ...statement }: StatementOptions & { readonly sinceMs?: number },
): Promise<readonly Row[] | null> {
  const { selection, limit } = wanted;
  const { fromMs, toMs } = selection.range;
  const startMs = hourOf(toMs - 1);
  if (limit > mostRowsOfPage || startMs <= fromMs || startMs + hourMs === toMs) return null;
  await sealBookOf(client).refresh(selection.range, statement, sinceMs);
  const hours = newestHours(client, selection, startMs);
  if (hours === null) return null;
  const newest = hours.length === 0 ? [] : await keptHoursOf(client).read(hours, statement);
  if (newest === null) return null;
  const { rest } = splitEnvironments(selection);
  const has = (range: TimeRange) => newest.some((rows) => hasAny(rows, rest, range));
  const within = { fromMs: startMs, toMs };
  const hasLater = has({ fromMs: toMs, toMs: startMs + hourMs });
  const readNewest = async () => {
    if (!has(within)) return [];
    if (hasLater) return wanted.read(within, limit);
    // Of an hour without later rows the newest are the same, whatever moment of it is asked for.
    const rows = await readKept(client, wanted, { fromMs: startMs, toMs: startMs + hourMs });
    // One that was stored since the look would take the place of one that is asked for.
    return rows.every((row) => atMs(row) < toMs) ? rows : wanted.read(within, limit);
  };
  const [late, early] = await Promise.all([readNewest(), readKept(client, wanted, { fromMs, toMs: startMs })]);
  return [...late, ...early].slice(0, limit);
}
