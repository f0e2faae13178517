import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nativeOfRevision } from '../src/native/protocol-version.ts';
import { ask } from './contract.ts';
import { pipeline, startStore, type TestStore } from './store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());

const everyType = `SELECT toString(number) AS s, toFixedString('ab', 3) AS f, number AS n, toInt128(number) AS i,
  toDecimal64(number, 3) AS d, toDateTime64(number, 3) AS t, generateUUIDv4() AS u, if(number % 2 = 0, NULL, number) AS o,
  range(number % 5) AS a, arrayMap(x -> range(x), range(number % 4)) AS aa, map('k', number) AS m, (number, 'x') AS tu,
  CAST((1, 'y'), 'Tuple(first UInt8, second Nullable(String))') AS nt, toLowCardinality(toString(number % 300)) AS l,
  CAST([toString(number)], 'Array(LowCardinality(Nullable(String)))') AS al, CAST('a', 'Enum8(\\'a\\' = 1, \\'b,(\\' = 2)') AS e,
  repeat('z', number % 400) AS long, toIPv6('::1') AS ip, INTERVAL number SECOND AS iv, [] AS none, true AS b
  FROM numbers(70000)`;

async function collect(source: Readable): Promise<Buffer> {
  return Buffer.concat(await source.toArray());
}

it.each([1, 4_096, 1_000_000])(
  'adds to every block what a revision adds, in pieces of %i bytes',
  async (pieceBytes) => {
    const rows = pieceBytes === 1 ? everyType.replace('70000', '40') : everyType;
    const plain = (await ask({ url: store.url, ...pipeline }, `${rows} FORMAT Native`)).bytes;
    const pieces = () =>
      Array.from({ length: Math.ceil(plain.length / pieceBytes) }, (_, i) =>
        plain.subarray(i * pieceBytes, (i + 1) * pieceBytes),
      );
    const blocksAt = await collect(nativeOfRevision(Readable.from(pieces(), { objectMode: false }), 54_460));
    const infoOnly = await collect(nativeOfRevision(Readable.from(pieces(), { objectMode: false }), 1));
    const blocks = (infoOnly.length - plain.length) / 8;
    expect(blocks).toBeGreaterThanOrEqual(1);
    expect(blocksAt.length - infoOnly.length).toBe(blocks * 21);
  },
);

it('refuses a type that it cannot place, and ends the query', async () => {
  const answer = await ask({ url: store.url, ...pipeline }, 'SELECT sumState(number) AS x FROM numbers(3)', {
    default_format: 'Native',
    client_protocol_version: '54460',
  });
  expect(answer.headers.get('x-clickhouse-exception-code')).toBe('48');
  const running = async () => (await ask({ url: store.url, ...pipeline }, 'SELECT count() FROM system.processes')).text;
  await expect.poll(running, { timeout: 5_000 }).toBe('1\n');
});
