import { dayMs, type MaskedSubject, type SeriesName, type TickRecord, type TimeRange } from '@custody/decision';
import { type Alert, defaultAlertRules, type HeldAlert, maskOf, subjectId } from '@custody/detect';

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

/** What the next tick goes on from. A plain value: it travels in the alerts topic. */
export interface AlerterState {
  readonly format: 1;
  readonly held: readonly HeldAlert[];
  /** Of the last four weeks, the oldest first. */
  readonly past: readonly PastAlert[];
  /** Up to where it is known what landed in the store; `null` before the first look. */
  readonly landed: { readonly tableId: string; readonly block: number } | null;
  /** Past moments that are still to be looked at, in order. */
  readonly moments: readonly number[];
  /** Alerts that are open and that a silence has kept from being told, by their ids. */
  readonly untold: readonly string[];
}

export const initialState: AlerterState = { format: 1, held: [], past: [], landed: null, moments: [], untold: [] };

/** The state of a record. It was written by this version: others are refused before. */
export function stateOf(record: TickRecord | null): AlerterState {
  return record === null ? initialState : (record.state as unknown as AlerterState);
}

const rememberedMs = 28 * dayMs;
const mostPast = 5_000;

/** One name for what a rule says of a subject. */
export function placeOf({ rule, detector, subject }: Pick<PastAlert, 'rule' | 'detector' | 'subject'>): string {
  return `${rule} ${subjectId(detector, subject)}`;
}

export function placeOfHeld({ rule, alert }: HeldAlert): string {
  return placeOf({ rule, detector: alert.detector, subject: alert.subject });
}

/** What is remembered after a look: alerts as they are now, and those that are gone. */
export function remembered(past: readonly PastAlert[], held: readonly HeldAlert[], atMs: number): PastAlert[] {
  const byAlert = new Map(past.map((one) => [`${placeOf(one)} ${one.alertId}`, one]));
  for (const { rule, alert } of held) {
    const { detector, subject, id: alertId, sinceMs: fromMs, lastSignMs: toMs } = alert;
    const one = { rule, detector, subject, alertId, fromMs, toMs, mask: maskOf(alert, defaultAlertRules) };
    byAlert.set(`${placeOf(one)} ${alertId}`, one);
  }
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

/** Series of alerts that are open: looked at however little they count now. */
export function openSeriesOf(held: readonly HeldAlert[]): SeriesName[] {
  const names = new Map<string, SeriesName>();
  for (const { alert } of held) {
    const { envId, kind, key } = alert.subject;
    if (alert.status !== 'open' || kind === 'pair') continue;
    names.set(JSON.stringify([envId, kind, key]), { envId, kind, key });
  }
  return [...names.values()];
}
