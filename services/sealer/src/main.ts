import { createLogger, runProcess, systemClock, type Variables } from '@custody/runtime';
import { composeSealer, type Participation } from './compose.ts';
import { readSealerConfig } from './config.ts';

/** Runs the sealer until it fails or is asked to stop. Resolves with the exit code. */
export async function runSealer(variables: Variables, participation: Participation = {}): Promise<number> {
  const logger = createLogger({ service: 'sealer' });
  return runProcess({
    logger,
    async start(lifecycle) {
      const config = readSealerConfig(variables);
      logger.level = config.LOG_LEVEL;
      await composeSealer(config, { lifecycle, logger, clock: systemClock }, participation);
    },
  });
}
