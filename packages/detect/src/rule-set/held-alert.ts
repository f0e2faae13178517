import type { AlertStatus, Severity } from '@custody/decision';
import type { Alert } from '../alert/alert.ts';
import { type Detector, type Subject, subjectId } from '../finding.ts';
import { uuidOf } from './canonical-json.ts';

/** What the outside knows of an alert. */
export interface Told {
  readonly alertId: string;
  /** Of its last transition. */
  readonly sequence: number;
  /** Of its last `opened` or `reopened`: what somebody did before that does not count any more. */
  readonly openedSequence: number;
  readonly status: AlertStatus;
  readonly openedAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly severity: Severity;
  /** The window that was told had still to be proven, and until when; `null` once it is settled. */
  readonly unsettled: { readonly atMs: number; readonly observed: number } | null;
}

/** An alert of a rule between two looks, with its place among others of one cause. A plain value: it survives JSON. */
export interface HeldAlert {
  readonly rule: string;
  /** Its life as `look` keeps it. */
  readonly alert: Alert;
  /** Since when it waits to be told, for others of its cause to come up; `null` where it does not wait. */
  readonly waitingSinceMs: number | null;
  /** The `heldId` of the one that it is told with; `null` where it stands for itself. */
  readonly leadId: string | null;
  /** Somebody resolved it while it went on: nothing is told until it grows, or ends and comes back. */
  readonly isHushed: boolean;
  /** `null` where it was never told by itself. */
  readonly told: Told | null;
  /** Whom it is told of, where nearly all denials of a larger series are of one agent or human; absent: of its subject. */
  readonly about?: Subject;
}

/** One name for what a rule says of a subject. */
export function heldId(rule: string, detector: Detector, subject: Subject): string {
  return `${rule} ${subjectId(detector, subject)}`;
}

/** Whom an alert is told of. */
export function subjectOf({ about, alert }: HeldAlert): Subject {
  return about ?? alert.subject;
}

export function idOf({ rule, alert }: HeldAlert): string {
  return heldId(rule, alert.detector, alert.subject);
}

/** The same for whoever computes it from the same looks. */
export function alertIdOf({ rule, alert }: HeldAlert): string {
  return uuidOf('alert', rule, subjectId(alert.detector, alert.subject), String(alert.openedAtMs));
}

export function transitionIdOf(alertId: string, sequence: number): string {
  return uuidOf('transition', alertId, String(sequence));
}

/** Whether it is open and known outside. */
export function isToldOpen({ told }: HeldAlert): boolean {
  return told !== null && (told.status === 'open' || told.status === 'acknowledged');
}
