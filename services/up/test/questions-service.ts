import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs, hourMs, hourOf } from '@custody/decision';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createApp } from '@custody/query';
import { createLogger, createMetrics, systemClock } from '@custody/runtime';
import {
  buildHours,
  claimSource,
  computeFlips,
  createStoreClient,
  DecisionBlock,
  flipTerms,
  type StoreClient,
  writeDecisions,
  writeFacts,
  writeWindows,
} from '@custody/store';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { nowMs, records, rows, sealedHourMs } from './questions-world.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const envId = 'env-1';

export interface QuestionsService {
  readonly url: string;
  readonly store: StoreClient;
  stop(): Promise<void>;
}

/** Says of every hour of the last month that it was read and proven, as a poller would. */
async function prove(store: StoreClient): Promise<void> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const rest = { proof: 'count', listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' } as const;
  const firstMs = hourOf(nowMs - 40 * dayMs);
  const hours = Array.from({ length: (hourOf(nowMs) - firstMs) / hourMs }, (_, n) => firstMs + n * hourMs);
  await writeWindows(
    store,
    hours.map((hour) => ({
      ...{ env_id: envId, env_name: 'production', hour: iso(hour), updated_at: iso(nowMs) },
      windows: [{ from: iso(hour), to: iso(hour + hourMs), state: 'closed' as const, ...rest }],
    })),
  );
}

async function seal(store: StoreClient): Promise<void> {
  const [build] = await buildHours(store, { envId, hours: [sealedHourMs], attempt: randomUUID() });
  const [clock] = (await store.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
  const stated = { state: 'complete', revision: 1, stored: 2, listed: 2, digest: '7d'.repeat(32) };
  const sealed_at = new Date(sealedHourMs + 1.3 * hourMs).toISOString();
  const which = { env_id: envId, span: 'hour', starts_at: sealedHourMs / 1_000, as_of: clock?.at };
  await store.insert('test', 'custody_internal.seals', [{ ...which, build: build?.build, ...stated, sealed_at }]);
}

/** Fills a store with the decisions and grants of the documentation. */
async function fill(store: StoreClient): Promise<void> {
  await writeDecisions(store, DecisionBlock.of(rows));
  await writeFacts(
    store,
    records.map((record, position) => ({ record, position })),
  );
  await prove(store);
  await seal(store);
  const term = randomUUID();
  await flipTerms.begin(store, term);
  await computeFlips(store, { envId, fromMs: hourOf(nowMs - 22 * dayMs), toMs: hourOf(nowMs) + hourMs }, term);
}

interface QuestionsOptions {
  /** The dashboard's built files. Default: no page. */
  readonly pages?: string | null;
  /** Whether the store is a demo's. */
  readonly isDemo?: boolean;
}

/** The API over a store with what the documentation asks about, at the moment of the documentation. */
export async function startQuestions({
  pages = null,
  isDemo = false,
}: QuestionsOptions = {}): Promise<QuestionsService> {
  const opened = new AsyncDisposableStack();
  try {
    const directory = mkdtempSync(join(tmpdir(), 'custody-questions-'));
    opened.defer(() => rmSync(directory, { recursive: true, force: true }));
    await putMigratedStore(directory);
    const users = [{ name: 'pipeline', password: 'secret', access: 'full' }] as const;
    const engine = await startEmbeddedClickHouse({ directory, port: 0, users, logger });
    opened.defer(() => engine.stop());
    const login = { url: engine.url, username: 'pipeline', password: 'secret' };
    const store = createStoreClient({ ...login, application: 'test', logger });
    opened.defer(() => store.close());
    if (isDemo) await claimSource(store, 'simulator');
    await fill(store);
    const limits = { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 };
    // No minute ever passes on this clock.
    const useLimits = {
      ...{ requestsPerMinute: 1_000_000, rowsPerMinute: 1e12, bytesPerMinute: 1e15 },
      ...{ secondsPerMinute: 6_000, concurrentRequests: 1_000 },
    };
    const clock = { now: () => nowMs, sleep: systemClock.sleep };
    const metrics = createMetrics('query');
    const app = await createApp({ store, clock, logger, limits, useLimits, token: null, metrics, pages });
    opened.defer(() => app.close());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url, store, stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
