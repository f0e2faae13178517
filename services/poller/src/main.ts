import { createLogger, runProcess, systemClock, type Variables } from '@custody/runtime';
import { composePoller } from './compose.ts';
import { readPollerConfig } from './config.ts';

/** Runs the poller until it fails or is asked to stop. Resolves with the exit code. */
export function runPoller(variables: Variables): Promise<number> {
  const logger = createLogger({ service: 'poller' });
  return runProcess({
    logger,
    start: async (lifecycle) => {
      const config = readPollerConfig(variables);
      logger.level = config.LOG_LEVEL;
      await composePoller(config, { lifecycle, logger, clock: systemClock });
    },
  });
}

if (import.meta.main) process.exit(await runPoller(process.env));
