import {
  coverageRecord,
  type HourWindows,
  hourWindows,
  isReservedWindowsKey,
  type RepairRequest,
  repairRequest,
  repairRequestKey,
  topics,
} from '@custody/decision';
import type { Follower, Log, LogRecord } from '@custody/log';

/** An environment as the poller recorded it. */
export interface SeenEnvironment {
  readonly envId: string;
  readonly envName: string;
  /** Start of the oldest hour on record. */
  readonly oldestMs: number;
  /** When the poller was last heard of, as far as is known. */
  readonly heardAtMs: number;
}

/** What the log says of hours and requests, kept up to date. */
export class LogView {
  readonly #hours = new Map<string, HourWindows>();
  readonly #requests = new Map<string, RepairRequest>();
  readonly #environments = new Map<string, SeenEnvironment>();
  readonly #followers: readonly Follower[];
  readonly #nowMs: () => number;
  #isCaughtUp = false;

  private constructor(log: Log, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#followers = [
      log.follow({ topic: topics.windows.name, onRecords: (records) => this.#noteWindows(records) }),
      log.follow({ topic: topics.repairs.name, onRecords: (records) => this.#noteRequests(records) }),
    ];
  }

  /** Reads all that is there, and goes on until it is stopped. Throws LOG_* errors. */
  static async open(log: Log, nowMs: () => number): Promise<LogView> {
    const view = new LogView(log, nowMs);
    await Promise.race([Promise.all(view.#followers.map(({ caughtUp }) => caughtUp)), view.failed()]);
    view.#isCaughtUp = true;
    return view;
  }

  environments(): SeenEnvironment[] {
    return [...this.#environments.values()];
  }

  hour(envId: string, hour: string): HourWindows | undefined {
    return this.#hours.get(repairRequestKey({ env_id: envId, hour }));
  }

  request(envId: string, hour: string): RepairRequest | undefined {
    return this.#requests.get(repairRequestKey({ env_id: envId, hour }));
  }

  /** Rejects when the log can no longer be followed. */
  async failed(): Promise<never> {
    await Promise.race(this.#followers.map(({ done }) => done));
    return new Promise<never>(() => undefined);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.stop()));
  }

  #noteWindows(records: readonly LogRecord[]): void {
    for (const { key, value } of records) {
      const given = parseJson(value);
      const coverage = isReservedWindowsKey(key) ? coverageRecord.safeParse(given) : null;
      if (coverage?.success) this.#heard(coverage.data, Date.parse(coverage.data.as_of));
      const hour = coverage === null ? hourWindows.safeParse(given) : null;
      if (hour?.success) {
        this.#hours.set(repairRequestKey(hour.data), hour.data);
        const oldestMs = hour.data.windows.length > 0 ? Date.parse(hour.data.hour) : Number.POSITIVE_INFINITY;
        this.#heard(hour.data, Date.parse(hour.data.updated_at), oldestMs);
      }
    }
  }

  #noteRequests(records: readonly LogRecord[]): void {
    for (const { value } of records) {
      const parsed = repairRequest.safeParse(parseJson(value));
      if (parsed.success) this.#requests.set(repairRequestKey(parsed.data), parsed.data);
    }
  }

  #heard(record: { env_id: string; env_name: string }, writtenAtMs: number, oldestMs = Number.POSITIVE_INFINITY): void {
    const before = this.#environments.get(record.env_id);
    this.#environments.set(record.env_id, {
      envId: record.env_id,
      envName: record.env_name,
      oldestMs: Math.min(before?.oldestMs ?? Number.POSITIVE_INFINITY, oldestMs),
      // What arrives while we look was written now, whatever the clock of its writer says.
      heardAtMs: this.#isCaughtUp ? this.#nowMs() : Math.max(before?.heardAtMs ?? 0, writtenAtMs),
    });
  }
}

function parseJson(value: Uint8Array | null): unknown {
  try {
    return value === null ? null : JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
