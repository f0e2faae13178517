import { minuteMs, parseTimeText, secondMs, type TimeRange, timeTextForms } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { queryErrors } from '../errors.ts';
import { badParameter } from '../http/problem.ts';
import { startOfDay } from './time-zone.ts';

/** An instant as a caller writes it, with the days of the zone. Throws `QUERY_BAD_PARAMETER`. */
function parseTime(parameter: string, text: string, nowMs: number, timeZone: string): number {
  const instant = parseTimeText(text, nowMs, (epochMs, date) => startOfDay(epochMs, timeZone, date));
  // A day of a zone east of UTC may begin before the time that the store can name.
  if (instant !== null && instant >= 0) return instant;
  throw badParameter(parameter, `${JSON.stringify(text.slice(0, 100))} is no time; write ${timeTextForms}`);
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

/** Each divides the next one, and a minute. */
const stepsMs = [secondMs, 5 * secondMs, 10 * secondMs, 30 * secondMs, minuteMs];
/** A step is at most so small a part of the range: ten seconds of a day. */
const stepsOfRange = 8_640;

/**
 * The same, where what is asked up to now reaches to the end of a short step of the clock, so that whoever asks the same within
 * the step asks for the same range. What is asked since some time ago is as long as was asked for: the range before it, which it
 * is compared with, is cut where its own buckets and sums are. Throws as `parseRange`.
 */
export function parseSteadyRange(
  given: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
  timeZone: string,
): TimeRange {
  const exact = parseRange(given, nowMs, timeZone);
  // A time that is written out is meant as it is, also where it is this very moment.
  if (exact.toMs !== nowMs || /^\d/.test(given.to ?? 'now')) return exact;
  const stepMs = stepsMs.findLast((step) => step * stepsOfRange <= exact.toMs - exact.fromMs) ?? secondMs;
  const isAgo = given.from === undefined || given.from.startsWith('-');
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  return { fromMs: isAgo ? toMs - (exact.toMs - exact.fromMs) : exact.fromMs, toMs };
}
