import { type AlertStatus, type AlertTransitionKind, type Severity, severities } from '@custody/decision';
import { byName } from '../finding.ts';
import { alertIdOf, type HeldAlert, idOf, subjectOf, transitionIdOf } from './held-alert.ts';
import type { CauseMember, JudgedTransition } from './judged-transition.ts';
import type { Rule } from './rule.ts';

/** What happens to an alert, beside what follows from the alert itself. */
export interface Step {
  readonly kind: AlertTransitionKind;
  readonly status: AlertStatus;
  readonly sentence: string;
  readonly atMs: number;
  readonly mergedInto?: string;
  readonly actor?: string;
  readonly note?: string;
}

/** What an alert is made of, its own rule first. */
export interface Told {
  readonly held: HeldAlert;
  readonly members: readonly HeldAlert[];
}

export type RuleNamed = (name: string) => Rule | undefined;

/** The higher of two. */
export function higher(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) >= severities.indexOf(b) ? a : b;
}

export function severityOf(held: HeldAlert, ruleNamed: RuleNamed): Severity {
  return ruleNamed(held.rule)?.severities[held.alert.detector] ?? 'warning';
}

/** The severity of what is told together: its highest. */
export function severityOfAll(all: readonly HeldAlert[], ruleNamed: RuleNamed): Severity {
  return all.map((held) => severityOf(held, ruleNamed)).reduce(higher, 'info');
}

function channelsOf(rules: readonly (Rule | undefined)[]): string[] | null {
  const each = rules.map((rule) => rule?.channels ?? null);
  return each.some((it) => it === null) ? null : [...new Set(each.flatMap((it) => it ?? []))].sort();
}

function memberOf({ rule, alert }: HeldAlert): CauseMember {
  return { rule, detector: alert.detector, subject: alert.subject, sentence: alert.finding.sentence };
}

const isOver = (status: AlertStatus) => status === 'resolved' || status === 'withdrawn';

/** When it ended; `null` while it goes on. What is learned of one that is over does not move its end. */
function endedAtMs(before: HeldAlert['told'], status: AlertStatus, atMs: number): number | null {
  if (!isOver(status)) return null;
  return before !== null && isOver(before.status) ? before.resolvedAtMs : atMs;
}

/** Takes a step: the alert after it, and the transition that tells of it. */
export function take(
  { held, members }: Told,
  step: Step,
  ruleNamed: RuleNamed,
): { held: HeldAlert; transition: JudgedTransition } {
  const { kind, status, sentence, atMs } = step;
  const { alert } = held;
  const ordered = members.toSorted(byName(idOf));
  const all = [held, ...ordered];
  const rules = [...new Set(all.map(({ rule }) => rule))];
  const own = ruleNamed(held.rule);
  const isOpening = kind === 'opened' || kind === 'reopened';
  const before = held.told;
  const alertId = before?.alertId ?? alertIdOf(held);
  const sequence = (before?.sequence ?? 0) + 1;
  const severity = higher(severityOfAll(all, ruleNamed), isOpening ? 'info' : (before?.severity ?? 'info'));
  const { finding } = alert;
  const told = {
    alertId,
    sequence,
    openedSequence: isOpening ? sequence : (before?.openedSequence ?? sequence),
    status,
    openedAtMs: before?.openedAtMs ?? atMs,
    resolvedAtMs: endedAtMs(before, status, atMs),
    severity,
    unsettled:
      isOpening && finding.completeness !== 'proven'
        ? { atMs: finding.window.toMs, observed: finding.observed }
        : (before?.unsettled ?? null),
  };
  const transition: JudgedTransition = {
    ...{ alertId, transitionId: transitionIdOf(alertId, sequence), sequence, kind, status, atMs },
    ...{ rule: held.rule, ruleVersion: own?.version ?? '', rules },
    ...{ detector: alert.detector, severity, subject: subjectOf(held) },
    ...{ openedAtMs: told.openedAtMs, resolvedAtMs: told.resolvedAtMs, peak: alert.peak, finding, sentence },
    members: ordered.map(memberOf),
    mergedInto: step.mergedInto ?? '',
    runbook: all.map(({ rule }) => ruleNamed(rule)?.runbook ?? '').find((it) => it !== '') ?? '',
    channels: channelsOf(rules.map(ruleNamed)),
    ...{ actor: step.actor ?? '', note: step.note ?? '' },
  };
  return { held: { ...held, told, waitingSinceMs: null, isHushed: false }, transition };
}
