import { amount } from '../wording.ts';
import { type HeldAlert, heldId, idOf, isToldOpen } from './held-alert.ts';
import type { JudgedTransition } from './judged-transition.ts';
import type { RuleLook } from './look-by-rules.ts';
import { take } from './told-transition.ts';

/**
 * What late decisions add to alerts that cover their moment: the highest that was seen, and where that is a multiple of what
 * was told, a step that tells so. `looks` are of the moment, as if there
 * had been no alerts. Pure; no alert opens, ends or comes to rest by it.
 */
export function growLate(
  alerts: readonly HeldAlert[],
  looks: readonly RuleLook[],
  atMs: number,
): { alerts: HeldAlert[]; transitions: JudgedTransition[] } {
  const found = new Map(
    looks.flatMap((look) =>
      look.alerts.map((alert) => [heldId(look.rule.name, alert.detector, alert.subject), { alert, rule: look.rule }]),
    ),
  );
  const ruleNamed = (name: string) => looks.find(({ rule }) => rule.name === name)?.rule;
  const transitions: JudgedTransition[] = [];
  const grown = alerts.map((held): HeldAlert => {
    const late = found.get(idOf(held));
    if (late === undefined || late.alert.peak <= held.alert.peak) return held;
    const { peak, finding } = late.alert;
    const known = { ...held, alert: { ...held.alert, peak } };
    const { toldPeak } = held.alert;
    const isMuchMore = peak >= late.rule.alerts.escalation * toldPeak;
    if (!isMuchMore || held.told === null || held.leadId !== null || held.isHushed) return known;
    const sentence = `Decisions that were read late: it was ${amount(peak)}, not ${amount(toldPeak)}. ${finding.sentence}`;
    // One that is over does not end a second time: that it was more is told as what it is.
    const kind = isToldOpen(held) ? 'escalated' : 'changed';
    const it = { ...known, alert: { ...known.alert, finding, toldPeak: peak } };
    const step = take({ held: it, members: [] }, { kind, status: held.told.status, sentence, atMs }, ruleNamed);
    transitions.push(step.transition);
    return { ...it, told: step.held.told };
  });
  return { alerts: grown, transitions };
}
