import { formatTimestamp, hourOf, type RepairRequest, repairRequest, topics } from '@custody/decision';
import type { Log, LogRecord } from '@custody/log';
import type { Clock, Logger } from '@custody/runtime';
import type { Deferrals } from './deferrals.ts';
import type { HandedOn } from './handed-on.ts';
import type { HourLedger } from './hour-ledger.ts';
import type { PollerMetrics } from './metrics.ts';
import type { EnvironmentName } from './source.ts';
import type { WindowProver } from './window-prover.ts';

export interface RepairsOptions {
  readonly log: Log;
  readonly env: EnvironmentName;
  readonly ledger: HourLedger;
  readonly prover: WindowProver;
  readonly handedOn: HandedOn;
  readonly deferrals: Deferrals;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
}

const idleMs = 1_000;

/**
 * Reads hours again that somebody downstream misses rows of. A request is taken up by opening the hour's windows, in the
 * same record that remembers the request: a crash in between costs nothing, and no request is served twice.
 */
export class Repairs {
  readonly #options: RepairsOptions;
  readonly #wanted = new Map<number, RepairRequest>();

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /** Reads the requests as they stand now. */
  async refresh(): Promise<void> {
    const { records } = await this.#options.log.latest(topics.repairs.name);
    this.#note([...records.values()]);
  }

  /** Takes up what was asked for, and reads the next window for it. False where nothing is left to read now. */
  async step(signal?: AbortSignal): Promise<boolean> {
    const { ledger, deferrals, prover } = this.#options;
    for (const [hour, request] of this.#wanted) {
      await this.#takeUp(hour, request);
      this.#wanted.delete(hour);
    }
    for (const window of ledger.all()) {
      if (!window.repair || deferrals.isDeferred(window)) continue;
      await prover.prove(window, { mode: 'backfill', priority: 'repair', signal });
      return true;
    }
    return false;
  }

  /** Follows the requests until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const follower = this.#options.log.follow({
      topic: topics.repairs.name,
      onRecords: (records) => this.#note(records),
    });
    const reading = async () => {
      while (!signal.aborted) if (!(await this.step(signal))) await this.#options.clock.sleep(idleMs, signal);
    };
    try {
      await Promise.race([reading(), follower.done]);
    } finally {
      await follower.stop();
    }
  }

  #note(records: readonly LogRecord[]): void {
    const { env, logger } = this.#options;
    for (const { key, value } of records) {
      if (value === null || !key.startsWith(`${env.id}/`)) continue;
      const parsed = repairRequest.safeParse(parseJson(value));
      const hour = parsed.success ? Date.parse(parsed.data.hour) : Number.NaN;
      if (!parsed.success || Number.isNaN(hour)) logger.warn({ key }, 'a repair request is not understood');
      else this.#wanted.set(hourOf(hour), parsed.data);
    }
  }

  async #takeUp(hour: number, { requested_at, reason }: RepairRequest): Promise<void> {
    const { ledger, handedOn, deferrals, logger, metrics } = this.#options;
    if (ledger.repairOf(hour)?.requested_at === requested_at) return;
    // The rows are wanted in the log again: that they were handed on before must not keep them out.
    handedOn.forget(hour);
    const settled = ledger.windowsOf(hour).filter(({ state }) => state !== 'open');
    // What is open, or was never read, will be read anyway.
    if (settled.length === 0) return;
    for (const window of settled) deferrals.forget(window);
    metrics.repairs.inc();
    logger.info({ hour: formatTimestamp(hour), reason }, 'an hour is read again, as asked for');
    await ledger.reopen(settled, `repair: ${reason}`, { requested_at, reason });
  }
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
