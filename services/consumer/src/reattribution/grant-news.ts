import { grantRecord, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { aborted } from '@custody/runtime';
import type { ReattributionProgress } from '@custody/store';
import { parseJson } from '../parse-json.ts';
import { type GrantChange, GrantChanges } from './grant-changes.ts';

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
  readonly #changes: GrantChanges;
  readonly #follower;
  #pending: GrantChange[] = [];
  #position = 0;
  #taken = 0;
  #wake = new AbortController();

  constructor(log: Pick<Log, 'follow'>, progress: ReattributionProgress) {
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
    if (this.isThere) return;
    this.#wake = new AbortController();
    await Promise.race([aborted(this.#wake.signal), aborted(signal), this.#follower.done]);
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }
}
