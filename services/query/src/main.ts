import { createLogger, parseConfig, runProcess, systemClock, type Variables } from '@custody/runtime';
import { composeQuery } from './compose.ts';
import { queryVariables } from './config.ts';

/** Runs the service until it fails or is asked to stop. Resolves with the exit code. */
export function runQuery(variables: Variables): Promise<number> {
  const logger = createLogger({ service: 'query' });
  return runProcess({
    logger,
    start: async (lifecycle) => {
      const config = parseConfig(queryVariables, variables);
      logger.level = config.LOG_LEVEL;
      await composeQuery({ config, clock: systemClock, logger, lifecycle });
    },
  });
}

if (import.meta.main) process.exit(await runQuery(process.env));
