import {
  attemptOf,
  type DeadLetterNoteHeaders,
  type Fault,
  formatTimestamp,
  replayHeaders,
  secondMs,
  topics,
} from '@custody/decision';
import type { Log, LogRecord, NewRecord } from '@custody/log';
import { aborted, type Clock } from '@custody/runtime';
import { DeadLetterView, positionOf, type SeenLetter } from './dead-letter-view.ts';
import { newestFirst, type Selection } from './selection.ts';

export interface ReplayOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly selection: Selection;
  /** Also what was replayed before. */
  readonly again: boolean;
  /** Say what would be replayed, and write nothing. */
  readonly dryRun: boolean;
  /** How long to wait for the consumer after its last sign of life; 0: not at all. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ReplayEvent) => void;
}

export type ReplayEvent =
  | {
      readonly event: 'selected';
      readonly letters: readonly SeenLetter[];
      /** Chosen by the filters too, and left out: replayed before and not handled yet. */
      readonly on_their_way: number;
      readonly stored_before: number;
      /** Left out: replaying them could store a decision twice. */
      readonly conflicting: number;
    }
  | {
      readonly event: 'progress';
      readonly letters: number;
      readonly replayed: number;
      readonly stored: number;
      readonly failed_again: number;
    };

export interface ReplayResult {
  /** `replayed`: nobody waited. `unhandled`: the consumer has not come to all of them while one waited. */
  readonly outcome: 'handled' | 'replayed' | 'unhandled' | 'interrupted' | 'dry_run';
  readonly letters: number;
  readonly replayed: number;
  readonly stored: number;
  readonly failed_again: number;
}

/**
 * A decision keeps its first time for ever. The consumer recognizes another one only among what it has seen lately; later
 * it would be a second row, so that these letters are for looking at and not for replaying.
 */
const neverReplayed: Fault = 'conflicting_entry';

/** Few, so that Ctrl-C is soon heard, and a kill between replay and note has few replayed twice. */
const perAppend = 100;
const lookEveryMs = secondMs / 5;

function choose(view: DeadLetterView, { selection, again }: ReplayOptions) {
  const all = view.letters().filter(selection.matches);
  const able = all.filter(({ fault }) => fault !== neverReplayed);
  const count = (state: string) => (again ? 0 : able.filter((letter) => letter.state === state).length);
  const letters = newestFirst(able.filter(({ state }) => again || state === 'dead')).slice(0, selection.limit);
  return {
    letters,
    on_their_way: count('replayed'),
    stored_before: count('stored'),
    conflicting: all.filter(({ fault, state }) => fault === neverReplayed && state === 'dead').length,
  };
}

/**
 * Appends dead letters back to the decisions topic, bytes and key untouched, with the original headers, their origin and
 * their attempts, and follows what becomes of them. A letter is noted as replayed right after: the same call again goes on
 * where this one stopped, and what a kill between the two has replayed twice lands once. Throws LOG_* errors.
 */
export async function runReplay(options: ReplayOptions): Promise<ReplayResult> {
  const view = await DeadLetterView.open(options.log);
  try {
    const chosen = choose(view, options);
    options.onEvent({ event: 'selected', ...chosen });
    const none = { letters: chosen.letters.length, replayed: 0, stored: 0, failed_again: 0 };
    if (options.dryRun) return { outcome: 'dry_run', ...none };
    if (chosen.letters.length === 0) return { outcome: 'handled', ...none };
    return await new Replay(chosen.letters, view, options).run();
  } finally {
    await view.stop();
  }
}

class Replay {
  readonly #view: DeadLetterView;
  readonly #options: ReplayOptions;
  readonly #letters: readonly SeenLetter[];
  readonly #toSend: Map<string, SeenLetter>;
  #sent: SeenLetter[] = [];
  #stored = 0;
  #failedAgain = 0;

  constructor(letters: readonly SeenLetter[], view: DeadLetterView, options: ReplayOptions) {
    this.#letters = letters;
    this.#view = view;
    this.#options = options;
    this.#toSend = new Map(letters.map((letter) => [letter.position, letter]));
  }

  async run(): Promise<ReplayResult> {
    const { signal, waitMs } = this.#options;
    await this.#sendAll();
    if (waitMs === 0) return { outcome: signal.aborted ? 'interrupted' : 'replayed', ...this.#counts() };
    const isHandled = await Promise.race([this.#follow(), this.#view.failed()]);
    const outcome = isHandled ? 'handled' : signal.aborted ? 'interrupted' : 'unhandled';
    return { outcome, ...this.#counts() };
  }

  #counts() {
    const { length: replayed } = this.#sent;
    return { letters: this.#letters.length, replayed, stored: this.#stored, failed_again: this.#failedAgain };
  }

  /** Reads the letters once more, now with their bytes, so that never more than a few of them are held. */
  async #sendAll(): Promise<void> {
    const { log, signal } = this.#options;
    const { promise: allSent, resolve } = Promise.withResolvers<void>();
    const follower = log.follow({
      topic: topics.deadLetters.name,
      onRecords: async (records) => {
        const wanted = records.filter((record) => this.#toSend.has(positionOf(record)));
        for (let start = 0; start < wanted.length && !signal.aborted; start += perAppend) {
          await this.#send(wanted.slice(start, start + perAppend));
        }
        if (this.#toSend.size === 0) resolve();
      },
    });
    try {
      await Promise.race([allSent, follower.caughtUp, aborted(signal)]);
    } finally {
      await follower.stop();
    }
    // Rejects with what the append failed with that was under way when the signal came.
    await follower.done;
  }

  async #send(records: readonly LogRecord[]): Promise<void> {
    const { log, clock, onEvent } = this.#options;
    const notedAt = formatTimestamp(clock.now());
    const replays = records.map(({ key, value, headers }): NewRecord => {
      return { key, value, headers: replayHeaders(headers) };
    });
    const notes = records.map(({ key, headers }): NewRecord => {
      const note: DeadLetterNoteHeaders = {
        'custody-note': 'replayed',
        'custody-noted-at': notedAt,
        'custody-attempt': String(Math.max(1, attemptOf(headers))),
        'custody-origin': headers['custody-origin'] ?? '',
      };
      return { key, value: null, headers: note };
    });
    await log.append(topics.decisions.name, replays);
    await log.append(topics.deadLetters.name, notes);
    for (const record of records) {
      const letter = this.#toSend.get(positionOf(record));
      if (letter) this.#sent.push(letter);
      this.#toSend.delete(positionOf(record));
    }
    onEvent({ event: 'progress', ...this.#counts() });
  }

  /** Follows what was sent until the consumer has handled it; false when it gave no sign for too long, or on abort. */
  async #follow(): Promise<boolean> {
    const { clock, signal, waitMs, onEvent } = this.#options;
    let movedAtMs = clock.now();
    let waiting = this.#sent;
    for (;;) {
      const before = waiting.length;
      waiting = waiting.filter((letter) => !this.#isHandled(letter));
      if (waiting.length < before) {
        movedAtMs = clock.now();
        onEvent({ event: 'progress', ...this.#counts() });
      }
      if (waiting.length === 0) return !signal.aborted;
      if (signal.aborted || clock.now() - movedAtMs >= waitMs) return false;
      await clock.sleep(lookEveryMs, signal);
    }
  }

  #isHandled({ origin, attempt }: SeenLetter): boolean {
    const letter = this.#view.letter(origin);
    if (letter === undefined) return false;
    if (letter.state === 'stored') this.#stored += 1;
    else if (letter.attempt > attempt) this.#failedAgain += 1;
    else return false;
    return true;
  }
}
