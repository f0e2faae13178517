import type { Clock } from '@custody/runtime';

const pauseShare = 0.25;
const longestPauseMs = 1_000;

/** Of the time that a step of background work took, a part passes before the next one: live rows and questions come first. */
export function pauseAfter(elapsedMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return clock.sleep(Math.min(elapsedMs * pauseShare, longestPauseMs), signal);
}
