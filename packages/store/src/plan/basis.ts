import type { TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import type { Plan } from './plan.ts';
import { type SealBook, sealBookOf } from './seal-book.ts';
import { isOfSums } from './source-sql.ts';

/** What an answer rests on, noted before its rows were read. */
export interface Basis {
  /** Without the builds of sums: those change with the version alone. */
  readonly plans: readonly Plan[];
  /** Of the seal book when the plans were made. */
  readonly version: number;
  /** How often something had been said, before the rows were read, of the hours that are read from rows. */
  readonly words: number;
  /** Of all hours together, when it was found right last: nothing at all said since spares looking at each. */
  rightAt?: number;
}

/** What of a plan is needed to know whether its answer is still right, and what it was read from: not the sums. */
function withoutSums(plan: Plan): Plan {
  return { ...plan, parts: plan.parts.map((part) => (isOfSums(part) ? { ...part, shares: [], builds: [] } : part)) };
}

export function basisOf(book: SealBook, plans: readonly Plan[]): Basis {
  return { plans: plans.map(withoutSums), version: book.version, words: book.wordsOf(plans) };
}

/** Whether nothing was said since of what an answer rests on, as far as the book knows. */
export function isRight(book: SealBook, basis: Basis): boolean {
  if (basis.version !== book.version) return false;
  if (basis.rightAt === book.words) return true;
  if (basis.words !== book.wordsOf(basis.plans)) return false;
  basis.rightAt = book.words;
  return true;
}

/** Learns what is new, as of a moment after `sinceMs`, by `performance.now()`. Throws `STORE_*`. */
export function lookForNews(
  client: StoreClient,
  range: TimeRange,
  { sinceMs, ...statement }: StatementOptions & { readonly sinceMs?: number } = {},
): Promise<void> {
  return sealBookOf(client).refresh(range, statement, sinceMs);
}

/** All rows of a range, of every environment, as something that an answer rests on. Must be noted before they are read. */
export async function noteRows(
  client: StoreClient,
  range: TimeRange,
  { sinceMs, ...statement }: StatementOptions & { readonly sinceMs?: number } = {},
): Promise<Basis> {
  const book = sealBookOf(client);
  if (!book.knows(range)) await book.refresh(range, statement, sinceMs);
  const envIds = book.snapshot(range).map(({ envId }) => envId);
  const rows = { level: 'raw', shares: [{ envIds, ranges: [range] }], builds: [] } as const;
  return basisOf(book, [{ range, cube: null, parts: [rows], expired: null, hasExpired: false, sealedUntilUs: 0 }]);
}

/**
 * Looks whether an answer is still right that rests on all of these: as of a moment after `sinceMs`, by `performance.now()`.
 * Throws `STORE_*`.
 */
export async function areRight(
  client: StoreClient,
  bases: readonly Basis[],
  { sinceMs, ...statement }: StatementOptions & { readonly sinceMs?: number } = {},
): Promise<boolean> {
  const book = sealBookOf(client);
  // What is known to be other needs no look.
  if (!bases.every((basis) => isRight(book, basis))) return false;
  const ranges = bases.flatMap(({ plans }) => plans.map(({ range }) => range));
  if (ranges.length === 0) return true;
  const whole = {
    fromMs: Math.min(...ranges.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...ranges.map(({ toMs }) => toMs)),
  };
  await book.refresh(whole, statement, sinceMs);
  return bases.every((basis) => isRight(book, basis));
}
