import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CustodyError, isRetriable } from '@custody/runtime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createStoreClient, defineQuery, migrate, runQuery } from '../src/index.ts';
import { logger, startEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CustodyError ? `${error.code}${isRetriable(error) ? ' retriable' : ''}` : String(error);
}

const forever = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)';
const select = (sql: string, options = {}) => engine.client.select('test', sql, {}, options);

test('every failure is one of ours, told by code', async () => {
  expect(await codeOf(engine.connect('pipeline', 'wrong').ping())).toBe('STORE_BAD_CREDENTIALS');
  expect(await codeOf(select('SELECT * FROM custody.nothing'))).toBe('STORE_NOT_MIGRATED retriable');
  expect(await codeOf(select('SELEC 1'))).toBe('STORE_REJECTED');
  expect(await codeOf(select(forever, { settings: { max_execution_time: 1 } }))).toBe('STORE_TIMEOUT retriable');
  expect(await codeOf(select(forever, { timeoutMs: 200 }))).toBe('STORE_TIMEOUT retriable');
  expect(await codeOf(select(forever, { settings: { max_rows_to_read: '1000' } }))).toBe('STORE_TOO_MUCH');
  const hungry = 'SELECT groupArray(number) FROM numbers(10000000)';
  expect(await codeOf(select(hungry, { settings: { max_memory_usage: '1000000' } }))).toBe('STORE_MEMORY retriable');
});

test('a caller that goes away is told apart from a slow store', async () => {
  const gone = new AbortController();
  const asked = codeOf(select(forever, { signal: gone.signal, settings: { max_execution_time: 5 } }));
  setTimeout(() => gone.abort(), 50);
  expect(await asked).toBe('STORE_CANCELLED');
});

test('a statement that was killed by hand may be tried again, unlike one that was given up', async () => {
  const asked = codeOf(select(`${forever} SETTINGS max_execution_time = 20`));
  const kill = `KILL QUERY WHERE query LIKE '%max_execution_time = 20%' AND query NOT LIKE 'KILL%'`;
  const killing = setInterval(() => void engine.client.command('test', kill).catch(() => undefined), 50);
  expect(await asked).toBe('STORE_KILLED retriable');
  clearInterval(killing);
});

test('nothing on the port is retriable; something else on the port is not', async () => {
  const server = createServer((_request, response) => response.writeHead(502).end('<html>bad gateway</html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createStoreClient({ url, username: 'u', password: 'p', application: 'test', logger });
  expect(await codeOf(client.ping())).toBe('STORE_UNEXPECTED_ANSWER');
  await new Promise((resolve) => server.close(resolve));
  expect(await codeOf(client.ping())).toBe('STORE_UNREACHABLE retriable');
  expect(await codeOf(client.insert('test', 't', [{ a: 1 }]))).toBe('STORE_UNREACHABLE retriable');
  await client.close();
});

test('no statement is sent over a connection that had none for longer than servers keep them', async () => {
  const connections = new Set<unknown>();
  const server = createServer((request, response) => {
    connections.add(request.socket);
    request.resume().on('end', () => response.end('{"n":1}\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createStoreClient({ url, username: 'u', password: 'p', application: 'test', logger });
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await client.select('test', 'SELECT 1 AS n', {});
    await client.select('test', 'SELECT 1 AS n', {});
    expect(connections.size).toBe(1);
    // As after a process was kept from its timers.
    vi.setSystemTime(Date.now() + 3_000);
    await client.select('test', 'SELECT 1 AS n', {});
    expect(connections.size).toBe(2);
  } finally {
    vi.useRealTimers();
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('rows off their schema are refused, and a query cannot write', async () => {
  await migrate(engine.client);
  const query = (sql: string) =>
    defineQuery({ name: 'test', sql, params: z.object({}), row: z.object({ n: z.number() }) });
  expect(await runQuery(engine.client, query('SELECT 18446744073709 AS n'), {})).toEqual([{ n: 18446744073709 }]);
  expect(await codeOf(runQuery(engine.client, query(`SELECT 'x' AS n`), {}))).toBe('STORE_UNEXPECTED_ANSWER');
  const write = query(`INSERT INTO custody_internal.installation (key, value) VALUES ('source', 'simulator')`);
  expect(await codeOf(runQuery(engine.client, write, {}))).not.toBe('');
  expect(await select('SELECT count() AS n FROM custody_internal.installation')).toEqual([{ n: 0 }]);
});

test('rows come and go compressed just as well', async () => {
  await migrate(engine.client);
  const login = { username: 'pipeline', password: 'pipeline-secret' };
  const client = createStoreClient({ url: engine.url, ...login, application: 'test', logger, compression: true });
  const rows = Array.from({ length: 2000 }, (_, i) => ({ key: `k${i}`, value: 'ü"\n'.repeat(i % 50) }));
  await client.insert('test', 'custody_internal.installation', rows);
  const read = await client.select(
    'test',
    'SELECT key, value FROM custody_internal.installation ORDER BY toUInt32(substring(key, 2))',
    {},
  );
  expect(read).toEqual(rows);
  await client.close();
});

test('half of a surrogate pair is stored as a replacement character, and whole pairs as they are', async () => {
  await migrate(engine.client);
  const values = ['a\ud83d', '\ude00b', '\ud83d\ud83d', '😀', '\\ud83d'];
  const rows = values.map((value, i) => ({ key: `half ${i}`, value }));
  await engine.client.insert('test', 'custody_internal.installation', rows);
  const sql = `SELECT value FROM custody_internal.installation WHERE key LIKE 'half%' ORDER BY key`;
  const read = await engine.client.select('test', sql, {});
  expect(read).toEqual(['a�', '�b', '��', '😀', '\\ud83d'].map((value) => ({ value })));
});
