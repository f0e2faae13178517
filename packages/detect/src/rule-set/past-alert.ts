import { dayMs, type MaskedSubject, type TimeRange } from '@custody/decision';
import { maskOf } from '../alert/advance.ts';
import type { Alert } from '../alert/alert.ts';
import { defaultAlertRules } from '../alert/alert-rules.ts';
import { subjectId } from '../finding.ts';
import type { HeldAlert } from './held-alert.ts';

/** An alert that is over or goes on, and when: what it covers is not told again, and does not count as usual. */
export interface PastAlert {
  readonly rule: string;
  readonly detector: Alert['detector'];
  readonly subject: Alert['subject'];
  /** The detector's own name of it. */
  readonly alertId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** How much of it is kept out of histories; `null` for nothing. */
  readonly mask: TimeRange | null;
}

/** How long alerts are remembered after their end. */
export const rememberedMs = 28 * dayMs;
const mostPast = 5_000;

/** One name for what a rule says of a subject. */
export function placeOf({ rule, detector, subject }: Pick<PastAlert, 'rule' | 'detector' | 'subject'>): string {
  return `${rule} ${subjectId(detector, subject)}`;
}

export function placeOfHeld({ rule, alert }: HeldAlert): string {
  return placeOf({ rule, detector: alert.detector, subject: alert.subject });
}

/** What is remembered of an alert as it is now. */
export function pastAlertOf({ rule, alert }: HeldAlert): PastAlert {
  const { detector, subject, id: alertId, sinceMs: fromMs, lastSignMs: toMs } = alert;
  return { rule, detector, subject, alertId, fromMs, toMs, mask: maskOf(alert, defaultAlertRules) };
}

/** What is remembered after a look: alerts as they are now, and those that are gone. */
export function remembered(past: readonly PastAlert[], held: readonly HeldAlert[], atMs: number): PastAlert[] {
  const byAlert = new Map(past.map((one) => [`${placeOf(one)} ${one.alertId}`, one]));
  for (const one of held.map(pastAlertOf)) byAlert.set(`${placeOf(one)} ${one.alertId}`, one);
  return [...byAlert.values()]
    .filter(({ toMs }) => toMs > atMs - rememberedMs)
    .sort((a, b) => a.toMs - b.toMs)
    .slice(-mostPast);
}

/** What alerts keep out of the histories of their series. */
export function masksOf(past: readonly PastAlert[]): MaskedSubject[] {
  const bySubject = Map.groupBy(past, ({ detector, subject }) => subjectId(detector, subject));
  return [...bySubject.values()].flatMap((those) => {
    const ranges = those.flatMap(({ mask }) => mask ?? []);
    const [{ detector, subject } = { detector: '', subject: null }] = those;
    return ranges.length === 0 || subject === null ? [] : [{ ...subject, detector, ranges }];
  });
}
