import { it } from 'vitest';
import { describeClickHouseContract } from './contract.ts';
import { startStore } from './store.ts';

describeClickHouseContract('embedded', async () => {
  const store = await startStore();
  return { url: store.url, ...store.pipeline, close: store.close };
});

const server = process.env.CLICKHOUSE_URL;
if (server) {
  const { CLICKHOUSE_USER: username = 'default', CLICKHOUSE_PASSWORD: password = '' } = process.env;
  describeClickHouseContract('server', async () => ({ url: server, username, password, close: async () => undefined }));
} else {
  it.skip('ClickHouse HTTP contract: server (set CLICKHOUSE_URL to run it against one)', () => undefined);
}
