import { createLogger, parseConfig, runProcess, systemClock, type Variables } from '@custody/runtime';
import { composeConsumer, type Participation } from './compose.ts';
import { consumerVariables } from './config.ts';

/**
 * Runs the consumer until it fails or is asked to stop. Resolves with the exit code. Under another group it reads every
 * decision of the log again, beside the one that is at work.
 */
export async function runConsumer(variables: Variables, participation: Participation = {}): Promise<number> {
  const logger = createLogger({ service: 'consumer' });
  return runProcess({
    logger,
    async start(lifecycle) {
      const config = parseConfig(consumerVariables, variables);
      logger.level = config.LOG_LEVEL;
      await composeConsumer(config, { lifecycle, logger, clock: systemClock, participation });
    },
  });
}
