import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, readerObjects, type StoreClient } from '../src/index.ts';

export const logger = createLogger({ service: 'test', level: 'silent' });

export interface TestEngine {
  readonly url: string;
  readonly client: StoreClient;
  connect(username: string, password: string): StoreClient;
  stop(): Promise<void>;
}

/** A store of its own in a temporary directory. */
export async function startEngine(): Promise<TestEngine> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-store-'));
  const engine = await startEmbeddedClickHouse({
    directory,
    port: 0,
    users: [
      { name: 'pipeline', password: 'pipeline-secret', access: 'full' },
      { name: 'reader', password: 'reader-secret', access: 'reader' },
    ],
    readerObjects: readerObjects,
    logger,
  });
  const connect = (username: string, password: string) =>
    createStoreClient({ url: engine.url, username, password, application: 'test', logger });
  const client = connect('pipeline', 'pipeline-secret');
  return {
    url: engine.url,
    client,
    connect,
    stop: async () => {
      await client.close();
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
