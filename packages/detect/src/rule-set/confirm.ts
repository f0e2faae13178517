import type { Alert } from '../alert/alert.ts';
import { amount } from '../wording.ts';
import { type HeldAlert, heldId, idOf } from './held-alert.ts';
import type { JudgedTransition } from './judged-transition.ts';
import type { RuleLook } from './look-by-rules.ts';
import { type Step, take } from './told-transition.ts';

/** The moments that alerts were opened of before they were proven, in order: to be looked at again once they are. */
export function unsettledMoments(alerts: readonly HeldAlert[]): number[] {
  const moments = alerts.flatMap(({ told }) => told?.unsettled?.atMs ?? []);
  return [...new Set(moments)].sort((a, b) => a - b);
}

/** What is found of the moment by now. */
interface Settled {
  readonly alert: Alert;
  /** How many times as much as was told is told again. */
  readonly escalation: number;
}

/** Whether it is a multiple of what was told last; what is told with another, or somebody has resolved, is on record only. */
function isMuchMore({ alert: { toldPeak }, leadId, isHushed }: HeldAlert, { alert, escalation }: Settled): boolean {
  return leadId === null && !isHushed && alert.peak >= escalation * toldPeak;
}

/** The alert with what is known of its moment now: the highest that was seen, and, where that is told, what it was. */
function withKnown(held: HeldAlert, { alert: { peak, finding } }: Settled, isTold: boolean): HeldAlert {
  const alert = { ...held.alert, peak: Math.max(held.alert.peak, peak) };
  return { ...held, alert: isTold ? { ...alert, finding, toldPeak: peak } : alert };
}

function withdrawal({ alert: { finding } }: HeldAlert): Omit<Step, 'atMs'> {
  const sentence = `With all decisions of that time known there is nothing unusual: ${finding.unless}`;
  return { kind: 'withdrawn', status: 'withdrawn', sentence };
}

/**
 * Settles the alerts that were opened of one moment, by looks at that moment with all that is known of it now and without
 * any alerts: what is found again is confirmed, or told as grown where it is a multiple of what was told, or as changed where it
 * is over; what is not is
 * withdrawn. `lookedAtMs` is the moment; only call it once that is proven. `ofHistory`: environments in which the moment was
 * read again as history, by id: that there was more changes the record and is told to nobody.
 */
export function settle(
  alerts: readonly HeldAlert[],
  looks: readonly RuleLook[],
  lookedAtMs: number,
  atMs: number,
  ofHistory: readonly string[] = [],
): { alerts: HeldAlert[]; transitions: JudgedTransition[] } {
  const found = new Map(
    looks.flatMap(({ rule, alerts: of }) =>
      of.map((alert) => {
        const settled: Settled = { alert, escalation: rule.alerts.escalation };
        return [heldId(rule.name, alert.detector, alert.subject), settled] as const;
      }),
    ),
  );
  const ruleNamed = (name: string) => looks.find(({ rule }) => rule.name === name)?.rule;
  const transitions: JudgedTransition[] = [];
  const settled = alerts.map((held) => {
    const { told } = held;
    if (told?.unsettled?.atMs !== lookedAtMs) return held;
    const now = found.get(idOf(held));
    const isOver = told.status === 'resolved' || told.status === 'withdrawn';
    const before = { ...held, told: { ...told, unsettled: null } };
    const was = told.unsettled.observed;
    const isHistory = ofHistory.includes(held.alert.subject.envId);
    // Where it is over it does not end a second time.
    const grownKind = isOver ? ('changed' as const) : ('escalated' as const);
    const isTold = now !== undefined && !isHistory && isMuchMore(held, now);
    const known = now === undefined ? before : withKnown(before, now, isTold);
    const step =
      now === undefined
        ? withdrawal(held)
        : {
            kind: isTold ? grownKind : ('confirmed' as const),
            status: told.status,
            sentence: `Proven. ${now.alert.finding.sentence}${now.alert.finding.observed === was ? '' : ` It was ${amount(was)} as first read.`}`,
          };
    // What is over and not found again changes its record too, and nothing that anybody acts on.
    const { held: next, transition } = take({ held: known, members: [] }, { ...step, atMs }, ruleNamed);
    // It tells of the moment, whatever has been found since.
    transitions.push(now === undefined ? transition : { ...transition, finding: now.alert.finding });
    const kept = { ...next, waitingSinceMs: held.waitingSinceMs, leadId: held.leadId };
    return { ...kept, isHushed: now === undefined ? !isOver && held.alert.status === 'open' : held.isHushed };
  });
  return { alerts: settled, transitions };
}
