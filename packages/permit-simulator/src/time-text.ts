/** `2026-03-10T14:32:05+00:00`: how Permit's facts carry times. */
export function factTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/** `2026-03-10T14:32:05.123456+00:00` from Unix microseconds. */
export function microTime(micros: number): string {
  return `${secondText(micros)}.${fraction(micros, 1_000_000, 6)}+00:00`;
}

/** `2026-03-10T14:32:05.123456789Z`; `nanos` are the last three digits. */
export function nanoTime(micros: number, nanos: number): string {
  return `${secondText(micros)}.${fraction(micros, 1_000_000, 6)}${String(nanos).padStart(3, '0')}Z`;
}

/** `2026-03-10T14:32:05.123Z`; digits below a millisecond are lost. */
export function milliTime(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}

/** `2026-03-10T14:32:05+00:00`; the fraction is lost. */
export function secondTime(micros: number): string {
  return `${secondText(micros)}+00:00`;
}

/** Unix microseconds of an RFC 3339 text, further digits cut off; undefined where it is none. */
export function microsOf(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:?\d\d)$/.exec(text);
  if (!match) return undefined;
  const [, day, time, digits = '', offset = 'Z'] = match;
  const ms = Date.parse(
    `${day}T${time}${/^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase()}`,
  );
  return Number.isNaN(ms) ? undefined : ms * 1000 + Number(digits.slice(0, 6).padEnd(6, '0'));
}

function secondText(micros: number): string {
  const second = Math.floor(micros / 1_000_000);
  // An entry writes the same second up to three times, and formatting it costs more than all else in the text.
  if (second !== lastSecond.second) lastSecond = { second, text: new Date(second * 1000).toISOString().slice(0, 19) };
  return lastSecond.text;
}

let lastSecond = { second: 0, text: '1970-01-01T00:00:00' };

function fraction(micros: number, per: number, digits: number): string {
  return String(micros % per).padStart(digits, '0');
}
