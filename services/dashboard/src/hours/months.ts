import { isLive, type Range, type Span } from '../state/range.ts';

const utc = { timeZone: 'UTC' } as const;
const monthName = new Intl.DateTimeFormat('en-GB', { ...utc, month: 'long', year: 'numeric' });
const dayName = new Intl.DateTimeFormat('en-GB', { ...utc, weekday: 'short', day: 'numeric', month: 'short' });

/** `Fri 27 Nov`, of UTC. */
export function utcDay(ms: number): string {
  return dayName.format(ms).replace(',', '');
}

export interface Month {
  readonly year: number;
  /** From 0. */
  readonly month: number;
}

/** The month (UTC) in which a span ends. */
export function monthOf({ toMs }: Span): Month {
  const last = new Date(toMs - 1);
  return { year: last.getUTCFullYear(), month: last.getUTCMonth() };
}

export function startOf({ year, month }: Month): number {
  return Date.UTC(year, month, 1);
}

export function monthText(month: Month): string {
  return monthName.format(startOf(month));
}

export function after({ year, month }: Month, count: number): Month {
  const { year: to, month: of } = monthOf({ fromMs: 0, toMs: Date.UTC(year, month + count, 1) + 1 });
  return { year: to, month: of };
}

/** The month whole; up to now where it is the one that goes on. */
export function rangeOf(month: Month, nowMs: number): Range {
  const endMs = startOf(after(month, 1));
  return { from: new Date(startOf(month)).toISOString(), to: endMs > nowMs ? '' : new Date(endMs).toISOString() };
}

/** Whether a range is just that month. */
export function isMonth(range: Range, month: Month, nowMs: number): boolean {
  const own = rangeOf(month, nowMs);
  const isSameEnd = isLive(own) ? isLive(range) : Date.parse(range.to) === Date.parse(own.to);
  return Date.parse(range.from) === Date.parse(own.from) && isSameEnd;
}
