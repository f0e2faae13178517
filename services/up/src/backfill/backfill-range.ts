import { dayMs, hourMs, hourOf, parseTimeText, type TimeRange, timeTextForms } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { backfillErrors } from './errors.ts';

/** As far back as a first start may read. */
const mostDaysBack = 3_650;

function instantOf(option: string, text: string, nowMs: number): number {
  const instant = parseTimeText(text, nowMs);
  if (instant !== null) return instant;
  throw refused(`${option} ${JSON.stringify(text.slice(0, 100))} is no time; write ${timeTextForms}.`);
}

export function refused(message: string): CustodyError {
  return new CustodyError(backfillErrors.BACKFILL_REFUSED, message);
}

/**
 * The whole UTC hours that the range touches, those of the future left out: hours are what is read again. Throws
 * `BACKFILL_REFUSED`.
 */
export function backfillRange({ from, to }: { from: string; to: string }, nowMs: number): TimeRange {
  const range = { fromMs: instantOf('--from', from, nowMs), toMs: instantOf('--to', to, nowMs) };
  if (range.fromMs >= range.toMs) throw refused(`The range is empty: --from (${from}) is not before --to (${to}).`);
  if (range.fromMs >= nowMs)
    throw refused(`The range lies in the future: nothing has happened after --from (${from}).`);
  if (range.fromMs < nowMs - mostDaysBack * dayMs) {
    throw refused(`--from (${from}) lies more than ${mostDaysBack} days back; the source keeps nothing that old.`);
  }
  const endMs = Math.min(range.toMs, nowMs);
  return { fromMs: hourOf(range.fromMs), toMs: hourOf(endMs - 1) + hourMs };
}
