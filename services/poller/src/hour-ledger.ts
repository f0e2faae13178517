import {
  formatTimestamp,
  type HourWindows,
  hourMs,
  hourOf,
  hourWindows,
  hourWindowsKey,
  isReservedWindowsKey,
  type TimeRange,
  topics,
} from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock, Logger, Patience } from '@custody/runtime';
import { joinNeighbours } from './join-windows.ts';
import type { EnvironmentName } from './source.ts';
import { fromRecords, openWindow, toRecord, type Window, without } from './window.ts';

export interface HourLedgerOptions {
  readonly log: Log;
  readonly env: EnvironmentName;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly patiently: Patience;
}

/** A repair request as the record of its hour keeps it. */
export type TakenRepair = NonNullable<HourWindows['repair']>;

/**
 * The windows of every hour, kept in the windows topic: the poller's checkpoint. What memory says of an hour is
 * appended before the promise resolves, whole, so that the newest value of an hour is all of it.
 */
export class HourLedger {
  readonly #options: HourLedgerOptions;
  readonly #hours: Map<number, readonly Window[]>;
  /** When each hour was recorded last; the store keeps the newest, so that a clock set back must not show here. */
  readonly #updatedAtMs: Map<number, number>;
  readonly #repairs: Map<number, TakenRepair>;
  #writes: Promise<void> = Promise.resolve();

  private constructor(
    options: HourLedgerOptions,
    hours: Map<number, readonly Window[]>,
    updatedAtMs: Map<number, number>,
    repairs: Map<number, TakenRepair>,
  ) {
    this.#options = options;
    this.#hours = hours;
    this.#updatedAtMs = updatedAtMs;
    this.#repairs = repairs;
  }

  /** Reads what earlier runs recorded. An hour whose record cannot be understood is unread: reading again is safe. */
  static async open(options: HourLedgerOptions): Promise<HourLedger> {
    const { log, env, logger } = options;
    const hours = new Map<number, readonly Window[]>();
    const updatedAtMs = new Map<number, number>();
    const repairs = new Map<number, TakenRepair>();
    const { records } = await log.latest(topics.windows.name);
    for (const [key, { value }] of records) {
      if (value === null || isReservedWindowsKey(key) || !key.startsWith(`${env.id}/`)) continue;
      const parsed = hourWindows.safeParse(parseJson(value));
      if (!parsed.success) {
        logger.warn({ key }, 'an hour’s windows are not understood: the hour is read again');
        continue;
      }
      const hour = Date.parse(parsed.data.hour);
      hours.set(hour, fromRecords(parsed.data));
      updatedAtMs.set(hour, Date.parse(parsed.data.updated_at));
      if (parsed.data.repair !== undefined) repairs.set(hour, parsed.data.repair);
    }
    return new HourLedger(options, hours, updatedAtMs, repairs);
  }

  /** The windows of an hour, disjoint and in order; empty for an hour that was never read. */
  windowsOf(hour: number): readonly Window[] {
    return this.#hours.get(hour) ?? [];
  }

  /** Start of the oldest hour on record with anything read or to be read of it; `null` before the first start. */
  oldestHourMs(): number | null {
    let oldest: number | null = null;
    for (const [hour, windows] of this.#hours) {
      if (windows.length > 0 && (oldest === null || hour < oldest)) oldest = hour;
    }
    return oldest;
  }

  hours(): Iterable<number> {
    return this.#hours.keys();
  }

  /** The newest repair request of an hour that was taken up. */
  repairOf(hour: number): TakenRepair | null {
    return this.#repairs.get(hour) ?? null;
  }

