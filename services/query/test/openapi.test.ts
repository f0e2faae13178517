import { join } from 'node:path';
import { createLogger, createMetrics, systemClock } from '@custody/runtime';
import { createStoreClient } from '@custody/store';
import { expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

test('openapi.json is what the routes say', async () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  // Nothing is asked of the store: the document comes from the routes alone.
  const store = createStoreClient({
    url: 'http://127.0.0.1:9',
    username: 'u',
    password: 'p',
    application: 'test',
    logger,
  });
  const limits = { maxSeconds: 1, maxMemoryBytes: 1, maxRowsToRead: 1 };
  const app = await createApp({
    store,
    clock: systemClock,
    logger,
    limits,
    token: null,
    metrics: createMetrics('query'),
  });
  const response = await app.inject({ url: '/openapi.json', headers: { host: 'localhost' } });
  const document = response.json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual([
    '/v1/reports/compliance',
    '/v1/decisions',
    '/v1/decisions/{id}',
    '/v1/decisions/stream',
    '/v1/aggregate',
    '/v1/trends',
    '/v1/chains',
    '/v1/remedies',
    '/v1/agents',
    '/v1/agents/{key}',
    '/v1/humans',
    '/v1/humans/{key}',
    '/v1/servers',
    '/v1/servers/{key}',
    '/v1/agents/{key}/access-changes',
    '/v1/humans/{key}/access-changes',
    '/v1/servers/{key}/access-changes',
    '/v1/coverage',
    '/v1/coverage/hours',
    '/v1/seals',
    '/v1/alerts',
    '/v1/alerts/{id}',
    '/v1/alerts/{id}/acknowledge',
    '/v1/alerts/{id}/resolve',
    '/v1/silences',
    '/v1/silences/{id}',
    '/v1/rules',
    '/v1/rules/{name}',
    '/v1/rules/backtest',
    '/v1/tokens',
    '/v1/tokens/{id}',
    '/v1/me',
  ]);
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, '..', 'openapi.json'),
  );
  await app.close();
  await store.close();
});
