import { it } from 'vitest';
import { describeClickHouseContract } from './contract.ts';
import { findServer } from './server.ts';
import { startStore } from './store.ts';

describeClickHouseContract('embedded', async () => {
  const store = await startStore();
  return { url: store.url, ...store.pipeline, close: store.close };
});

const server = findServer();
const isRequired = (process.env.CUSTODY_TEST_REQUIRE ?? '').split(',').includes('clickhouse');
if (server !== null) {
  describeClickHouseContract('server', server);
} else if (isRequired) {
  it('a ClickHouse server is required: set CLICKHOUSE_URL, or run where containers can be started', () => {
    throw new Error('CUSTODY_TEST_REQUIRE names clickhouse, and there is none');
  });
} else {
  it.skip('ClickHouse HTTP contract on a server: neither CLICKHOUSE_URL nor a container engine is here', () =>
    undefined);
}