  /** Every window on record. */
  *all(): Iterable<Window> {
    for (const windows of this.#hours.values()) yield* windows;
  }

  /** The recorded windows that a range touches. */
  touching(range: TimeRange): Window[] {
    const windows = this.windowsOf(hourOf(range.fromMs));
    return windows.filter(({ fromMs, toMs }) => fromMs < range.toMs && range.fromMs < toMs);
  }

  /** True once every second of the hour is proven or known to be unreadable. */
  isSettled(hour: number): boolean {
    const windows = this.windowsOf(hour);
    const coveredMs = windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    return coveredMs === hourMs && windows.every(({ state }) => state !== 'open');
  }

  /**
   * Records windows of one hour. What is settled replaces what it overlaps; what is open fills only what is not settled,
   * since a slow reading may end after a proof of the same seconds.
   */
  async record(...windows: readonly Window[]): Promise<void> {
    const [first] = windows;
    if (first === undefined) return;
    const hour = hourOf(first.fromMs);
    for (const window of windows) this.#hours.set(hour, merged(this.windowsOf(hour), window));
    await this.#write(hour);
  }

  /** Opens settled windows of one hour again, each as it stands. */
  async reopen(windows: readonly Window[], reason: string): Promise<void> {
    const [first] = windows;
    if (first === undefined) return;
    const hour = hourOf(first.fromMs);
    const again = new Set(windows);
    const open = (window: Window) => (again.has(window) ? openedAgain(window, { reason }) : window);
    this.#hours.set(hour, this.windowsOf(hour).map(open));
    await this.#write(hour);
  }

  /**
   * Opens what is settled of an hour because of a repair request, and notes the request in the same record. An hour that
   * was never read is opened whole where `fromNothing` says so, and history reaches back to it from then on.
   */
  async takeUp(hour: number, repair: TakenRepair, { fromNothing }: { readonly fromNothing: boolean }): Promise<void> {
    const details = { reason: `repair: ${repair.reason}`, repair: true };
    const windows = this.windowsOf(hour);
    const open = (window: Window) => (window.state === 'open' ? window : openedAgain(window, details));
    const whole = openWindow({ fromMs: hour, toMs: hour + hourMs }, details);
    this.#repairs.set(hour, repair);
    this.#hours.set(hour, windows.length === 0 && fromNothing ? [whole] : windows.map(open));
    await this.#write(hour);
  }

  /** Puts a window in the place of the same one as it was. */
  async replace(before: Window, after: Window): Promise<void> {
    const hour = hourOf(before.fromMs);
    const windows = this.windowsOf(hour);
    if (!windows.includes(before)) return;
    this.#hours.set(
      hour,
      windows.map((window) => (window === before ? after : window)),
    );
    await this.#write(hour);
  }

  async #write(hour: number): Promise<void> {
    const write = this.#writes.catch(() => undefined).then(() => this.#append(hour));
    this.#writes = write;
    await write;
  }

  async #append(hour: number): Promise<void> {
    const { log, env, clock, patiently } = this.#options;
    const updatedAtMs = Math.max(clock.now(), (this.#updatedAtMs.get(hour) ?? 0) + 1);
    this.#updatedAtMs.set(hour, updatedAtMs);
    const value = {
      env_id: env.id,
      env_name: env.name,
      hour: formatTimestamp(hour),
      windows: this.windowsOf(hour).map(toRecord),
      updated_at: formatTimestamp(updatedAtMs),
      ...(this.#repairs.has(hour) && { repair: this.#repairs.get(hour) }),
    };
    const record = { key: hourWindowsKey(env.id, value.hour), value: new TextEncoder().encode(JSON.stringify(value)) };
    await patiently('append windows', undefined, () => log.append(topics.windows.name, [record]));
  }
}

function openedAgain(window: Window, details: Pick<Partial<Window>, 'reason' | 'repair'>): Window {
  const { listed, idsXor, deletedAtSource } = window;
  return openWindow(window, { listed, idsXor, deletedAtSource, ...details });
}

function merged(existing: readonly Window[], window: Window): Window[] {
  // Two readings side by side prove the same seconds twice; the second must not cut what the first has become part of.
  const { fromMs, toMs } = window;
  if (existing.some((one) => one.state === 'closed' && one.fromMs <= fromMs && toMs <= one.toMs)) return [...existing];
  const settled = existing.filter(({ state }) => state !== 'open');
  const parts = window.state === 'open' ? settled.reduce(cutAll, [window]) : [window];
  const kept = parts.reduce(cutAll, [...existing]);
  return joinNeighbours([...kept, ...parts].sort((a, b) => a.fromMs - b.fromMs));
}

function cutAll(windows: Window[], range: TimeRange): Window[] {
  return windows.flatMap((window) => without(window, range));
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
