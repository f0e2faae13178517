import { dayMs, hourMs, minuteMs } from './time-range.ts';
import { parseTimestamp } from './timestamp.ts';

const unitMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs };
const relative = /^-(\d{1,6})([mhdw])$/;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

/** The first instant of the day that holds the instant, or of the named date (`2026-11-01`) near it. */
export type StartOfDay = (epochMs: number, date?: string) => number;

const startOfUtcDay: StartOfDay = (epochMs) => Math.floor(epochMs / dayMs) * dayMs;

/** What may be written for an instant, for messages. */
export const timeTextForms = '2026-11-01T00:00:00Z, 2026-11-01, today, now, -24h or -30d';

/**
 * An instant as a person writes it, in milliseconds since the epoch: RFC 3339, a date (its midnight), `now`, `today`
 * (midnight), or a time ago: `-30m`, `-24h`, `-30d`, `-2w`. Days are those of UTC unless a zone's are given. `null` for a
 * text that is none of these, or lies before 1970.
 */
export function parseTimeText(text: string, nowMs: number, startOfDay: StartOfDay = startOfUtcDay): number | null {
  if (text === 'now') return nowMs;
  if (text === 'today') return startOfDay(nowMs);
  const [, amount, unit] = relative.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const agoMs = nowMs - Number(amount) * (unitMs[unit] ?? 0);
    return agoMs >= 0 ? agoMs : null;
  }
  // A plus sign that was not encoded reaches a server as a space: …T10:00:00+01:00 in a hand-written URL.
  if (!dateOnly.test(text)) return parseTimestamp(text.replace(/(T\S+) (\d{2}:?\d{2})$/i, '$1+$2'));
  const noonMs = parseTimestamp(`${text}T12:00:00Z`);
  return noonMs === null ? null : startOfDay(noonMs, text);
}
