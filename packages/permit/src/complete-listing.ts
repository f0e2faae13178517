import { CustodyError } from '@custody/runtime';
import { permitErrors } from './errors.ts';
import type { Page } from './page.ts';

export interface ListingOptions<T> {
  /** For errors. */
  readonly name: string;
  readonly perPage: number;
  readonly idOf: (row: T) => string;
  readonly fetchPage: (page: number) => Promise<Page<T>>;
}

/** One reading is enough in quiet times; a listing that changes all the while is given up after this many. */
const mostReadings = 4;

interface Reading<T> {
  readonly rows: ReadonlyMap<string, T>;
  /** Whether the pages themselves show that nothing slipped between them. */
  readonly isSelfEvident: boolean;
  /** Whether its pages tell one count, or none: those that tell several are of several states, or partly an error. */
  readonly isOfOneState: boolean;
}

function unstable(name: string, how: string): CustodyError {
  const fields = { listing: name };
  return new CustodyError(permitErrors.PERMIT_LISTING_UNSTABLE, `The listing of ${name} ${how}.`, { fields });
}

async function readOnce<T>({ name, perPage, idOf, fetchPage }: ListingOptions<T>): Promise<Reading<T>> {
  const rows = new Map<string, T>();
  const totals = new Set<number | null>();
  for (let page = 1; ; page += 1) {
    const { rows: more, totalCount } = await fetchPage(page);
    totals.add(totalCount);
    const known = rows.size;
    for (const row of more) rows.set(idOf(row), row);
    // A server that does not turn its pages would never come to an end, and never show the rest.
    if (more.length > 0 && rows.size === known) throw unstable(name, `repeats itself on page ${page}`);
    // A server may serve fewer rows a page than asked for: while its count says more, only an empty page is the end.
    const isLast = more.length < perPage && (totalCount === null || rows.size >= totalCount);
    if (!isLast && more.length > 0) continue;
    const [total] = totals;
    const isCounted = totals.size === 1 && total === rows.size;
    const isOfOneState = [...totals].filter((told) => told !== null).length <= 1;
    return { rows, isSelfEvident: isCounted || (page === 1 && totalCount === null), isOfOneState };
  }
}

function sameIds<T>(a: Reading<T>, b: Reading<T> | null): boolean {
  return b !== null && a.rows.size === b.rows.size && [...a.rows.keys()].every((id) => b.rows.has(id));
}

/**
 * Reads every page of a listing, or throws. Pages are offsets: when a row is deleted between two of them, the next page
 * skips another one, which would look like the end of a grant. So a reading counts only if it is a single page, agrees
 * with an unchanging count, or lists the same ids as the reading before it with pages that do not contradict each other.
 * A listing that is empty from its first page on is complete: nothing tells it from one whose rows are all gone.
 */
export async function readCompleteListing<T>(options: ListingOptions<T>): Promise<T[]> {
  let previous: Reading<T> | null = null;
  for (let attempt = 0; attempt < mostReadings; attempt += 1) {
    const reading: Reading<T> = await readOnce(options);
    if (reading.isSelfEvident || (reading.isOfOneState && sameIds(reading, previous)))
      return [...reading.rows.values()];
    previous = reading;
  }
  throw unstable(options.name, `changed during each of ${mostReadings} readings`);
}
