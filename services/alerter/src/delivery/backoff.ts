import { dayMs, minuteMs, secondMs } from '@custody/decision';

const firstMs = 5 * secondMs;
const longestMs = 5 * minuteMs;
/** How long something is tried. */
const patienceMs = dayMs;
/** Even if it is older than that, because nobody ran meanwhile, it is tried so often. */
const attemptsAtLeast = 3;

/**
 * The pause after so many failed attempts, milliseconds: twice as long each time, and between half and all of that at
 * random, so that what failed together does not come back together.
 */
export function pauseMs(attempts: number, random: () => number): number {
  const whole = Math.min(firstMs * 2 ** (attempts - 1), longestMs);
  return Math.round(whole * (0.5 + random() / 2));
}

/** Whether to stop trying what has been owed since then. */
export function isGivenUp(sinceMs: number, nowMs: number, attempts: number): boolean {
  return attempts >= attemptsAtLeast && nowMs - sinceMs >= patienceMs;
}
