import { createLogger, type Logger, parseConfig, runProcess, systemClock, type Variables } from '@custody/runtime';
import { composeQuery } from './compose.ts';
import { queryVariables } from './config.ts';

/** What the query service is given by whoever starts it. */
export interface QueryOptions {
  /** Finds the folder of the dashboard's built files, or says why there are none. Default: there is no page. */
  readonly findPages?: () => Promise<{ readonly folder: string } | { readonly missing: string }>;
}

async function folderOf({ findPages }: QueryOptions, logger: Logger): Promise<string | null> {
  const found = await findPages?.();
  if (found === undefined) return null;
  if ('folder' in found) return found.folder;
  logger.warn({ reason: found.missing }, 'serving without the dashboard: its files cannot be built here');
  return null;
}

/** Runs the service until it fails or is asked to stop. Resolves with the exit code. */
export function runQuery(variables: Variables, options: QueryOptions = {}): Promise<number> {
  const logger = createLogger({ service: 'query' });
  return runProcess({
    logger,
    start: async (lifecycle) => {
      const config = parseConfig(queryVariables, variables);
      logger.level = config.LOG_LEVEL;
      const pages = await folderOf(options, logger);
      await composeQuery({ config, clock: systemClock, logger, lifecycle, pages });
    },
  });
}

if (import.meta.main) process.exit(await runQuery(process.env));
