import { afterAll, beforeAll, expect, test } from 'vitest';
import { Block } from '../src/native/block.ts';
import { bytes, type Column, dictionary, named, text, textList, times, unsigned, uuids } from '../src/native/column.ts';
import { startEngine, type TestEngine } from './engine.ts';
import { uuid } from './make-rows.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

interface Row {
  readonly number: number;
  readonly key: string;
  readonly words: readonly string[];
}

const columns: readonly Column<Row>[] = [
  unsigned('number', ({ number }) => number),
  dictionary('key', ({ key }) => key),
  text('text', ({ key }) => `${key} ü "\n\0`),
  bytes('raw', ({ key }) => Buffer.from(key, 'utf8')),
  textList('words', ({ words }) => words),
  times('at', ({ number }) => number * 1_000 + 7),
  uuids('id', ({ number }) => uuid(number)),
  named('verdict', { deny: 0, allow: 1 }, ({ number }) => (number % 2 === 0 ? 'deny' : 'allow')),
];

/** Types as the tables have them, so that the store casts where ours are simpler. */
const types = {
  number: 'UInt64',
  key: 'LowCardinality(String)',
  text: 'String',
  raw: 'String',
  words: 'Array(LowCardinality(String))',
  at: "DateTime64(3, 'UTC')",
  id: 'UUID',
  verdict: "Enum8('deny' = 0, 'allow' = 1, 'unknown' = 2)",
};

function blockOf<T>(of: readonly Column<T>[], rows: readonly T[]): Block<T> {
  const block = new Block(of);
  for (const row of rows) block.add(row);
  return block;
}

async function stored(table: string, rows: readonly Row[]): Promise<unknown[]> {
  const definition = Object.entries(types).map(([name, type]) => `${name} ${type}`);
  await engine.client.command(
    'test',
    `CREATE TABLE ${table} (${definition.join(', ')}) ENGINE = MergeTree ORDER BY ()`,
  );
  await engine.client.insertBlock('test', table, blockOf(columns, rows));
  return engine.client.select(
    'test',
    `SELECT number, key, text, raw, words, toUnixTimestamp64Milli(at) AS at_ms, id, verdict FROM ${table} ORDER BY number`,
    {},
  );
}

function expected({ number, key, words }: Row) {
  return {
    ...{ number, key, text: `${key} ü "\n\0`, raw: key, words },
    ...{ at_ms: number * 1_000 + 7, id: uuid(number), verdict: number % 2 === 0 ? 'deny' : 'allow' },
  };
}

test.each([1, 256, 257, 70_000])('a block of %i different keys comes back as it was written', async (count) => {
  const rows = Array.from({ length: count }, (_, number) => ({
    number,
    key: `key ${number}`,
    words: number % 3 === 0 ? [] : [`a${number}`, '', 'ü'.repeat(60)].slice(0, number % 3),
  }));
  expect(await stored(`block_${count}`, rows)).toEqual(rows.map(expected));
});

test('lengths around what one byte holds, and numbers beyond 32 bits', async () => {
  const lengths = [0, 1, 41, 42, 43, 127, 128, 129, 16_383, 16_384, 300_000];
  const rows = lengths.map((length, index) => ({ number: 2 ** 32 + index, key: 'ü'.repeat(length), words: [] }));
  expect(await stored('lengths', rows)).toEqual(rows.map(expected));
});

test('half of a surrogate pair, which the store would refuse for ever, is replaced', async () => {
  const [row] = await stored('surrogates', [{ number: 1, key: 'x\ud83d', words: ['\udc00'] }]);
  expect(row).toMatchObject({ key: 'x\ufffd', words: ['\ufffd'] });
});

test('texts that only differ in such halves become one, and others keep theirs', async () => {
  const keys = ['x\ud83d', 'y', 'x\ud83e', 'x\ufffd', '', 'z'];
  const rows = keys.map((key, number) => ({ number, key, words: [] }));
  const texts = (await stored('halves', rows)).map((row) => (row as Row).key);
  expect(texts).toEqual(['x\ufffd', 'y', 'x\ufffd', 'x\ufffd', '', 'z']);
});

test('a time before 1970 keeps its sign', () => {
  const [, , value] = blockOf([times('at', (ms: number) => ms)], [-1]).pieces();
  expect(Buffer.from(value ?? []).readBigInt64LE()).toBe(-1n);
});

test('a block may be sent again, as after a failure, and with more rows', async () => {
  await engine.client.command('test', 'CREATE TABLE again (key LowCardinality(String)) ENGINE = MergeTree ORDER BY ()');
  const block = blockOf([dictionary('key', (key: string) => key)], ['a', 'b']);
  await engine.client.insertBlock('test', 'again', block);
  block.add('a');
  await engine.client.insertBlock('test', 'again', block);
  expect(
    await engine.client.select('test', 'SELECT key, count() AS n FROM again GROUP BY key ORDER BY key', {}),
  ).toEqual([
    { key: 'a', n: 3 },
    { key: 'b', n: 2 },
  ]);
});

test('no rows are no statement', async () => {
  await engine.client.insertBlock('test', 'no_such_table', new Block(columns));
  expect([...new Block(columns).pieces()]).toEqual([]);
});
