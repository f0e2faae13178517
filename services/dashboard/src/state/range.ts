/** A range as it is written in an address, and what it comes to now. */
export interface Range {
  readonly from: string;
  /** `''`: now, and on. */
  readonly to: string;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
const unitMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs };

export const presets: readonly { readonly from: string; readonly label: string; readonly name: string }[] = [
  { from: '-1h', label: '1h', name: 'Last hour' },
  { from: '-6h', label: '6h', name: 'Last 6 hours' },
  { from: '-24h', label: '24h', name: 'Last 24 hours' },
  { from: '-7d', label: '7d', name: 'Last 7 days' },
  { from: '-30d', label: '30d', name: 'Last 30 days' },
  { from: '-90d', label: '90d', name: 'Last 90 days' },
];

/** An instant as the API takes it, in milliseconds; midnights are those of UTC, near enough to choose a bucket by. */
export function instantOf(text: string, nowMs: number): number | null {
  if (text === '' || text === 'now') return nowMs;
  if (text === 'today') return nowMs - (nowMs % dayMs);
  const [, amount, unit] = /^-(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return nowMs - Number(amount) * (unitMs[unit] ?? 0);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** What a range spans by now; a text that is no time counts as a day. */
export function spanOf({ from, to }: Range, nowMs: number): Span {
  const toMs = instantOf(to, nowMs) ?? nowMs;
  const fromMs = instantOf(from, nowMs) ?? toMs - dayMs;
  return fromMs < toMs ? { fromMs, toMs } : { fromMs: toMs - dayMs, toMs };
}

/** Whether it goes on: its end is now. */
export function isLive({ to }: Range): boolean {
  return to === '' || to === 'now';
}

/** Written out, so that it stays what it is. */
export function fixed({ fromMs, toMs }: Span): Range {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

/** The range before or after, as long as this one and never beyond now. */
export function shifted(span: Span, direction: -1 | 1, nowMs: number): Range {
  const lengthMs = span.toMs - span.fromMs;
  const toMs = Math.min(span.toMs + direction * lengthMs, nowMs);
  return fixed({ fromMs: toMs - lengthMs, toMs });
}

/** Twice as long, about the same middle. */
export function widened({ fromMs, toMs }: Span, nowMs: number): Range {
  const half = (toMs - fromMs) / 2;
  const end = Math.min(toMs + half, nowMs);
  return fixed({ fromMs: end - 4 * half, toMs: end });
}

export type Bucket = 'minute' | '5m' | '15m' | 'hour' | 'day' | 'week';

/** Buckets that a chart of the range can show apart: some hundred of them. */
export function bucketFor({ fromMs, toMs }: Span): Bucket {
  const hours = (toMs - fromMs) / hourMs;
  if (hours <= 2) return 'minute';
  if (hours <= 12) return '5m';
  if (hours <= 48) return '15m';
  if (hours <= 15 * 24) return 'hour';
  return hours <= 200 * 24 ? 'day' : 'week';
}

/** Few enough for a line of the height of a text. */
export function coarseBucketFor({ fromMs, toMs }: Span): Bucket {
  const hours = (toMs - fromMs) / hourMs;
  if (hours <= 2) return '5m';
  if (hours <= 9) return '15m';
  if (hours <= 72) return 'hour';
  return hours <= 100 * 24 ? 'day' : 'week';
}

export const bucketMs: Readonly<Record<Bucket, number>> = {
  minute: minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  hour: hourMs,
  day: dayMs,
  week: 7 * dayMs,
};

/** How long a live view of the range may show what it has, before it asks again. */
export function refreshMsFor({ fromMs, toMs }: Span): number {
  const hours = (toMs - fromMs) / hourMs;
  if (hours <= 2) return 10_000;
  if (hours <= 48) return 20_000;
  return hours <= 15 * 24 ? 60_000 : 180_000;
}
