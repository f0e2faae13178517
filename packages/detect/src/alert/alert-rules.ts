import { dayMs, hourMs, minuteMs } from '@custody/decision';

/** When an alert opens, holds, grows and ends. */
export interface AlertRules {
  /** As long as an alert is open its baseline stays what it was, but no longer than this: then what goes on is normal. */
  readonly freezeAtMostMs: number;
  /** So much time without anything unusual, all of it read, ends an alert. */
  readonly quietMs: number;
  /** What fires again within this after the end opens the same alert again. */
  readonly reopenWithinMs: number;
  /** How many times as much as was told last is told again. */
  readonly escalation: number;
  /** How often an alert that outlived its frozen baseline is told again. */
  readonly reminderMs: number;
  /** The most that one look counts as quiet: it sees no further back. */
  readonly lookMs: number;
}

export const defaultAlertRules: AlertRules = {
  freezeAtMostMs: dayMs,
  quietMs: hourMs,
  reopenWithinMs: 4 * hourMs,
  escalation: 4,
  reminderMs: dayMs,
  lookMs: 5 * minuteMs,
};
