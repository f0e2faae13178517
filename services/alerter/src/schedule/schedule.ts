import { minuteMs, secondMs } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import { schedule as scheduleCron } from 'node-cron';

/** When looks are due. */
export interface Schedule {
  /**
   * Calls back with the moment to judge. What is called resolves once no look runs any more, and never rejects. Returns how to
   * stop.
   */
  start(onTick: (atMs: number) => Promise<void>): () => void;
}

const halfMs = minuteMs / 2;

/**
 * Every half minute, so many seconds after it: decisions of the last seconds are on their way still. The moment that is
 * judged is the half minute itself, whenever the timer fires.
 */
export function everyHalfMinute(afterSeconds: number, clock: Clock): Schedule {
  return {
    start(onTick) {
      const fire = () => {
        const atMs = Math.floor((clock.now() - afterSeconds * secondMs + secondMs / 2) / halfMs) * halfMs;
        void onTick(atMs);
      };
      const task = scheduleCron(`${afterSeconds},${afterSeconds + 30} * * * * *`, fire, { timezone: 'UTC' });
      return () => void task.destroy();
    },
  };
}
