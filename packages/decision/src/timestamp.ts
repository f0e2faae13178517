const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

const minuteMs = 60_000;
/** What the store's hours can name, whole days of it: seconds since the epoch in 32 bits. */
const leastMs = 0;
const mostMs = Date.UTC(2106, 1, 7);

interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Whether the calendar has the day: `Date.UTC` carries a 13th month into the next year, and takes the year 99 for 1999. */
function isReal({ year, month, day }: CalendarDate): boolean {
  const days = month === 2 && isLeap(year) ? 29 : (daysOfMonths[month - 1] ?? 0);
  return year >= 100 && day >= 1 && day <= days;
}

/** `null` for an offset that no clock shows. */
function offsetMs(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 23 || minutes > 59) return null;
  const size = (hours * 60 + minutes) * minuteMs;
  return zone.startsWith('-') ? -size : size;
}

/**
 * Milliseconds since the epoch of a timestamp as Permit writes them: any offset, `Z` or none (then UTC), fractions to
 * the nanosecond and beyond. The fraction is cut to the millisecond, never rounded, so that a decision never changes
 * its second. Returns `null` for a text that names no instant (a 13th month, 30 February) or one outside 1970–2105,
 * which no decision has and the store would keep under another hour.
 */
export function parseTimestamp(text: string): number | null {
  const match = rfc3339.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match;
  const date: CalendarDate = { year: Number(year), month: Number(month), day: Number(day) };
  const aheadMs = offsetMs(zone);
  if (!isReal(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || aheadMs === null) return null;
  const utcMs = Date.UTC(date.year, date.month - 1, date.day, Number(hour), Number(minute), Number(second));
  const atMs = utcMs + Number(fraction.slice(0, 3).padEnd(3, '0')) - aheadMs;
  return atMs >= leastMs && atMs < mostMs ? atMs : null;
}

/** RFC 3339 in UTC with milliseconds, the form Custody writes everywhere. */
export function formatTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
