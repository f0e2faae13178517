import { hourMs, minuteMs } from '@custody/decision';
import { badParameter } from '../http/problem.ts';

/** Area/City names, and the few others that every calendar knows; abbreviations and offsets are told apart by nobody. */
const known = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/UTC', 'Asia/Kathmandu', 'Asia/Kolkata']);

/** Zones of a fixed offset, which no list of places has. */
const fixedOffset = /^Etc\/GMT[+-]\d{1,2}$/;

/**
 * Checks an IANA zone and gives its name as the store has it too: the calendar takes any case and old aliases. Throws
 * `QUERY_BAD_PARAMETER`.
 */
export function parseTimeZone(text: string): string {
  if (known.has(text)) return text;
  const name = /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)+$/.test(text) ? nameInCalendar(text) : '';
  if (known.has(name) || fixedOffset.test(name)) return name;
  throw badParameter('tz', `${JSON.stringify(text.slice(0, 100))} is no IANA time zone; write Europe/Berlin or UTC`);
}

function nameInCalendar(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return '';
  }
}

function localDate(epochMs: number, timeZone: string): string {
  // The usual zone, without the calendars of all places, which take megabytes once one of them is asked.
  if (timeZone === 'UTC') return new Date(epochMs).toISOString().slice(0, 10);
  // Swedish dates are written as ISO 8601 has them.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    epochMs,
  );
}

/** The first instant of the local day that holds the instant, or of the named date near it. */
export function startOfDay(epochMs: number, timeZone: string, date = localDate(epochMs, timeZone)): number {
  // Zones lie within 14 hours of UTC, so the day begins within 40 hours before; its first quarter hour is searched for,
  // since every offset is a multiple of one and a day that skips its midnight begins at another.
  let low = Math.floor((epochMs - 40 * hourMs) / (15 * minuteMs));
  let high = Math.floor((epochMs + 40 * hourMs) / (15 * minuteMs));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (localDate(middle * 15 * minuteMs, timeZone) < date) low = middle + 1;
    else high = middle;
  }
  return low * 15 * minuteMs;
}

/** How far the zone's clocks are ahead of UTC at an instant, milliseconds. */
export function aheadOfUtcMs(epochMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):?(\d{2})?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
}
