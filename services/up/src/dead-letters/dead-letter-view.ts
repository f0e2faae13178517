import { attemptOf, deadLetterHeaders, deadLetterNoteHeaders, topics } from '@custody/decision';
import type { Follower, Log, LogRecord } from '@custody/log';

/** `dead`: waits for a replay. `replayed`: stands in the decisions topic again. `stored`: mended, for good. */
export type LetterState = 'dead' | 'replayed' | 'stored';

/** A dead letter in its newest attempt, without its bytes. */
export interface SeenLetter {
  readonly origin: string;
  readonly attempt: number;
  readonly state: LetterState;
  /** Empty where the record said nothing of it. */
  readonly envId: string;
  readonly envName: string;
  readonly hour: string;
  readonly fault: string;
  readonly step: string;
  readonly detail: string;
  readonly failedAt: string;
  readonly bytes: number;
  /** Where it stands among the dead letters. */
  readonly position: string;
}

export function positionOf({ partition, offset }: LogRecord): string {
  return `${partition}/${offset}`;
}

/** What the log says of dead letters, kept up to date. Holds what their headers say, not their bytes. */
export class DeadLetterView {
  readonly #letters = new Map<string, Omit<SeenLetter, 'state'>>();
  /** The newest attempt that was replayed, by origin. */
  readonly #replayed = new Map<string, number>();
  readonly #stored = new Set<string>();
  readonly #follower: Follower;
  #foreign = 0;

  private constructor(log: Pick<Log, 'follow'>) {
    const onRecords = (records: readonly LogRecord[]) => {
      for (const record of records) this.#note(record);
    };
    this.#follower = log.follow({ topic: topics.deadLetters.name, onRecords });
  }

  /** Reads all that is there, and goes on until it is stopped. Throws LOG_* errors. */
  static async open(log: Pick<Log, 'follow'>): Promise<DeadLetterView> {
    const view = new DeadLetterView(log);
    await view.#follower.caughtUp;
    return view;
  }

  letters(): SeenLetter[] {
    return [...this.#letters.values()].map((letter) => ({ ...letter, state: this.#stateOf(letter) }));
  }

  letter(origin: string): SeenLetter | undefined {
    const letter = this.#letters.get(origin);
    return letter && { ...letter, state: this.#stateOf(letter) };
  }

  /** Records of the topic that are neither a letter nor a note on one. */
  get foreign(): number {
    return this.#foreign;
  }

  /** Rejects when the log can no longer be followed. */
  async failed(): Promise<never> {
    await this.#follower.done;
    return new Promise<never>(() => undefined);
  }

  async stop(): Promise<void> {
    await this.#follower.stop();
  }

  #stateOf({ origin, attempt }: Omit<SeenLetter, 'state'>): LetterState {
    if (this.#stored.has(origin)) return 'stored';
    return (this.#replayed.get(origin) ?? 0) >= attempt ? 'replayed' : 'dead';
  }

  #note(record: LogRecord): void {
    const { headers, value } = record;
    const note = deadLetterNoteHeaders.safeParse(headers);
    if (note.success) {
      const { 'custody-origin': origin, 'custody-note': what } = note.data;
      if (what === 'stored') this.#stored.add(origin);
      else this.#replayed.set(origin, Math.max(this.#replayed.get(origin) ?? 0, attemptOf(headers)));
      return;
    }
    const parsed = deadLetterHeaders.safeParse(headers);
    if (!parsed.success) {
      this.#foreign += 1;
      return;
    }
    const origin = parsed.data['custody-origin'];
    const attempt = Math.max(1, attemptOf(headers));
    // A crash between letter and commit appends the same attempt again.
    if ((this.#letters.get(origin)?.attempt ?? 0) >= attempt) return;
    this.#letters.set(origin, {
      ...{ origin, attempt },
      envId: headers['custody-env-id'] ?? '',
      envName: headers['custody-env-name'] ?? '',
      hour: headers['custody-hour'] ?? '',
      fault: parsed.data['custody-fault'],
      step: parsed.data['custody-step'],
      detail: parsed.data['custody-fault-detail'],
      failedAt: parsed.data['custody-failed-at'],
      bytes: value?.byteLength ?? 0,
      position: positionOf(record),
    });
  }
}
