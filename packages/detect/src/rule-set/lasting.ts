import { minuteMs } from '@custody/decision';
import { type HeldAlert, isToldOpen } from './held-alert.ts';

/**
 * How long it has to last before anybody is told that Custody cannot see all. The seconds of a restart, and those that reading
 * and proving need to catch up after it, mend themselves before anybody could; what does not is told.
 */
export const lastingMs = 3 * minuteMs;
/** Nobody looked in between: that it was so all the time is not known, and most likely nothing ran. */
const lookedWithinMs = 2 * minuteMs;

/**
 * An alert as one that has to last before it is told: it waits from its first look of an unbroken row on. `null` where it
 * passed untold, which is as if it had not been. Others are as they were. `lookedAtMs`: of the look before, where there was one.
 */
export function untilItLasts(held: HeldAlert, lookedAtMs: number | null, atMs: number): HeldAlert | null {
  const { alert, leadId, isHushed, told, waitingSinceMs } = held;
  const isUntold = alert.status === 'open' && !isToldOpen(held) && leadId === null && !isHushed;
  if (alert.detector !== 'coverage_lost' || !isUntold) return held;
  if (alert.lastSignMs < atMs) return told === null ? null : { ...held, waitingSinceMs: null };
  const isUnbroken = lookedAtMs !== null && atMs - lookedAtMs <= lookedWithinMs;
  return { ...held, waitingSinceMs: isUnbroken ? (waitingSinceMs ?? atMs) : atMs };
}
