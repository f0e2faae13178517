import { grantRecord, minuteMs, parseJson, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { aborted, type Clock } from '@custody/runtime';
import type { ReattributionProgress } from '@custody/store';
import { type GrantChange, GrantChanges } from './grant-changes.ts';

const longestWaitMs = minuteMs;

/** What was learned since the last time it was taken. */
export interface News {
  readonly changes: readonly GrantChange[];
  /** Position after the last record that was looked at, and the newest listings as of then. */
  readonly progress: ReattributionProgress;
}

/**
 * Follows the grants topic from its beginning, since what a value changes shows only beside what was known before it.
 * What cannot be understood is left to those who count it.
 */
export class GrantNews {
  readonly #clock: Clock;
  readonly #changes: GrantChanges;
  readonly #follower;
  #pending: GrantChange[] = [];
  #position = 0;
  #taken = 0;
  #wake = new AbortController();
  #failure: { readonly error: unknown } | null = null;

  constructor(log: Pick<Log, 'follow'>, clock: Clock, progress: ReattributionProgress) {
    this.#clock = clock;
    this.#changes = new GrantChanges(progress);
    this.#follower = log.follow({
      topic: topics.grants.name,
      onRecords: (records) => {
        for (const { value, offset } of records) {
          const parsed = value === null ? null : grantRecord.safeParse(parseJson(value));
          if (parsed?.success) this.#pending.push(...this.#changes.apply(parsed.data, offset + 1));
          this.#position = offset + 1;
        }
        this.#wake.abort();
      },
    });
    this.#follower.done.catch((error: unknown) => {
      this.#failure = { error };
      this.#wake.abort();
    });
  }

  /** Resolves when everything is known that the topic held at the beginning. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#follower.caughtUp, aborted(signal)]);
    this.#changes.caughtUp();
  }

  get isThere(): boolean {
    return this.#position > this.#taken;
  }

  take(): News {
    const changes = this.#pending;
    this.#pending = [];
    this.#taken = this.#position;
    return { changes, progress: { position: this.#position, listings: this.#changes.listings() } };
  }

  /** Resolves when there is something to take, or the signal aborts. Throws what the log throws. */
  async wait(signal: AbortSignal): Promise<void> {
    while (!this.isThere && !signal.aborted) {
      if (this.#failure !== null) throw this.#failure.error;
      this.#wake = new AbortController();
      await this.#clock.sleep(longestWaitMs, AbortSignal.any([signal, this.#wake.signal]));
    }
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }
}
