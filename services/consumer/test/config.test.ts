import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lifecycle, parseConfig, systemClock } from '@custody/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeConsumer } from '../src/compose.ts';
import { consumerVariables } from '../src/config.ts';
import { silent, startStore, type TestStore } from './kit/store.ts';

describe('the configuration', () => {
  test('needs nothing beyond its defaults', () => {
    const config = parseConfig(consumerVariables, {});
    expect(config).toMatchObject({ CUSTODY_SOURCE_KIND: 'permit', CUSTODY_LATENESS_SECONDS: 900 });
  });

  test('reports all its faults together', () => {
    const wrong = {
      KAFKA_BROKERS: 'no port',
      CUSTODY_SOURCE_KIND: 'both',
      CLICKHOUSE_URL: 'ftp://x',
      LOG_LEVEL: 'loud',
    };
    const parse = () => parseConfig(consumerVariables, wrong);
    for (const name of Object.keys(wrong)) expect(parse).toThrow(name);
  });
});

describe('the service', () => {
  let store: TestStore;
  let directory: string;
  const lifecycles: Lifecycle[] = [];

  beforeAll(async () => {
    store = await startStore();
    directory = mkdtempSync(join(tmpdir(), 'custody-consumer-data-'));
  });
  afterAll(async () => {
    for (const lifecycle of lifecycles) lifecycle.stop('test');
    await Promise.allSettled(lifecycles.map((lifecycle) => lifecycle.wait()));
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function compose(variables: Record<string, string>) {
    const lifecycle = new Lifecycle({ logger: silent });
    lifecycles.push(lifecycle);
    const config = parseConfig(consumerVariables, {
      CUSTODY_DATA_DIR: directory,
      CLICKHOUSE_URL: store.url,
      CLICKHOUSE_USER: 'pipeline',
      CLICKHOUSE_PASSWORD: 'for tests only',
      ...variables,
    });
    return composeConsumer(config, { lifecycle, logger: silent, clock: systemClock });
  }

  test('serves its state and its figures', async () => {
    const lines: { url?: string }[] = [];
    const logger = Object.assign(Object.create(silent), { info: (fields: { url?: string }) => lines.push(fields) });
    const lifecycle = new Lifecycle({ logger: silent });
    lifecycles.push(lifecycle);
    const config = parseConfig(consumerVariables, {
      CUSTODY_DATA_DIR: directory,
      CLICKHOUSE_URL: store.url,
      CLICKHOUSE_USER: 'pipeline',
      CLICKHOUSE_PASSWORD: 'for tests only',
      CUSTODY_ADMIN_PORT: '0',
    });
    await composeConsumer(config, { lifecycle, logger, clock: systemClock });
    const url = lines.find((line) => line.url !== undefined)?.url;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const figures = await (await fetch(`${url}/metrics`)).text();
    expect(figures).toContain('custody_consumer_lag_records{topic="custody.decisions.v1",partition="5"');
    expect(figures).toContain('custody_consumer_records_total');
  });

  test('refuses a store of the other kind of source, and says what to do', async () => {
    const other = mkdtempSync(join(tmpdir(), 'custody-consumer-other-'));
    const refused = compose({ CUSTODY_DATA_DIR: other, CUSTODY_SOURCE_KIND: 'simulator' });
    await expect(refused).rejects.toMatchObject({ code: 'STORE_OTHER_SOURCE', retriable: false });
    rmSync(other, { recursive: true, force: true });
  });

  test('refuses a login that the store does not know', async () => {
    await expect(compose({ CLICKHOUSE_PASSWORD: 'wrong' })).rejects.toMatchObject({ code: 'STORE_BAD_CREDENTIALS' });
  });

  test('names the migrations that a store lacks', async () => {
    await store.client.command('test', 'DROP TABLE custody_internal.migrations');
    const lacking = compose({});
    await expect(lacking).rejects.toMatchObject({
      code: 'STORE_NOT_MIGRATED',
      message: expect.stringContaining('decisions'),
    });
  });
});
