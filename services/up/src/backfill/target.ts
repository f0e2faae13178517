import {
  backfillRequester,
  formatTimestamp,
  type HourWindows,
  hourMs,
  repairRequestKey,
  splitByHour,
  type TimeRange,
  topics,
} from '@custody/decision';
import type { Log, NewRecord } from '@custody/log';
import type { LogView, SeenEnvironment } from './log-view.ts';

/** An hour of an environment that is to be read again, as far as it lies in the past. */
export interface Target {
  readonly envId: string;
  readonly hour: string;
  readonly range: TimeRange;
}

/** What has become of a target: nobody asked for it, it is to be read, or it was read since it was asked for. */
export type TargetState = 'new' | 'asked' | 'read';

export function targetsOf(environments: readonly SeenEnvironment[], range: TimeRange, nowMs: number): Target[] {
  return environments.flatMap(({ envId }) =>
    splitByHour(range).map(({ fromMs, toMs }) => {
      const hour = formatTimestamp(fromMs);
      // The end of the hour that is not over is nobody's: live reading goes on with it.
      return { envId, hour, range: { fromMs, toMs: Math.min(toMs, nowMs - (nowMs % 1_000)) } };
    }),
  );
}

/** Whether every second of the range is proven, or known to be unreadable. */
function isSettled({ windows }: HourWindows, { fromMs, toMs }: TimeRange): boolean {
  let untilMs = fromMs;
  for (const { from, to, state } of windows) {
    if (Date.parse(to) <= fromMs || Date.parse(from) >= toMs) continue;
    if (state === 'open' || Date.parse(from) > untilMs) return false;
    untilMs = Math.max(untilMs, Date.parse(to));
  }
  return untilMs >= toMs;
}

/**
 * Whether the hour was read since it was asked for last, by whomever. The poller notes the request that it takes up in the
 * record that opens the hour's windows: once the newest request is noted and the hour is settled, it was read. No two
 * clocks are compared.
 */
export function isRead({ envId, hour, range }: Target, view: LogView): boolean {
  const request = view.request(envId, hour);
  const record = view.hour(envId, hour);
  const isTakenUp = request !== undefined && record?.repair?.requested_at === request.requested_at;
  return record !== undefined && isTakenUp && isSettled(record, range);
}

export function stateOf(target: Target, view: LogView): TargetState {
  if (view.request(target.envId, target.hour)?.requested_by !== backfillRequester) return 'new';
  return isRead(target, view) ? 'read' : 'asked';
}

/** What the last reading of an hour showed, in decisions. */
export function readingOf(record: HourWindows | undefined) {
  const windows = record?.windows ?? [];
  const sum = (value: (window: HourWindows['windows'][number]) => number) =>
    windows.reduce((total, window) => total + value(window), 0);
  return {
    listed: sum(({ listed }) => listed),
    deleted: sum(({ deleted_at_source }) => deleted_at_source),
    unreadableSeconds: sum(({ state, from, to }) =>
      state === 'unreadable' ? (Date.parse(to) - Date.parse(from)) / 1_000 : 0,
    ),
  };
}

/** Appends together, so that a year of hours is a few calls. */
const perAppend = 500;

/** Writes the requests. The poller serves them whether or not anybody waits. Throws LOG_* errors. */
export async function askFor(targets: readonly Target[], reason: string, nowMs: number, log: Log): Promise<void> {
  const asked = { reason, requested_by: backfillRequester, requested_at: formatTimestamp(nowMs) };
  const encoder = new TextEncoder();
  const records = targets.map(({ envId, hour }): NewRecord => {
    const request = { env_id: envId, hour, ...asked };
    return { key: repairRequestKey(request), value: encoder.encode(JSON.stringify(request)) };
  });
  for (let start = 0; start < records.length; start += perAppend) {
    await log.append(topics.repairs.name, records.slice(start, start + perAppend));
  }
}

/** Hours between the range and the beginning of an environment's history: they become history too. */
export function hoursBetween({ oldestMs }: SeenEnvironment, { toMs }: TimeRange): number {
  return Number.isFinite(oldestMs) ? Math.max(0, Math.round((oldestMs - toMs) / hourMs)) : 0;
}
