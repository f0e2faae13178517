import { createHash } from 'node:crypto';
import { dayMs, hourMs, type TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import type { Selection } from '../questions/selection.ts';
import { asksForNames, isEnvironmentAsked, readEnvironmentNames, splitEnvironments } from './environments.ts';
import { type SealBook, sealBookOf } from './seal-book.ts';
import type { EnvironmentSnapshot } from './snapshot.ts';

export interface SealedVersion {
  /** Another text after anything about the decisions of the ranges has changed. */
  readonly version: string;
  /** Whether rows of the ranges are gone. */
  readonly hasExpired: boolean;
  /** The version of the seal book that this is known from: what was planned by the same one is of this version, or a newer one. */
  readonly bookVersion: number;
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url');

interface DaysOfBook {
  version: number;
  readonly digests: Map<string, string>;
}

/** Digests of whole days, as long as nothing changes: a year has 8,760 hours to be named, and questions about years differ. */
const daysOfBooks = new WeakMap<SealBook, DaysOfBook>();
/** Ten environments of ten years. */
const mostDays = 36_500;

function daysOf(book: SealBook): Map<string, string> {
  const known = daysOfBooks.get(book);
  if (known?.version === book.version && known.digests.size <= mostDays) return known.digests;
  const digests = new Map<string, string>();
  daysOfBooks.set(book, { version: book.version, digests });
  return digests;
}

/** Hours that decisions are stored in, but for those that are told otherwise, with the builds that their seals name. */
function statementOf({ envId, firstHourMs, lastHourMs, expiredHours, buildOf }: EnvironmentSnapshot, book: SealBook) {
  const days = daysOf(book);
  const endMs = lastHourMs + hourMs;
  const said: unknown[] = [];
  const sayHours = (fromMs: number, toMs: number) => {
    const hours = Array.from({ length: (toMs - fromMs) / hourMs }, (_, n) => fromMs + n * hourMs);
    return hours.map((hour) => [buildOf('hour', hour), expiredHours.has(hour)]);
  };
  for (let fromMs = firstHourMs; fromMs < endMs; ) {
    const toMs = Math.min(endMs, Math.floor(fromMs / dayMs) * dayMs + dayMs);
    if (toMs - fromMs < dayMs) said.push(sayHours(fromMs, toMs));
    else {
      const key = `${fromMs} ${envId}`;
      const digest = days.get(key) ?? digestOf(JSON.stringify(sayHours(fromMs, toMs)));
      days.set(key, digest);
      said.push(digest);
    }
    fromMs = toMs;
  }
  return [envId, firstHourMs, said];
}

/**
 * A name for all that the decisions of some ranges are and were summed up to, as long as the seal of each hour that has any
 * holds; `null` where one does not, or a range is shorter than an hour. What is read after this is of that version or of a
 * newer one, whose name differs: an hour whose seal does not hold any more has none, and its next seal names another build.
 * Throws `STORE_*`.
 */
export async function readSealedVersion(
  client: StoreClient,
  { selection, ranges }: { readonly selection: Selection; readonly ranges: readonly TimeRange[] },
  { sinceMs, ...statement }: StatementOptions & { readonly sinceMs?: number } = {},
): Promise<SealedVersion | null> {
  if (ranges.some(({ fromMs, toMs }) => toMs - fromMs < hourMs)) return null;
  const { about } = splitEnvironments(selection);
  const names = asksForNames(about) ? await readEnvironmentNames(client, statement) : new Map<string, string[]>();
  const book = sealBookOf(client);
  const snapshots = () =>
    ranges.map((range) =>
      book.snapshot(range).filter(({ envId }) => isEnvironmentAsked(about, envId, names.get(envId))),
    );
  const isOpen = () => snapshots().some((found) => found.some(({ openHours }) => openHours.size > 0));
  const [earliest, latest] = [
    Math.min(...ranges.map(({ fromMs }) => fromMs)),
    Math.max(...ranges.map(({ toMs }) => toMs)),
  ];
  const whole = { fromMs: earliest, toMs: latest };
  // What was open a moment ago is, as a rule, open still: nothing is asked for that.
  if (book.knows(whole) && isOpen()) return null;
  await book.refresh(whole, statement, sinceMs);
  if (isOpen()) return null;
  const key = JSON.stringify([book.version, about, [...names], ranges]);
  const known = versionsOf(client).get(key);
  if (known !== undefined) return known;
  const found = snapshots();
  const said = JSON.stringify(found.map((range) => range.map((snapshot) => statementOf(snapshot, book))));
  const version = {
    version: digestOf(said),
    bookVersion: book.version,
    hasExpired: found.flat().some(({ expiredHours }) => expiredHours.size > 0),
  };
  if (versionsOf(client).size >= mostRemembered) versionsOf(client).clear();
  versionsOf(client).set(key, version);
  return version;
}

/** What was found of late: a year has 8,760 hours to be named. */
const remembered = new WeakMap<StoreClient, Map<string, SealedVersion>>();
const mostRemembered = 100;

function versionsOf(client: StoreClient): Map<string, SealedVersion> {
  const known = remembered.get(client) ?? new Map<string, SealedVersion>();
  remembered.set(client, known);
  return known;
}
