import { faults, formatTimestamp, hourOf, parseTimestamp, parseTimeText, timeTextForms } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import type { SeenLetter } from './dead-letter-view.ts';
import { deadLetterErrors } from './errors.ts';

/** Filters as they are written on the command line; the same for looking and for replaying. */
export interface SelectionArguments {
  readonly fault?: string;
  readonly step?: string;
  /** Id or key. */
  readonly env?: string;
  /** When it failed, in its newest attempt: the one time that every letter has. Half-open. */
  readonly from?: string;
  readonly to?: string;
  /** The UTC hour that it was read for. */
  readonly hour?: string;
  /** The newest so many. */
  readonly limit?: string;
}

export interface Selection {
  readonly matches: (letter: SeenLetter) => boolean;
  /** Absent: all of them. */
  readonly limit: number | undefined;
}

function refused(message: string): CustodyError {
  return new CustodyError(deadLetterErrors.DEAD_LETTERS_REFUSED, message);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function instantOf(option: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const instant = parseTimeText(text, nowMs);
  if (instant !== null) return instant;
  throw refused(`${option} ${quoted(text)} is no time; write ${timeTextForms}.`);
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw refused(`--limit ${quoted(text)} is no number of letters; write 1 or more.`);
}

/** Reads the filters. Throws `DEAD_LETTERS_REFUSED`. */
export function selectionOf(given: SelectionArguments, nowMs: number): Selection {
  const { fault, step, env } = given;
  const fromMs = instantOf('--from', given.from, nowMs) ?? Number.NEGATIVE_INFINITY;
  const toMs = instantOf('--to', given.to, nowMs) ?? Number.POSITIVE_INFINITY;
  if (fromMs >= toMs) throw refused(`The range is empty: --from (${given.from}) is not before --to (${given.to}).`);
  const hourStartMs = instantOf('--hour', given.hour, nowMs);
  const hour = hourStartMs === undefined ? undefined : formatTimestamp(hourOf(hourStartMs));
  if (fault !== undefined && !faults.some((known) => known === fault)) {
    throw refused(`--fault ${quoted(fault)} is no fault; there are ${faults.join(', ')}.`);
  }
  const isAny = (wanted: string | undefined, ...values: string[]) => wanted === undefined || values.includes(wanted);
  const matches = (letter: SeenLetter) => {
    // A time that cannot be read is no reason to hide a letter.
    const failedAtMs = parseTimestamp(letter.failedAt) ?? nowMs;
    return (
      isAny(fault, letter.fault) &&
      isAny(step, letter.step) &&
      isAny(env, letter.envId, letter.envName) &&
      isAny(hour, letter.hour) &&
      failedAtMs >= fromMs &&
      failedAtMs < toMs
    );
  };
  return { matches, limit: limitOf(given.limit) };
}

/** Newest failure first. */
export function newestFirst(letters: readonly SeenLetter[]): SeenLetter[] {
  return letters.toSorted((a, b) => (a.failedAt < b.failedAt ? 1 : a.failedAt > b.failedAt ? -1 : 0));
}
