import type { AlertStatus, AlertTransitionKind, Severity } from '@custody/decision';
import type { Detector, Finding, Subject } from '../finding.ts';

/** What else has the same cause, and is told with it. */
export interface CauseMember {
  readonly rule: string;
  readonly detector: Detector;
  readonly subject: Subject;
  readonly sentence: string;
}

/** One step in the life of an alert, as far as it can be told without a store: names, examples and grants come later. */
export interface JudgedTransition {
  readonly alertId: string;
  readonly transitionId: string;
  readonly sequence: number;
  readonly kind: AlertTransitionKind;
  readonly status: AlertStatus;
  /** In the time of the decisions; of `opened` the moment that it was found at, which may be before this look. */
  readonly atMs: number;
  readonly rule: string;
  readonly ruleVersion: string;
  /** All whose findings it is made of: it is muted where all of them are. */
  readonly rules: readonly string[];
  readonly detector: Detector;
  /** The highest of what it is made of. */
  readonly severity: Severity;
  readonly subject: Subject;
  readonly openedAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly peak: number;
  readonly finding: Finding;
  readonly sentence: string;
  readonly members: readonly CauseMember[];
  /** Of `merged`: the alert that it is told with from now on; `''` otherwise. */
  readonly mergedInto: string;
  readonly runbook: string;
  /** Names of the channels of all its rules; `null` for all there are. */
  readonly channels: readonly string[] | null;
  /** Who acted; `''` for Custody itself. */
  readonly actor: string;
  readonly note: string;
}
