/** Calendars by the platform, for oracles: nothing of it is known to the code under test. */
const formats = new Map<string, Intl.DateTimeFormat>();

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 for Monday. */
  readonly weekday: number;
  /** How far the clocks are ahead of UTC, minutes. */
  readonly aheadMinutes: number;
}

const aheadByQuarter = new Map<string, number>();

/** How far a zone's clocks are ahead of UTC, minutes. They are changed at quarters of an hour, which saves most of the looks. */
function aheadAt(epochMs: number, timeZone: string): number {
  const key = `${timeZone} ${Math.floor(epochMs / 900_000)}`;
  const known = aheadByQuarter.get(key);
  if (known !== undefined) return known;
  let format = formats.get(timeZone);
  if (format === undefined) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...fields });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  const ahead = Date.UTC(year, month - 1, day, hour, minute) / 60_000 - Math.floor(epochMs / 60_000);
  aheadByQuarter.set(key, ahead);
  return ahead;
}

export function localTime(epochMs: number, timeZone: string): LocalTime {
  const aheadMinutes = aheadAt(epochMs, timeZone);
  const local = new Date(epochMs + aheadMinutes * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    weekday: (local.getUTCDay() + 6) % 7,
    aheadMinutes,
  };
}

/** Equal for two instants of one bucket, and for no others. */
export function bucketName(epochMs: number, size: string, timeZone: string): string {
  const { year, month, day, hour, minute, weekday, aheadMinutes } = localTime(epochMs, timeZone);
  if (size === 'month') return `${year}-${month}`;
  if (size === 'day') return `${year}-${month}-${day}`;
  if (size === 'week') return new Date(Date.UTC(year, month - 1, day - weekday)).toISOString().slice(0, 10);
  const minutes = { minute: 1, '5m': 5, '15m': 15 }[size] ?? 60;
  return `${year}-${month}-${day} ${hour}:${minute - (minute % minutes)} ${aheadMinutes}`;
}
