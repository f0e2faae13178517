import { dayMs } from '@custody/decision';
import { type DayOfWeek, daysOfWeek } from './rule-document.ts';

/** A time of the week at which nobody is told. */
export interface Mute {
  /** Days on which it begins. */
  readonly days: readonly DayOfWeek[];
  /** Minutes since midnight; an end that is not after the start lies on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA time zone. */
  readonly zone: string;
}

const minutesOfDay = 1_440;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Day of the week (0 is Monday) and minute of the day, as the clocks of a zone show them. */
function localTime(atMs: number, zone: string): { day: number; minute: number } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(zone, format);
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = daysOfWeek.indexOf((parts.get('weekday') ?? '').toLowerCase() as DayOfWeek);
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

/** Whether a mute is on at an instant. */
export function isMuted({ days, fromMinute, toMinute, zone }: Mute, atMs: number): boolean {
  const { day, minute } = localTime(atMs, zone);
  const begins = (on: number) => days.includes(daysOfWeek[(on + 7) % 7] ?? 'mon');
  if (fromMinute < toMinute) return begins(day) && minute >= fromMinute && minute < toMinute;
  return (begins(day) && minute >= fromMinute) || (begins(day - 1) && minute < toMinute);
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

/** A mute as it is written. Without a start it begins at midnight, without an end it lasts until midnight. */
export function muteOf(given: {
  days?: DayOfWeek | readonly DayOfWeek[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  zone?: string | undefined;
}): Mute {
  const { days = daysOfWeek, from = '00:00', to = '00:00', zone = 'UTC' } = given;
  const begins = daysOfWeek.filter((day) => [days].flat().includes(day));
  return { days: begins, fromMinute: minuteOf(from), toMinute: minuteOf(to) % minutesOfDay, zone };
}

/** A mute in words: "sat, sun 22:00–06:00 Europe/Berlin". */
export function muteText({ days, fromMinute, toMinute, zone }: Mute): string {
  const clock = (minute: number) => new Date((minute * dayMs) / minutesOfDay).toISOString().slice(11, 16);
  const isWholeDay = fromMinute === 0 && toMinute === 0;
  const onDays = days.length === daysOfWeek.length ? 'every day' : days.join(', ');
  return `${onDays}${isWholeDay ? '' : ` ${clock(fromMinute)}–${clock(toMinute)}`} ${zone}`;
}
