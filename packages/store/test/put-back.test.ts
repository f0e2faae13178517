import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hourMs } from '@custody/decision';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { expect, test } from 'vitest';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import {
  comparePositions,
  createStoreClient,
  DecisionBlock,
  everything,
  type LandingPosition,
  readAggregate,
  readLandings,
  writeDecisions,
} from '../src/index.ts';
import { countOfRange } from './count-of-range.ts';
import { logger, passwords } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const startMs = Date.UTC(2026, 4, 7, 7);
const user = { name: 'pipeline', password: passwords.pipeline, access: 'full' } as const;
const all = {
  ...{ scope: everything, range: { fromMs: 0, toMs: 0 }, filters: [], human: null, candidates: null },
  ...{ certainty: 'sure' as const, reasonText: '' },
};

test('nothing that is kept of a store outlives that the store is put back from a copy, though nobody asked meanwhile', async () => {
  using scratch = temporaryDirectory();
  const [directory, copy] = [join(scratch.path, 'store'), join(scratch.path, 'copy')];
  await putMigratedStore(directory);
  const start = (port: number) => startEmbeddedClickHouse({ directory, port, users: [user], logger });
  let engine: EmbeddedClickHouse = await start(0);
  const { url, port } = engine;
  const login = { url, username: user.name, password: user.password, application: 'test', logger };
  const client = createStoreClient(login);
  try {
    const store = (first: number, atMs = startMs) =>
      writeDecisions(client, DecisionBlock.of([0, 1].map((n) => makeRow({ id: uuid(first + n), atMs: atMs + n }))));
    const counted = async () =>
      (await readAggregate(client, countOfRange({ fromMs: startMs, toMs: startMs + 2 * hourMs })))[0]?.m_decisions;
    const page = (after: LandingPosition) => readLandings(client, { after, selections: [all], limit: 2 });
    const follow = async (after: LandingPosition): Promise<string[]> => {
      const { found, until } = await page(after);
      const ids = found.map(({ row }) => row.decision_id);
      return comparePositions(until, after) === 0 ? ids : [...ids, ...(await follow(until))];
    };
    await store(10);
    await engine.stop();
    cpSync(directory, copy, { recursive: true, verbatimSymlinks: true });
    engine = await start(port);
    for (const first of [20, 30, 40]) await store(first);
    expect(await counted()).toBe(8);
    const first = await page({ block: 0, after: null });
    expect(first.found.map(({ row }) => row.decision_id)).toEqual([uuid(10), uuid(11)]);
    await engine.stop();
    rmSync(directory, { recursive: true });
    cpSync(copy, directory, { recursive: true, verbatimSymlinks: true });
    engine = await start(port);
    // What lands now takes the numbers of what is gone.
    await store(50, startMs + hourMs);
    expect(await counted()).toBe(4);
    expect(await follow(first.until)).toEqual([uuid(50), uuid(51)]);
  } finally {
    await client.close();
    await engine.stop();
  }
}, 60_000);
