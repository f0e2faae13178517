import { formatTimestamp, hourMs, minuteMs } from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock, InterruptiblePatience, Logger } from '@custody/runtime';
import type { Expiry } from '@custody/store';
import type { SealerMetrics } from '../metrics.ts';

/** What expiry asks of the store. */
export interface ExpiryStore {
  /** Lets everything go whose time has come; may be repeated. Resolves with the names of policies that no environment bears. */
  expire(onExpired: (expiry: Expiry) => void, signal: AbortSignal): Promise<{ readonly unknown: readonly string[] }>;
}

export interface ExpiryLoopParts {
  readonly log: Pick<Log, 'lead'>;
  readonly store: ExpiryStore;
  readonly patiently: InterruptiblePatience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<SealerMetrics, 'expiryRuns' | 'expiredRows' | 'lateRows'>;
}

const leader = 'sealer.expiry';
/** Rows go by whole days; an hour later at most. */
const everyMs = hourMs;
/** A start has other work first, and whoever put a wrong policy in has time to take it out. */
const firstMs = 10 * minuteMs;

/** Lets rows expire, once an hour, whenever this process leads. Beside the sealing, which a long deletion must not hold up. */
export class ExpiryLoop {
  readonly #parts: ExpiryLoopParts;
  #unknown = '';

  constructor(parts: ExpiryLoopParts) {
    this.#parts = parts;
  }

  /** Works whenever this process is the leader, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, clock } = this.#parts;
    await log.lead(
      leader,
      async (leading) => {
        await clock.sleep(firstMs, leading);
        while (!leading.aborted) {
          await this.#once(leading);
          await clock.sleep(everyMs, leading);
        }
      },
      signal,
    );
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { store, patiently, metrics } = this.#parts;
    const onExpired = (expiry: Expiry) => this.#expired(expiry);
    const { unknown } = await patiently('let rows expire', signal, () => store.expire(onExpired, signal));
    metrics.expiryRuns.inc();
    this.#tellUnknown(unknown);
  }

  #expired({ envId, table, rows, lateRows, bytes, fromMs, toMs }: Expiry): void {
    const { logger, metrics } = this.#parts;
    metrics.expiredRows.inc({ table }, rows);
    metrics.lateRows.inc({ table }, lateRows);
    const range = { from: formatTimestamp(fromMs), to: formatTimestamp(toMs) };
    logger.info({ env_id: envId, table, rows, late_rows: lateRows, bytes, ...range }, 'rows expired');
  }

  /** Once: an environment may not have been read yet, and a name may be misspelt. */
  #tellUnknown(unknown: readonly string[]): void {
    const names = unknown.join(', ');
    if (names !== '' && names !== this.#unknown) {
      this.#parts.logger.warn({ names }, 'a retention policy is for environments of which nothing is stored');
    }
    this.#unknown = names;
  }
}
