import { amount } from '../wording.ts';
import { type HeldAlert, heldId, idOf } from './held-alert.ts';
import type { JudgedTransition } from './judged-transition.ts';
import type { RuleLook } from './look-by-rules.ts';
import { take } from './told-transition.ts';

/** The moments that alerts were opened of before they were proven, in order: to be looked at again once they are. */
export function unsettledMoments(alerts: readonly HeldAlert[]): number[] {
  const moments = alerts.flatMap(({ told }) => told?.unsettled?.atMs ?? []);
  return [...new Set(moments)].sort((a, b) => a - b);
}

/**
 * Settles the alerts that were opened of one moment, by looks at that moment with all that is known of it now and without
 * any alerts: what is found again is confirmed, what is not is withdrawn. `lookedAtMs` is the moment; only call it once
 * that is proven.
 */
export function settle(
  alerts: readonly HeldAlert[],
  looks: readonly RuleLook[],
  lookedAtMs: number,
  atMs: number,
): { alerts: HeldAlert[]; transitions: JudgedTransition[] } {
  const found = new Map(
    looks.flatMap(({ rule, findings }) =>
      findings.map((finding) => [heldId(rule.name, finding.detector, finding.subject), finding] as const),
    ),
  );
  const ruleNamed = (name: string) => looks.find(({ rule }) => rule.name === name)?.rule;
  const transitions: JudgedTransition[] = [];
  const settled = alerts.map((held) => {
    const { told } = held;
    if (told?.unsettled?.atMs !== lookedAtMs) return held;
    const finding = found.get(idOf(held));
    const isOver = told.status === 'resolved' || told.status === 'withdrawn';
    const before = { ...held, told: { ...told, unsettled: null } };
    const was = told.unsettled.observed;
    const step =
      finding === undefined
        ? {
            kind: 'withdrawn' as const,
            status: 'withdrawn' as const,
            sentence: `With all decisions of that time known there is nothing unusual: ${held.alert.finding.unless}`,
          }
        : {
            kind: 'confirmed' as const,
            status: told.status,
            sentence: `Proven. ${finding.sentence}${finding.observed === was ? '' : ` It was ${amount(was)} as first read.`}`,
          };
    // What is over and not found again changes its record too, and nothing that anybody acts on.
    const { held: next, transition } = take({ held: before, members: [] }, { ...step, atMs }, ruleNamed);
    transitions.push(transition);
    const kept = { ...next, waitingSinceMs: held.waitingSinceMs, leadId: held.leadId };
    return { ...kept, isHushed: finding === undefined ? !isOver && held.alert.status === 'open' : held.isHushed };
  });
  return { alerts: settled, transitions };
}
