import { createLogger, runProcess, systemClock, type Variables } from '@custody/runtime';
import { type Composition, composeAlerter } from './compose.ts';
import { readAlerterConfig } from './config.ts';

/** Runs the alerter until it fails or is asked to stop. Resolves with the exit code. */
export async function runAlerter(variables: Variables, composition: Composition = {}): Promise<number> {
  const logger = createLogger({ service: 'alerter' });
  return runProcess({
    logger,
    async start(lifecycle) {
      const config = readAlerterConfig(variables);
      logger.level = config.LOG_LEVEL;
      await composeAlerter(config, { lifecycle, logger, clock: systemClock }, composition);
    },
  });
}
