import { describe, it } from 'vitest';
import { runOn } from './engine.ts';
import { hasContainerEngine, startServer } from './server.ts';

const isRequired = (process.env.CUSTODY_TEST_REQUIRE ?? '').split(',').includes('clickhouse');

if (hasContainerEngine()) {
  runOn(startServer);
  // The very tests of the embedded store. Each file takes an empty server, since the databases' names are fixed.
  describe('on a ClickHouse server', async () => {
    for (const file of ['client', 'decisions', 'facts', 'migrate']) {
      describe(file, async () => {
        await import(`./${file}.test.ts`);
      });
    }
  });
} else if (isRequired) {
  it('a ClickHouse server is required: run where containers can be started', () => {
    throw new Error('CUSTODY_TEST_REQUIRE names clickhouse, and there is none');
  });
} else {
  // CLICKHOUSE_URL does not help here: these tests need servers that hold nothing.
  it.skip('the store on a ClickHouse server: no container engine is here', () => undefined);
}
