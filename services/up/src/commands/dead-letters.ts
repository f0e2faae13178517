import { secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import { CustodyError, exitCodes, systemClock, type Variables } from '@custody/runtime';
import { DeadLetterView } from '../dead-letters/dead-letter-view.ts';
import {
  countByFault,
  type LetterList,
  lettersTable,
  letterText,
  listText,
  replayEventText,
  replayResultText,
} from '../dead-letters/dead-letters-text.ts';
import { deadLetterErrors } from '../dead-letters/errors.ts';
import { harmlessJson, utf8TextOf } from '../dead-letters/letter-bytes.ts';
import { readLetter } from '../dead-letters/letter-history.ts';
import { letterJson } from '../dead-letters/letter-json.ts';
import { type ReplayEvent, type ReplayResult, runReplay } from '../dead-letters/replay.ts';
import { newestFirst, type Selection, type SelectionArguments, selectionOf } from '../dead-letters/selection.ts';
import { interruption } from './interruption.ts';
import { connectPipelineLog } from './pipeline-log.ts';

export interface ListArguments extends SelectionArguments {
  readonly all?: boolean;
  readonly json?: boolean;
}

export interface ShowArguments {
  readonly raw?: boolean;
  readonly json?: boolean;
}

export interface ReplayArguments extends SelectionArguments {
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly wait: string;
  readonly json?: boolean;
}

async function withLog<T>(variables: Variables, work: (log: Log) => Promise<T>): Promise<T> {
  const absent = (directory: string) =>
    new CustodyError(deadLetterErrors.DEAD_LETTERS_NO_LOG, `There is no log in ${directory}.`);
  const log = await connectPipelineLog(variables, 'dead-letters', absent);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function readList(log: Log, { matches, limit }: Selection, all: boolean): Promise<LetterList> {
  const view = await DeadLetterView.open(log);
  try {
    const chosen = newestFirst(view.letters().filter(matches));
    const shown = all ? chosen : chosen.filter(({ state }) => state !== 'stored');
    return {
      letters: shown.slice(0, limit),
      matching: shown.length,
      counts: countByFault(shown),
      stored: chosen.length - shown.length,
      foreign: view.foreign,
    };
  } finally {
    await view.stop();
  }
}

/** Prints the dead letters that the filters choose. Throws `DEAD_LETTERS_*`, `CONFIG_INVALID` and LOG_* errors. */
export async function listDeadLetters(variables: Variables, given: ListArguments): Promise<void> {
  const { all = false, json = false } = given;
  const selection = selectionOf(given, systemClock.now());
  const list = await withLog(variables, (log) => readList(log, selection, all));
  say(json ? harmlessJson({ ...list, letters: list.letters.map(letterJson) }, 2) : listText(list));
}

/** Prints one dead letter, or exactly its bytes. Throws `DEAD_LETTER_UNKNOWN`, `CONFIG_INVALID` and LOG_* errors. */
export async function showDeadLetter(variables: Variables, origin: string, given: ShowArguments): Promise<void> {
  const { raw = false, json = false } = given;
  const history = await withLog(variables, (log) => readLetter(log, origin));
  const { key, headers, value } = history.newest;
  if (raw) {
    process.stdout.write(value ?? new Uint8Array());
    return;
  }
  if (!json) return say(letterText(history));
  const bytes = { base64: value === null ? null : Buffer.from(value).toString('base64') };
  const text = value === null ? null : utf8TextOf(value);
  say(harmlessJson({ origin, key, headers, events: history.events, text, ...bytes }, 2));
}

/** Only a dry run names every letter: they may be many, and the list names them. */
function eventJson(event: ReplayEvent, dryRun: boolean) {
  if (event.event === 'progress') return event;
  const { letters, ...others } = event;
  return { ...others, selected: letters.length, ...(dryRun && { letters: letters.map(letterJson) }) };
}

const plainEveryMs = 10 * secondMs;

/** Prints events: as JSON lines, on a terminal with one line that moves, in a pipe with a line now and then. */
function printer(json: boolean, dryRun: boolean): (event: ReplayEvent) => void {
  const isTerminal = process.stderr.isTTY === true;
  let saidAtMs = systemClock.now();
  return (event) => {
    if (json) return say(harmlessJson(eventJson(event, dryRun)));
    if (event.event === 'progress' && !isTerminal) {
      if (systemClock.now() - saidAtMs < plainEveryMs) return;
      saidAtMs = systemClock.now();
      process.stderr.write(`${replayEventText(event)}\n`);
      return;
    }
    const start = isTerminal ? '\r\u001b[K' : '';
    process.stderr.write(`${start}${replayEventText(event)}${event.event === 'progress' ? '' : '\n'}`);
    if (event.event === 'selected' && dryRun && event.letters.length > 0) say(lettersTable(event.letters));
  };
}

function exitCodeOf({ outcome, failed_again }: ReplayResult): number {
  if (outcome === 'interrupted') return exitCodes.interrupted;
  return outcome === 'unhandled' || failed_again > 0 ? exitCodes.failed : exitCodes.ok;
}

/** Replays the dead letters that the filters choose. Resolves with the exit code. Throws as `listDeadLetters` does. */
export async function replayDeadLetters(variables: Variables, given: ReplayArguments): Promise<number> {
  const { again = false, dryRun = false, json = false, wait } = given;
  const selection = selectionOf(given, systemClock.now());
  if (!/^\d{1,6}$/.test(wait)) {
    const message = `--wait ${JSON.stringify(wait.slice(0, 100))} is no number of seconds; write 0 or more.`;
    throw new CustodyError(deadLetterErrors.DEAD_LETTERS_REFUSED, message);
  }
  const waitMs = Number(wait) * secondMs;
  return withLog(variables, async (log) => {
    using interrupted = interruption();
    const { signal } = interrupted;
    const onEvent = printer(json, dryRun);
    const options = { log, clock: systemClock, selection, again, dryRun, waitMs, signal, onEvent };
    const result = await runReplay(options);
    if (process.stderr.isTTY && !json && result.replayed > 0) process.stderr.write('\n');
    say(json ? harmlessJson({ event: 'result', ...result }) : replayResultText(result));
    return exitCodeOf(result);
  });
}
