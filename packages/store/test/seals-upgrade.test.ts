import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../src/index.ts';
import { migrationsPath, readMigrations } from '../src/migration-files.ts';
import { startEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
let before: string;
beforeAll(async () => {
  engine = await startEngine();
  before = mkdtempSync(join(tmpdir(), 'custody-before-seals-'));
  const older = readdirSync(migrationsPath).filter((file) => file < '009');
  for (const file of older) cpSync(join(migrationsPath, file), join(before, file));
});
afterAll(async () => {
  await engine.stop();
  rmSync(before, { recursive: true, force: true });
});

/** As code does that knows nothing of seals. */
const storeAsBefore = (env_id: string, occurred_at: string) =>
  engine.client.insert('test', 'custody_internal.decisions', [
    { env_id, occurred_at, decision_id: '00000000-0000-4000-8000-000000000001' },
  ]);

test('a store that older code goes on to write to while it is migrated has every hour, also after a crash half-way', async () => {
  await migrate(engine.client, { path: before });
  await storeAsBefore('env-1', '2026-03-01 10:20:00');
  const statements = readMigrations().find(({ number }) => number === 9)?.statements ?? [];
  const untilItIsSaid = statements.findIndex((sql) => sql.includes('CREATE MATERIALIZED VIEW')) + 1;
  expect(untilItIsSaid).toBeGreaterThan(0);
  for (const sql of statements.slice(0, untilItIsSaid)) await engine.client.command('test', sql);
  await storeAsBefore('env-2', '2026-03-01 11:20:00');
  await migrate(engine.client);
  expect(
    await engine.client.select(
      'test',
      'SELECT env_id, hour FROM custody_internal.stored_hours FINAL ORDER BY env_id',
      {},
    ),
  ).toEqual([
    { env_id: 'env-1', hour: '2026-03-01 10:00:00' },
    { env_id: 'env-2', hour: '2026-03-01 11:00:00' },
  ]);
  const hourly = 'SELECT env_id, sum(decisions) AS n FROM custody.decisions_hourly GROUP BY env_id ORDER BY env_id';
  expect(
    await engine.client.select('test', hourly, {}, { settings: { output_format_json_quote_64bit_integers: 0 } }),
  ).toEqual([
    { env_id: 'env-1', n: 1 },
    { env_id: 'env-2', n: 1 },
  ]);
});
