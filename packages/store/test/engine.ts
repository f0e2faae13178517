import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { createStoreClient, migrate, readerObjects, type StoreClient } from '../src/index.ts';

export const logger = createLogger({ service: 'test', level: 'silent' });

export interface TestEngine {
  readonly url: string;
  readonly client: StoreClient;
  connect(username: string, password: string): StoreClient;
  stop(): Promise<void>;
}

interface RunningStore {
  readonly url: string;
  stop(): Promise<void>;
}

/** The store's own two logins, as every engine of these tests knows them. */
export const passwords = { pipeline: 'pipeline-secret', reader: 'reader-secret' };

let startStore: (() => Promise<RunningStore>) | undefined;

/** Has the tests of this file run on stores of another kind than the embedded one. */
export function runOn(start: () => Promise<RunningStore>): void {
  startStore = start;
}

async function startEmbedded(isMigrated = false): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-store-'));
  if (isMigrated) await putMigratedStore(directory);
  const engine = await startEmbeddedClickHouse({
    directory,
    port: 0,
    users: [
      { name: 'pipeline', password: passwords.pipeline, access: 'full' },
      { name: 'reader', password: passwords.reader, access: 'reader' },
    ],
    readerObjects,
    logger,
  });
  const stop = async () => {
    await engine.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { url: engine.url, stop };
}

function engineOf({ url, stop }: RunningStore): TestEngine {
  const connect = (username: string, password: string) =>
    createStoreClient({ url, username, password, application: 'test', logger });
  const client = connect('pipeline', passwords.pipeline);
  return {
    url,
    client,
    connect,
    stop: async () => {
      await client.close();
      await stop();
    },
  };
}

/** A store of its own, empty. */
export async function startEngine(): Promise<TestEngine> {
  return engineOf(await (startStore ?? startEmbedded)());
}

/** A store of its own with every migration. */
export async function startMigratedEngine(): Promise<TestEngine> {
  if (startStore === undefined) return engineOf(await startEmbedded(true));
  const engine = await startEngine();
  await migrate(engine.client);
  return engine;
}
