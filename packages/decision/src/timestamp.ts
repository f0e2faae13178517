const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

const minuteMs = 60_000;
/** What the store's hours can name, whole days of it: seconds since the epoch in 32 bits. */
const leastMs = 0;
const mostMs = Date.UTC(2106, 1, 7);

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
  const utcMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(utcMs);
  const aheadMs = offsetMs(zone);
  // Date.UTC carries a 13th month into the next year, and takes the year 99 for 1999.
  const isReal =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    date.getUTCHours() === Number(hour) &&
    date.getUTCMinutes() === Number(minute);
  if (!isReal || Number(second) > 59 || aheadMs === null) return null;
  const atMs = utcMs + Number(fraction.slice(0, 3).padEnd(3, '0')) - aheadMs;
  return atMs >= leastMs && atMs < mostMs ? atMs : null;
}

/** RFC 3339 in UTC with milliseconds, the form Custody writes everywhere. */
export function formatTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
