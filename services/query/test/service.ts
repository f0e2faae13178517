import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { type Clock, createLogger, createMetrics, type SourceKind, systemClock } from '@custody/runtime';
import { claimSource, createStoreClient, type StoreClient } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { usualUseLimits } from '../src/access/allowance.ts';
import { type AppParts, createApp } from '../src/index.ts';

export const nowMs = Date.UTC(2026, 10, 3, 12, 34, 56, 789);
// Sleep is real, but short: what works behind requests goes on, and does not spin.
const clock: Clock = { now: () => nowMs, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 60), signal) };
const logger = createLogger({ service: 'test', level: 'silent' });

type Answer = {
  status: number;
  data: Record<string, unknown>[];
  meta: Record<string, unknown>;
  body: Record<string, unknown>;
};

export interface TestService {
  readonly app: FastifyInstance;
  readonly store: StoreClient;
  /** GET over the app's own door, as a browser on this machine would. */
  get(path: string, parameters?: Record<string, string | readonly string[]>): Promise<Answer>;
  /** Starts the app anew, without what it remembers. */
  renew(): Promise<void>;
  withToken(token: string): Promise<FastifyInstance>;
  /** The app over another client, such as one that fails. */
  withStore(store: StoreClient): Promise<FastifyInstance>;
  /** Another app over the same store. */
  create(parts: Partial<AppParts>): Promise<FastifyInstance>;
  stopEngine(): Promise<void>;
  stop(): Promise<void>;
}

function urlOf(path: string, parameters: Record<string, string | readonly string[]>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().map((text) => [name, text] as [string, string]),
  );
  return `${path}?${new URLSearchParams(pairs)}`;
}

interface ServiceOptions {
  /** Whose decisions the store is for; `null`: nobody has said yet, and each answer asks the store again. */
  readonly source?: SourceKind | null;
}

/** For clocks that stand still: nothing that was used ever comes back. */
export const ampleUseLimits = { ...usualUseLimits, requestsPerMinute: 1_000_000, secondsPerMinute: 1_000_000 };

/** The app over an engine of its own, with a clock that stands still. */
export async function startService({ source = 'permit' }: ServiceOptions = {}): Promise<TestService> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-query-'));
  await putMigratedStore(directory);
  const engine = await startEmbeddedClickHouse({
    directory,
    port: 0,
    users: [{ name: 'pipeline', password: 'secret', access: 'full' }],
    logger,
  });
  const store = createStoreClient({
    url: engine.url,
    username: 'pipeline',
    password: 'secret',
    application: 'test',
    logger,
  });
  if (source !== null) await claimSource(store, source);
  const limits = { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 };
  const create = (parts: Partial<AppParts>) =>
    createApp({
      // Tests that hang several statements count on all of them to run, whatever machine it is.
      statementsAtOnce: 16,
      ...{ store, clock, logger, limits, useLimits: ampleUseLimits, token: null, metrics: createMetrics('query') },
      ...parts,
    });
  let app = await create({});
  return {
    get app() {
      return app;
    },
    renew: async () => {
      await app.close();
      app = await create({});
    },
    store,
    get: async (path, parameters = {}) => {
      const response = await app.inject({ url: urlOf(path, parameters), headers: { host: '127.0.0.1:4800' } });
      const body = response.json();
      return { status: response.statusCode, data: body.data, meta: body.meta, body };
    },
    withToken: (token) => create({ token }),
    create,
    withStore: (client) => create({ store: client }),
    stopEngine: () => engine.stop(),
    stop: async () => {
      await app.close();
      await store.close();
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
