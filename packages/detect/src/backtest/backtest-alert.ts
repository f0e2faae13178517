import { type Severity, severities } from '@custody/decision';
import type { Detector, Subject } from '../finding.ts';
import type { Completeness } from '../reading.ts';
import type { JudgedTransition } from '../rule-set/judged-transition.ts';
import { isMuted } from '../rule-set/mute.ts';
import type { RuleSet } from '../rule-set/rule-set.ts';
import { titleOf } from '../rule-set/title.ts';

/** An alert that there would have been. */
export interface BacktestAlert {
  readonly alertId: string;
  readonly rule: string;
  readonly detector: Detector;
  /** The highest that it reached. */
  readonly severity: Severity;
  readonly subject: Subject;
  readonly envName: string;
  readonly title: string;
  /** What was found first. */
  readonly sentence: string;
  readonly openedAtMs: number;
  /** `null` where it is still open at the end. */
  readonly resolvedAtMs: number | null;
  readonly peak: number;
  /** Of the window that it was opened for. */
  readonly completeness: Completeness;
  /** How often it was told beside its opening and its end: escalated, opened again, reminded. */
  readonly steps: Readonly<Partial<Record<JudgedTransition['kind'], number>>>;
  /** What else had the same cause, as it was told last. */
  readonly members: number;
  /** All its rules are muted at its opening: it would be on record, and nobody told. */
  readonly isMuted: boolean;
  /** The alert that it became part of; `''` for none. */
  readonly mergedInto: string;
}

function higher(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) >= severities.indexOf(b) ? a : b;
}

/** The alerts that the steps of a back-test make. */
export class BacktestAlerts {
  readonly #ruleSet: RuleSet;
  readonly #envNames: ReadonlyMap<string, string>;
  readonly #alerts = new Map<string, BacktestAlert>();

  constructor(ruleSet: RuleSet, envNames: ReadonlyMap<string, string>) {
    this.#ruleSet = ruleSet;
    this.#envNames = envNames;
  }

  take(transitions: readonly JudgedTransition[]): void {
    for (const step of transitions) {
      const before = this.#alerts.get(step.alertId);
      const alert = before ?? this.#opened(step);
      const times = (alert.steps[step.kind] ?? 0) + 1;
      this.#alerts.set(step.alertId, {
        ...alert,
        severity: higher(alert.severity, step.severity),
        resolvedAtMs: step.resolvedAtMs,
        peak: Math.max(alert.peak, step.peak),
        members: Math.max(alert.members, step.members.length),
        steps: { ...alert.steps, [step.kind]: times },
        mergedInto: step.mergedInto,
      });
    }
  }

  #opened(step: JudgedTransition): BacktestAlert {
    const { alertId, rule, detector, severity, subject, sentence, openedAtMs, peak, finding } = step;
    const envName = this.#envNames.get(subject.envId) ?? subject.envId;
    const muted = (name: string) =>
      this.#ruleSet.rules.find((one) => one.name === name)?.mutes.some((mute) => isMuted(mute, step.atMs)) ?? false;
    return {
      ...{ alertId, rule, detector, severity, subject, envName, title: titleOf(step, subject.key, envName), sentence },
      ...{ openedAtMs, resolvedAtMs: null, peak, completeness: finding.completeness, steps: {}, members: 0 },
      ...{ isMuted: step.rules.every(muted), mergedInto: '' },
    };
  }

  /** In the order of their opening. */
  all(): BacktestAlert[] {
    return [...this.#alerts.values()].sort((a, b) => a.openedAtMs - b.openedAtMs || (a.alertId < b.alertId ? -1 : 1));
  }
}
