import { createLogger, parseConfig, runProcess, systemClock, type Variables } from '@custody/runtime';
import { composeConsumer } from './compose.ts';
import { consumerVariables } from './config.ts';

/** Runs the consumer until it fails or is asked to stop. Resolves with the exit code. */
export async function runConsumer(variables: Variables): Promise<number> {
  const logger = createLogger({ service: 'consumer' });
  return runProcess({
    logger,
    async start(lifecycle) {
      const config = parseConfig(consumerVariables, variables);
      logger.level = config.LOG_LEVEL;
      await composeConsumer(config, { lifecycle, logger, clock: systemClock });
    },
  });
}
