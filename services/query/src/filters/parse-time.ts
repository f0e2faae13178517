import { dayMs, hourMs, minuteMs, parseTimestamp, type TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { queryErrors } from '../errors.ts';
import { badParameter } from '../http/problem.ts';
import { startOfDay } from './time-zone.ts';

const unitMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs };
const relative = /^-(\d{1,6})([mhdw])$/;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
/** The table's own bounds: what lies outside cannot be stored. */
const leastMs = Date.UTC(1970, 0, 1);
const mostMs = Date.UTC(2200, 0, 1);

/**
 * An instant as a caller writes it: RFC 3339, a date (its midnight in the zone), `now`, `today` (midnight in the zone), or a
 * time ago: `-30m`, `-24h`, `-30d`, `-2w`.
 */
function parseTime(parameter: string, text: string, nowMs: number, timeZone: string): number {
  const ago = relative.exec(text);
  if (text === 'now') return nowMs;
  if (text === 'today') return startOfDay(nowMs, timeZone);
  const agoMs = ago === null ? null : nowMs - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0);
  const instant = agoMs ?? parseAbsolute(text, timeZone);
  if (instant !== null && instant >= leastMs && instant <= mostMs) return instant;
  throw badParameter(
    parameter,
    `${JSON.stringify(text.slice(0, 100))} is no time; write 2026-11-01T00:00:00Z, 2026-11-01, today, now, -24h or -30d`,
  );
}

function parseAbsolute(text: string, timeZone: string): number | null {
  // A plus sign that was not encoded reaches a server as a space: …T10:00:00+01:00 in a hand-written URL.
  if (!dateOnly.test(text)) return parseTimestamp(text.replace(/(T\S+) (\d{2}:?\d{2})$/i, '$1+$2'));
  const noonMs = parseTimestamp(`${text}T12:00:00Z`);
  return noonMs === null ? null : startOfDay(noonMs, timeZone, text);
}

/** The asked range; the last 24 hours where nothing is said. Throws `QUERY_BAD_PARAMETER` or `QUERY_BAD_RANGE`. */
export function parseRange(
  { from = '-24h', to = 'now' }: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
  timeZone: string,
): TimeRange {
  const range = { fromMs: parseTime('from', from, nowMs, timeZone), toMs: parseTime('to', to, nowMs, timeZone) };
  if (range.fromMs < range.toMs) return range;
  throw new CustodyError(queryErrors.QUERY_BAD_RANGE, `from (${from}) is not before to (${to}).`, {
    fields: { parameter: 'from' },
  });
}
