import { hourMs, secondMs, settlingSeconds } from '@custody/decision';
import { type PlanInput, unproven } from './window-plan.ts';

/** How much of an environment's time is not proven, in seconds; the three never overlap. */
export interface Coverage {
  /** Younger than the lateness and the time to settle: normal. */
  readonly open: number;
  /** Older, and not proven. */
  readonly blind: number;
  /** Known not to be readable. */
  readonly unreadable: number;
}

/** The coverage from the horizon up to now, from the windows on record. */
export function coverageOf(input: Pick<PlanInput, 'windowsOf' | 'horizonMs' | 'frontierMs'>, nowMs: number): Coverage {
  const { windowsOf, horizonMs, frontierMs } = input;
  const agedMs = frontierMs - settlingSeconds * secondMs;
  let open = 0;
  let blind = 0;
  let unreadable = 0;
  for (let hour = horizonMs; hour < nowMs; hour += hourMs) {
    const windows = windowsOf(hour);
    for (const { fromMs, toMs } of unproven(hour, windows, nowMs)) {
      const youngMs = Math.max(0, toMs - Math.max(fromMs, agedMs));
      open += youngMs;
      blind += toMs - fromMs - youngMs;
    }
    for (const { fromMs, toMs, state } of windows) if (state === 'unreadable') unreadable += toMs - fromMs;
  }
  return { open: open / secondMs, blind: blind / secondMs, unreadable: unreadable / secondMs };
}
