/** Minutes that a zone is ahead of UTC at an instant. */
function offsetMinutes(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(ms);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The instant at which a day begins in a zone; months count from 0 and may lie outside the year, as those of `Date.UTC`. */
export function midnight(year: number, month: number, day: number, zone: string): number {
  return instantAt(Date.UTC(year, month, day), zone);
}

/** The instant at which clocks of a zone show what those of UTC show at `utcMs`. */
export function instantAt(utcMs: number, zone: string): number {
  const near = utcMs - offsetMinutes(utcMs, zone) * 60_000;
  // The offset may have changed between the two.
  return utcMs - offsetMinutes(near, zone) * 60_000;
}

/** Year and month (from 0) of an instant in a zone. */
export function monthIn(ms: number, zone: string): readonly [year: number, month: number] {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: 'numeric' }).formatToParts(ms);
  const of = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  return [of('year'), of('month') - 1];
}
