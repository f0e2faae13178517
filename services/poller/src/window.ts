import { formatTimestamp, type HourWindows, type SourceWindow, type TimeRange } from '@custody/decision';

/** A window as the poller works with it: `SourceWindow` with its times in milliseconds since the epoch. */
export interface Window extends TimeRange, Omit<SourceWindow, 'from' | 'to' | 'read_at' | 'deleted_at_source'> {
  readonly deletedAtSource: number;
  readonly readAtMs: number | null;
}

/** A window of which nothing is proven. */
export function openWindow(range: TimeRange, details: Partial<Window> = {}): Window {
  const nothing = { proof: null, listed: 0, counted: null, deletedAtSource: 0, readAtMs: null, reason: '' };
  return { state: 'open', ...nothing, ...details, fromMs: range.fromMs, toMs: range.toMs };
}

export function toRecord({ fromMs, toMs, readAtMs, deletedAtSource, ...same }: Window): SourceWindow {
  return {
    from: formatTimestamp(fromMs),
    to: formatTimestamp(toMs),
    ...same,
    deleted_at_source: deletedAtSource,
    read_at: readAtMs === null ? null : formatTimestamp(readAtMs),
  };
}

export function fromRecords({ windows }: HourWindows): Window[] {
  return windows.map(({ from, to, read_at, deleted_at_source, ...same }) => ({
    ...same,
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    deletedAtSource: deleted_at_source,
    readAtMs: read_at === null ? null : Date.parse(read_at),
  }));
}

/** What is left of a window outside a range; nothing of what it counted is known of the parts. */
export function without(window: Window, range: TimeRange): Window[] {
  if (window.toMs <= range.fromMs || range.toMs <= window.fromMs) return [window];
  const parts = [
    { fromMs: window.fromMs, toMs: range.fromMs },
    { fromMs: range.toMs, toMs: window.toMs },
  ];
  return parts.filter(({ fromMs, toMs }) => fromMs < toMs).map((part) => openWindow(part, { reason: window.reason }));
}

function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** One window for neighbours that were proven in the same way: an hour read in slices ends as one record. */
export function joinNeighbours(windows: readonly Window[]): Window[] {
  const joined: Window[] = [];
  for (const window of windows) {
    const last = joined.at(-1);
    const isSame = last?.state === 'closed' && window.state === 'closed' && last.proof === window.proof;
    if (!last || !isSame || last.toMs !== window.fromMs || last.facet || window.facet) {
      joined.push(window);
      continue;
    }
    joined[joined.length - 1] = {
      ...last,
      toMs: window.toMs,
      listed: last.listed + window.listed,
      counted: sumOrNull(last.counted, window.counted),
      deletedAtSource: last.deletedAtSource + window.deletedAtSource,
      // "As of" the oldest of the readings: nothing later is claimed.
      readAtMs: Math.min(last.readAtMs ?? 0, window.readAtMs ?? 0),
    };
  }
  return joined;
}
