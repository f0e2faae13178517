import {
  type EmbeddedClickHouse,
  type EmbeddedClickHouseOptions,
  embeddedErrors,
  startEmbeddedClickHouse,
} from '@custody/embedded-clickhouse';
import { createLogger, type DataDirectory, explainError, isError, type Variables, withRetry } from '@custody/runtime';
import { createStoreClient, migrate, readerObjects } from '@custody/store';
import { EngineKeeper } from './engine-keeper.ts';
import { ensureStoreSecrets, type StoreSecrets } from './store-secrets.ts';
import type { UpParts } from './up-parts.ts';

/** Where the store is, and what a service needs to reach it. */
export interface StoreAccess {
  readonly url: string;
  readonly variables: Variables;
  /** The embedded store's logins; `null` where the store is a server of the user's own. */
  readonly secrets: StoreSecrets | null;
}

function serverOf({ config }: UpParts): StoreAccess | null {
  if (config.CLICKHOUSE_URL === undefined) return null;
  const { CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD } = config;
  return { url: CLICKHOUSE_URL, secrets: null, variables: { CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD } };
}

/** Longer than an engine takes to end once its parent is gone. */
const leftoverMs = 15_000;
const lookAgainMs = 500;

/**
 * Starts the engine. The data directory is ours, so another engine in it is what a killed run left behind: it ends by
 * itself, and is waited for.
 */
async function startEngine(
  options: EmbeddedClickHouseOptions,
  { console, clock, lifecycle }: UpParts,
): Promise<EmbeddedClickHouse> {
  const giveUpAtMs = clock.now() + leftoverMs;
  for (;;) {
    try {
      return await startEmbeddedClickHouse(options);
    } catch (error) {
      const isLeftover = isError(error, embeddedErrors.EMBEDDED_DIRECTORY_IN_USE);
      if (!isLeftover || lifecycle.signal.aborted || clock.now() > giveUpAtMs) throw error;
      console.event('store', 'the engine of the run before is still ending');
      await clock.sleep(lookAgainMs, lifecycle.signal);
    }
  }
}

async function startEmbedded(parts: UpParts, directory: DataDirectory): Promise<StoreAccess> {
  const { config, variables: environment, console, lifecycle } = parts;
  const secrets = ensureStoreSecrets(directory.secretsPath, {
    ...(config.CLICKHOUSE_USER === undefined ? {} : { user: config.CLICKHOUSE_USER }),
    ...(config.CLICKHOUSE_PASSWORD === undefined ? {} : { password: config.CLICKHOUSE_PASSWORD }),
  });
  const options: EmbeddedClickHouseOptions = {
    directory: directory.storePath,
    port: config.CUSTODY_CLICKHOUSE_PORT,
    users: [
      { name: secrets.pipeline.user, password: secrets.pipeline.password, access: 'full' },
      { name: secrets.reader.user, password: secrets.reader.password, access: 'reader' },
    ],
    readerObjects,
    environment,
    logger: createLogger({ service: 'store', level: config.LOG_LEVEL }),
  };
  console.event('store', `opening ClickHouse's engine on ${directory.storePath}`);
  const engine = await startEngine(options, parts);
  console.event('store', `up (process ${engine.pid})`);
  const keeper = new EngineKeeper(engine, options, parts);
  lifecycle.defer('store', () => keeper.stop());
  const { user, password } = secrets.pipeline;
  const variables = { CLICKHOUSE_URL: engine.url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password };
  return { url: engine.url, secrets, variables };
}

/** How late the return of the store may be noticed at the start. */
const longestPauseMs = 5_000;

/** Starts the embedded store, or waits for the configured server, and brings its tables to this version. */
export async function startStore(parts: UpParts, directory: DataDirectory): Promise<StoreAccess> {
  const { console, lifecycle } = parts;
  const access = serverOf(parts) ?? (await startEmbedded(parts, directory));
  const logger = createLogger({ service: 'migrate', level: 'warn' });
  const client = createStoreClient({
    url: access.url,
    username: access.variables.CLICKHOUSE_USER ?? 'default',
    password: access.variables.CLICKHOUSE_PASSWORD ?? '',
    application: 'custody-up',
    logger,
  });
  try {
    const onRetry = (error: unknown, attempt: number) => {
      if (attempt === 1) console.warning('store', `waiting for it: ${explainError(error)}`);
    };
    const waiting = { signal: lifecycle.signal, maxDelayMs: longestPauseMs, onRetry };
    const applied = await withRetry(() => migrate(client), waiting);
    if (applied.length > 0) console.event('store', `${applied.length} migrations applied`);
  } finally {
    await client.close();
  }
  return access;
}
