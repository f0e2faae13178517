import { sourceClaim, sourceClaimKey, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { CustodyError, type SourceKind } from '@custody/runtime';
import { consumerErrors } from './errors.ts';

const names = { permit: 'decisions from Permit', simulator: 'the demo’s simulated decisions' };

async function claimedSource(log: Pick<Log, 'latest'>): Promise<SourceKind | null> {
  const { records } = await log.latest(topics.windows.name);
  const value = records.get(sourceClaimKey)?.value;
  return value ? sourceClaim.parse(JSON.parse(Buffer.from(value).toString('utf8'))).source : null;
}

/**
 * Refuses a log that holds decisions of the other kind of source than ours. A poller claims its log before it appends
 * the first decision, so a log without a claim is asked once more before the first batch, and never after.
 */
export class SourceGuard {
  readonly #log: Pick<Log, 'latest'>;
  readonly #source: SourceKind;
  #isSettled = false;

  constructor(log: Pick<Log, 'latest'>, source: SourceKind) {
    this.#log = log;
    this.#source = source;
  }

  /** At the start, when there may be no claim yet. Throws `CONSUMER_OTHER_SOURCE`. */
  async check(): Promise<void> {
    const found = await claimedSource(this.#log);
    if (found !== null && found !== this.#source) {
      const message = `The log holds ${names[found]}, and this start would store ${names[this.#source]}.`;
      throw new CustodyError(consumerErrors.CONSUMER_OTHER_SOURCE, message, {
        fields: { found, wanted: this.#source },
      });
    }
    this.#isSettled = found !== null;
  }

  /** Before each batch. Throws `CONSUMER_OTHER_SOURCE`. */
  async checkOnce(): Promise<void> {
    if (this.#isSettled) return;
    await this.check();
    this.#isSettled = true;
  }
}
