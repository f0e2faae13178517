import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import {
  type Clock,
  CustodyError,
  configErrors,
  createMetrics,
  type Lifecycle,
  type Logger,
  listenError,
} from '@custody/runtime';
import { migrate, openServiceStore, storeUrl } from '@custody/store';
import { createApp } from './app.ts';
import { type QueryConfig, shortestToken } from './config.ts';
import { isLoopback } from './http/loopback.ts';

export interface QueryParts {
  readonly config: QueryConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** The folder of the dashboard's built files; `null`: there is no page. */
  readonly pages: string | null;
}

function readToken({ CUSTODY_ADMIN_TOKEN: token, CUSTODY_ADMIN_TOKEN_FILE: file }: QueryConfig): string | null {
  if (file === undefined) return token ?? null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new CustodyError(configErrors.CONFIG_INVALID, `CUSTODY_ADMIN_TOKEN_FILE: cannot read ${file}.`, { cause });
  }
  if (text.length >= shortestToken) return text;
  throw new CustodyError(
    configErrors.CONFIG_INVALID,
    `CUSTODY_ADMIN_TOKEN_FILE: ${file} must hold ${shortestToken} characters at least.`,
  );
}

/** A store on this machine has its cores; how many another one has is not known. */
const statementsElsewhere = 16;

function statementsFor(url: string): number {
  return isLoopback(new URL(url).hostname) ? availableParallelism() : statementsElsewhere;
}

/** Serves the API until the lifecycle ends; resolves with its address when it listens. */
export async function composeQuery({ config, clock, logger, lifecycle, pages }: QueryParts): Promise<string> {
  const token = readToken(config);
  const store = openServiceStore(config, 'custody-query', { lifecycle, logger });
  // Only looks: it refuses to answer from a store that a newer version changed in a breaking way.
  await migrate(store, { dryRun: true });
  const app = await createApp({
    store,
    clock,
    logger,
    token,
    pages,
    metrics: createMetrics('query'),
    statementsAtOnce: config.CUSTODY_QUERY_STATEMENTS ?? statementsFor(storeUrl(config)),
    stream: { mostClients: config.CUSTODY_STREAM_CLIENTS },
    limits: {
      maxSeconds: config.CUSTODY_QUERY_SECONDS,
      maxMemoryBytes: config.CUSTODY_QUERY_MEMORY_BYTES,
      maxRowsToRead: config.CUSTODY_QUERY_ROWS,
    },
    useLimits: {
      requestsPerMinute: config.CUSTODY_LIMIT_REQUESTS_PER_MINUTE,
      rowsPerMinute: config.CUSTODY_LIMIT_ROWS_PER_MINUTE,
      bytesPerMinute: config.CUSTODY_LIMIT_BYTES_PER_MINUTE,
      secondsPerMinute: config.CUSTODY_LIMIT_SECONDS_PER_MINUTE,
      concurrentRequests: config.CUSTODY_LIMIT_CONCURRENT_REQUESTS,
    },
    corsOrigins: config.CUSTODY_CORS_ORIGINS,
    keepTokensFresh: true,
    rulesFile: config.CUSTODY_RULES_FILE,
    permitApp: config.CUSTODY_PERMIT_APP_URL,
  });
  lifecycle.defer('http', () => app.close());
  const { CUSTODY_HTTP_HOST: host, CUSTODY_HTTP_PORT: port } = config;
  try {
    const url = await app.listen({ host, port });
    logger.info({ url }, pages === null ? 'serving the API' : 'serving the dashboard and the API');
    return url;
  } catch (error) {
    throw listenError(error, `${host}:${port}`, 'CUSTODY_HTTP_PORT');
  }
}
