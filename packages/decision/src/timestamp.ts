const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

const minuteMs = 60_000;

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const size = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * minuteMs;
  return zone.startsWith('-') ? -size : size;
}

/**
 * Milliseconds since the epoch of a timestamp as Permit writes them: any offset, `Z` or none (then UTC), fractions to
 * the nanosecond and beyond. The fraction is cut to the millisecond, never rounded, so that a decision never changes
 * its second. Returns `null` for a text that names no instant (a 13th month, 30 February).
 */
export function parseTimestamp(text: string): number | null {
  const match = rfc3339.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match;
  const utcMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(utcMs);
  const isReal =
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    date.getUTCHours() === Number(hour) &&
    date.getUTCMinutes() === Number(minute);
  if (!isReal || Number(second) > 59) return null;
  return utcMs + Number(fraction.slice(0, 3).padEnd(3, '0')) - offsetMs(zone);
}

/** RFC 3339 in UTC with milliseconds, the form Custody writes everywhere. */
export function formatTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
