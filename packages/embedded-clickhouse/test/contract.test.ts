import { describeWithPart } from '../../../test/kit/optional-part.ts';
import { describeClickHouseContract } from './contract.ts';
import { findServer } from './server.ts';
import { startStore } from './store.ts';

describeClickHouseContract('embedded', async () => {
  const store = await startStore();
  return { url: store.url, ...store.pipeline, close: store.close };
});

const server = await findServer();
const missing =
  server === null ? 'there is no ClickHouse server. Set CLICKHOUSE_URL, or run where containers can be started' : null;
describeWithPart('clickhouse', missing, 'the contract on a server', () => {
  describeClickHouseContract('server', server ?? (() => Promise.reject(new Error('there is no server'))));
});
