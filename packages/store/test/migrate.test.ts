import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimSource, migrate, readerObjects, storeErrors } from '../src/index.ts';
import { startEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
let own: string;
beforeAll(async () => {
  engine = await startEngine();
  own = mkdtempSync(join(tmpdir(), 'custody-migrations-'));
});
afterAll(async () => {
  await engine.stop();
  rmSync(own, { recursive: true, force: true });
});

test('a dry run shows the statements and changes nothing; a run applies them once', async () => {
  const planned = await migrate(engine.client, { dryRun: true });
  const numbers = planned.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(planned.every(({ statements }) => statements.length > 0)).toBe(true);
  const databases = `SELECT count() AS n FROM system.databases WHERE name LIKE 'custody%'`;
  expect(await engine.client.select('test', databases, {})).toEqual([{ n: 0 }]);
  expect(await migrate(engine.client)).toEqual(planned);
  expect(await migrate(engine.client)).toEqual([]);
});

test('the schema is the committed one', async () => {
  const rows = (await engine.client.select(
    'test',
    `SELECT concat(database, '.', name) AS name, create_table_query AS ddl FROM system.tables WHERE database LIKE 'custody%' ORDER BY name`,
    {},
  )) as { name: string; ddl: string }[];
  // A view names the login that migrated; the embedded engine has one only.
  const neutral = (ddl: string) => ddl.replaceAll(', `', ',\n    `').replace(/DEFINER = \w+/, 'DEFINER = default');
  const text = rows.map(({ name, ddl }) => `-- ${name}\n${neutral(ddl)};\n`).join('\n');
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '..', 'schema.sql'));
  const views = rows.filter(({ name }) => name.startsWith('custody.')).map(({ name }) => name);
  expect(views.toSorted()).toEqual([...readerObjects].sort());
});

test('the reader sees every public view and no table', async () => {
  const reader = engine.connect('reader', 'reader-secret');
  for (const view of readerObjects) {
    expect(await reader.select('test', `SELECT count() AS n FROM ${view}`, {})).toHaveLength(1);
  }
  await expect(reader.select('test', 'SELECT count() FROM custody_internal.entries', {})).rejects.toMatchObject({
    code: storeErrors.STORE_BAD_CREDENTIALS.code,
  });
  await reader.close();
});

test('a newer store is left alone unless its change was breaking; a changed file is refused', async () => {
  const record = (number: number, is_breaking: boolean) =>
    engine.client.insert('test', 'custody_internal.migrations', [
      { number, name: 'later', checksum: 'x', is_breaking },
    ]);
  await record(900, false);
  expect(await migrate(engine.client)).toEqual([]);
  writeFileSync(join(own, '001_decisions.sql'), '-- other\nSELECT 1;\n');
  await expect(migrate(engine.client, { path: own })).rejects.toMatchObject({ code: 'STORE_MIGRATION_CHANGED' });
  await record(901, true);
  await expect(migrate(engine.client)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
});

test('a store that took one kind of source refuses the other, for ever', async () => {
  await claimSource(engine.client, 'simulator');
  await claimSource(engine.client, 'simulator');
  await expect(claimSource(engine.client, 'permit')).rejects.toMatchObject({ code: 'STORE_OTHER_SOURCE' });
});
