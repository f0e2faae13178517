import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs, hourMs, hourOf } from '@custody/decision';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createApp } from '@custody/query';
import { createLogger, createMetrics } from '@custody/runtime';
import {
  buildHours,
  computeFlips,
  createStoreClient,
  DecisionBlock,
  flipTerms,
  migrate,
  type StoreClient,
  writeDecisions,
  writeFacts,
  writeWindows,
} from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answeredDocument } from './documented-commands.ts';
import { nowMs, records, rows, sealedHourMs } from './questions-world.ts';

const document = join(import.meta.dirname, '..', '..', '..', 'docs', 'questions.md');
const logger = createLogger({ service: 'test', level: 'silent' });
const closers: (() => unknown)[] = [];
let url = '';

/** Says of every hour of the last month that it was read and proven, as a poller would. */
async function prove(store: StoreClient): Promise<void> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const rest = { proof: 'count', listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' } as const;
  const firstMs = hourOf(nowMs - 40 * dayMs);
  const hours = Array.from({ length: (hourOf(nowMs) - firstMs) / hourMs }, (_, n) => firstMs + n * hourMs);
  await writeWindows(
    store,
    hours.map((hour) => ({
      ...{ env_id: 'env-1', env_name: 'production', hour: iso(hour), updated_at: iso(nowMs) },
      windows: [{ from: iso(hour), to: iso(hour + hourMs), state: 'closed' as const, ...rest }],
    })),
  );
}

async function seal(store: StoreClient): Promise<void> {
  const [build] = await buildHours(store, { envId: 'env-1', hours: [sealedHourMs], attempt: randomUUID() });
  const [clock] = (await store.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
  const stated = { state: 'complete', revision: 1, stored: 2, listed: 2, digest: '7d'.repeat(32) };
  const sealed_at = new Date(sealedHourMs + 1.3 * hourMs).toISOString();
  const which = { env_id: 'env-1', span: 'hour', starts_at: sealedHourMs / 1_000, as_of: clock?.at };
  await store.insert('test', 'custody_internal.seals', [{ ...which, build: build?.build, ...stated, sealed_at }]);
}

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'custody-questions-'));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const users = [{ name: 'pipeline', password: 'secret', access: 'full' }] as const;
  const engine = await startEmbeddedClickHouse({ directory, port: 0, users, logger });
  closers.push(() => engine.stop());
  const login = { url: engine.url, username: 'pipeline', password: 'secret' };
  const store = createStoreClient({ ...login, application: 'test', logger });
  closers.push(() => store.close());
  await migrate(store);
  await writeDecisions(store, DecisionBlock.of(rows));
  await writeFacts(
    store,
    records.map((record, position) => ({ record, position })),
  );
  await prove(store);
  await seal(store);
  const term = randomUUID();
  await flipTerms.begin(store, term);
  await computeFlips(store, { envId: 'env-1', fromMs: hourOf(nowMs - 22 * dayMs), toMs: hourOf(nowMs) + hourMs }, term);
  const limits = { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 };
  const clock = { now: () => nowMs, sleep: async () => undefined };
  const app = await createApp({ store, clock, logger, limits, token: null, metrics: createMetrics('query') });
  closers.push(() => app.close());
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

test('every question of the documentation is answered as the documentation says', async () => {
  const text = readFileSync(document, 'utf8');
  const { commands, answered } = await answeredDocument(text, { CUSTODY_URL: url });
  expect(commands.length).toBeGreaterThanOrEqual(10);
  await expect(answered).toMatchFileSnapshot(document);
});
