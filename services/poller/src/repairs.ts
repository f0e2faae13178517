import {
  backfillRequester,
  formatTimestamp,
  hourOf,
  type RepairRequest,
  repairRequest,
  topics,
} from '@custody/decision';
import type { Log, LogRecord } from '@custody/log';
import type { Clock, Logger } from '@custody/runtime';
import type { Deferrals } from './deferrals.ts';
import type { HandedOn } from './handed-on.ts';
import type { HourLedger, TakenRepair } from './hour-ledger.ts';
import type { PollerMetrics } from './metrics.ts';
import type { EnvironmentName } from './source.ts';
import type { Window } from './window.ts';
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
  /** An hour before that has no windows yet is read because it is asked for; what follows is read as live time. */
  readonly readFromMs: () => number;
}

const idleMs = 1_000;

/** The newest request for an hour, and when a backfill of it was asked for that is not taken up either; `''` for none. */
interface Wanted {
  readonly request: RepairRequest;
  readonly backfillAskedAt: string;
}

/**
 * Reads hours again that somebody downstream misses rows of, or that an operator wants read, one after the other: what is
 * only asked for stays proven as it was. A request is taken up by opening the hour's windows, in the same record that
 * remembers the request: a crash in between costs nothing, and no request is served twice.
 */
export class Repairs {
  readonly #options: RepairsOptions;
  readonly #wanted = new Map<number, Wanted>();

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /** Reads the requests as they stand now. */
  async refresh(): Promise<void> {
    const { records } = await this.#options.log.latest(topics.repairs.name);
    this.#note([...records.values()]);
  }

  /** Reads the next window of what was taken up, or takes up the next request. False where nothing is left to read now. */
  async step(signal?: AbortSignal): Promise<boolean> {
    for (let window = this.#readable(); ; window = this.#readable()) {
      if (window !== null) {
        await this.#options.prover.prove(window, { mode: 'backfill', priority: 'repair', signal });
        return true;
      }
      const next = this.#next();
      if (next === null || signal?.aborted) return false;
      const [hour, wanted] = next;
      await this.#takeUp(hour, wanted);
      // A newer request may have come meanwhile.
      if (this.#wanted.get(hour) === wanted) this.#wanted.delete(hour);
    }
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
      else this.#want(hourOf(hour), parsed.data);
    }
  }

  #want(hour: number, request: RepairRequest): void {
    const before = this.#wanted.get(hour)?.backfillAskedAt ?? '';
    const isBackfill = request.requested_by === backfillRequester;
    this.#wanted.set(hour, { request, backfillAskedAt: isBackfill ? request.requested_at : before });
  }

  #readable(): Window | null {
    const { ledger, deferrals } = this.#options;
    for (const window of ledger.all()) if (window.repair && !deferrals.isDeferred(window)) return window;
    return null;
  }

  /** Where rows are missing comes before what somebody only wants read again. */
  #next(): [number, Wanted] | null {
    let first: [number, Wanted] | null = null;
    for (const [hour, wanted] of this.#wanted) {
      if (wanted.request.requested_by !== backfillRequester) return [hour, wanted];
      first ??= [hour, wanted];
    }
    return first;
  }

  async #takeUp(hour: number, { request, backfillAskedAt }: Wanted): Promise<void> {
    const { ledger, handedOn, deferrals, logger, metrics, readFromMs } = this.#options;
    const { requested_at, requested_by, reason } = request;
    const before = ledger.repairOf(hour);
    if (before?.requested_at === requested_at) return;
    // The rows are wanted in the log again: that they were handed on before must not keep them out.
    handedOn.forget(hour);
    for (const window of ledger.windowsOf(hour)) if (window.state !== 'open') deferrals.forget(window);
    metrics.repairs.inc();
    logger.info({ hour: formatTimestamp(hour), reason }, 'an hour is read again, as asked for');
    // Whoever asks since: what lands of the hour is history that an operator wanted, and nobody is paged for it.
    const backfill_asked_at = backfillAskedAt || backfillOf(before);
    const repair = { requested_at, requested_by, reason, ...(backfill_asked_at !== '' && { backfill_asked_at }) };
    await ledger.takeUp(hour, repair, { fromNothing: hour < readFromMs() });
  }
}

/** When a backfill was asked for, by what was taken up before; `''` for never. Older records know only who asked last. */
function backfillOf(before: TakenRepair | null): string {
  const isBackfill = before?.requested_by === backfillRequester;
  return before?.backfill_asked_at ?? (isBackfill ? before.requested_at : '');
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
