import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, type StoreClient } from '@custody/store';
import { putMigratedStore } from '../../../../test/kit/migrated-store.ts';

export const silent = createLogger({ service: 'test', level: 'silent' });
const user = { name: 'pipeline', password: 'for tests only', access: 'full' } as const;

export interface TestStore {
  readonly url: string;
  readonly client: StoreClient;
  close(): Promise<void>;
}

/** A migrated store of its own on the real engine. */
export async function startStore(): Promise<TestStore> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-sealer-store-'));
  await putMigratedStore(directory);
  const engine = await startEmbeddedClickHouse({ directory, port: 0, users: [user] });
  const login = { username: user.name, password: user.password, application: 'test', logger: silent };
  const client = createStoreClient({ url: engine.url, ...login });
  return {
    url: engine.url,
    client,
    async close() {
      await client.close();
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
