import { dayMs } from '../state/range.ts';

const cached = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = cached.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
  cached.set(key, known);
  return known;
}

const clock = { hour: '2-digit', minute: '2-digit' } as const;
const date = { day: 'numeric', month: 'short' } as const;

/** `14:05` or `14:05:09`. */
export function clockTime(ms: number, zone: string, hasSeconds = false): string {
  return formatter(zone, hasSeconds ? { ...clock, second: '2-digit' } : clock).format(ms);
}

/** `27 Nov`, with the year where it is another than now's. */
export function dayTime(ms: number, zone: string, nowMs = Date.now()): string {
  const year = { year: 'numeric' } as const;
  const isThisYear = formatter(zone, year).format(ms) === formatter(zone, year).format(nowMs);
  return formatter(zone, isThisYear ? date : { ...date, ...year }).format(ms);
}

/** `27 Nov 14:05`; today, the time alone. */
export function momentTime(ms: number, zone: string, { hasSeconds = false, nowMs = Date.now() } = {}): string {
  const day = dayTime(ms, zone, nowMs);
  const time = clockTime(ms, zone, hasSeconds);
  return day === dayTime(nowMs, zone, nowMs) && Math.abs(nowMs - ms) < dayMs ? time : `${day} ${time}`;
}

/** Everything of an instant, with its zone, as a title. */
export function fullTime(iso: string, zone: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const text = formatter(zone, { dateStyle: 'full', timeStyle: 'long' }).format(ms);
  return `${text} · ${iso}`;
}

/** The zone as it is called beside times: `UTC`, `GMT+1`. */
export function zoneLabel(zone: string, ms = Date.now()): string {
  if (zone === 'UTC') return 'UTC';
  const part = formatter(zone, { timeZoneName: 'short' })
    .formatToParts(ms)
    .find(({ type }) => type === 'timeZoneName');
  return part?.value ?? zone;
}

const steps = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** `15 min`, `2 h 10 min`, `3 d 4 h`: the two largest units. */
export function duration(seconds: number): string {
  let left = Math.round(Math.max(0, seconds));
  const parts: string[] = [];
  for (const [unit, size] of steps) {
    const count = Math.floor(left / size);
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    left -= count * size;
  }
  return parts.join(' ') || '0 s';
}

/** `12 s ago`. */
export function ago(ms: number, nowMs: number): string {
  const seconds = (nowMs - ms) / 1000;
  return seconds < 1 ? 'now' : `${duration(seconds)} ago`;
}
