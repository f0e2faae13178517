import { minuteMs } from '@custody/decision';
import type { Clock, Logger } from '@custody/runtime';
import type { ConsumerMetrics } from './metrics.ts';
import { wasGivenUp } from './patience.ts';

export interface BackgroundParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<ConsumerMetrics, 'backgroundFailures'>;
}

type Work = (signal: AbortSignal) => Promise<void>;

/**
 * Work on what is stored already: where it fails for good (a right that is missing, a limit of the store's) that is told
 * and tried again each minute. Decisions that arrive are not held up by it.
 */
export function inBackground(name: string, work: Work, { clock, logger, metrics }: BackgroundParts): Work {
  return async (signal) => {
    while (!signal.aborted) {
      try {
        await work(signal);
        return;
      } catch (err) {
        if (wasGivenUp(err, signal)) return;
        metrics.backgroundFailures.inc({ work: name });
        logger.error({ err, work: name }, 'work in the background failed, and is tried again in a minute');
        await clock.sleep(minuteMs, signal);
      }
    }
  };
}
