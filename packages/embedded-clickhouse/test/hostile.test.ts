import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokens } from '../src/sql/lexer.ts';
import { ask } from './contract.ts';
import { pipeline, reader, startStore, type TestStore } from './store.ts';

let store: TestStore;
const full = (sql: string, parameters = {}, headers = {}) =>
  ask({ url: store.url, ...pipeline }, sql, parameters, headers);
const asReader = (sql: string, parameters = {}, headers = {}) =>
  ask({ url: store.url, ...reader }, sql, parameters, headers);

beforeAll(async () => {
  store = await startStore({ maxConcurrentReaderQueries: 1, sendTimeoutMs: 200 });
});
afterAll(() => store.close());

describe('no statement hides a file from the port', () => {
  it.each([
    "SELECT ‘'’ INTO OUTFILE '$OUT' -- ' FORMAT TSV",
    "SELECT 1 AS “'” INTO OUTFILE '$OUT' -- ' FORMAT TSV",
    "SELECT 1 //'\n INTO OUTFILE '$OUT' -- ' FORMAT TSV",
    "SELECT 1 /* /* */ ' */ INTO OUTFILE '$OUT' -- ' FORMAT TSV",
    "SELECT 1 AS $a$ INTO OUTFILE '$OUT' --\n",
    "SELECT x'\\' INTO OUTFILE '$OUT' -- ' FORMAT TSV",
    "SELECT .0INTO OUTFILE '$OUT' -- FORMAT TSV",
    "SELECT 1e--1 INTO OUTFILE '$OUT' -- FORMAT TSV",
    "SELECT 1 INTO\u00a0OUTFILE '$OUT' -- FORMAT TSV",
    "SELECT 1\0 INTO OUTFILE '$OUT'",
  ])('%j', async (sql) => {
    const out = join(store.directory, 'out.txt');
    for (const login of [full, asReader]) {
      expect((await login(sql.replace('$OUT', out))).status).toBeGreaterThanOrEqual(400);
      expect(existsSync(out)).toBe(false);
    }
  });

  it('cuts what it takes into the same tokens as the engine', async () => {
    const pieces =
      `' " \` \\ $ $$ $a$ /* */ -- // # #! ; a x b X 1 0x 1e . , ( ) ‘ ’ “ ” − @ _ 41 - * / é x' b' into .0 .1e3 1.5`.split(
        ' ',
      );
    pieces.push('\n', '\r', ' ', '\t', '\v', '\f', '\u00a0', '# ');
    // A fixed sequence: the same texts in every run.
    let state = 7;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    const texts = Array.from({ length: 6_000 }, () =>
      Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join(''),
    );
    await full('CREATE TABLE texts (i UInt32, s String) ENGINE = Memory');
    await full(texts.map((s, i) => JSON.stringify({ i, s })).join('\n'), {
      query: 'INSERT INTO texts FORMAT JSONEachRow',
    });
    const lines = await full('SELECT s, tokenizeQuery(s) FROM texts ORDER BY i FORMAT JSONCompactEachRow');
    let compared = 0;
    for (const line of lines.text.trimEnd().split('\n')) {
      const [sql, theirs] = JSON.parse(line) as [string, { begin: number; end: number; type: string }[]];
      // A text that is an error to the engine does not run.
      if (theirs.some(({ type }) => type.startsWith('Error'))) continue;
      const units = Buffer.from(sql).toString('latin1');
      const ours: string[] = [];
      try {
        for (const { kind, start, end, text } of tokens(units)) {
          if (kind === 'word' || kind === 'string' || kind === 'quoted') ours.push(`${start} ${end} ${text}`);
        }
      } catch {
        continue;
      }
      const shown = theirs
        .filter(({ type }) => /^(BareWord|StringLiteral|QuotedIdentifier|HereDoc)$/.test(type))
        .map(({ begin, end }) => ({ begin, end, text: units.slice(begin, end) }))
        // Names that begin with a digit are numbers to us and no keyword to anyone.
        .filter(({ text }) => !/^\d/.test(text));
      expect({ sql, tokens: ours }).toEqual({
        sql,
        tokens: shown.map(({ begin, end, text }) => `${begin} ${end} ${text}`),
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(500);
  });
});

describe('one request takes the port from nobody', () => {
  it.each([
    [
      'a user of a hundred thousand dots',
      () => full('SELECT 1', {}, { 'X-ClickHouse-User': `${'.'.repeat(100_000)}x` }),
    ],
    ['a name of as many', () => asReader(`SELECT \`${'.'.repeat(100_000)}x\``)],
    ['a function of fifty thousand combinators', () => asReader(`SELECT sum${'If'.repeat(50_000)}(1)`)],
    ['an insert from a thousand selects', () => asReader(`INSERT INTO t ${'SELECT '.repeat(36_000)} FROM input(1)`)],
    ['an alias of brackets', () => asReader(`SELECT * FROM x AS \`${' (alias '.repeat(30_000)}\``)],
  ])('neither %s', async (_, request) => {
    expect((await request()).status).toBeGreaterThanOrEqual(400);
  });

  it('nor a statement in pieces of one byte', async () => {
    const sql = `INSERT INTO t (${'a,'.repeat(20_000)}`;
    const head = [
      'POST / HTTP/1.1',
      'Host: store',
      'Connection: close',
      `X-ClickHouse-User: ${reader.username}`,
      `X-ClickHouse-Key: ${reader.password}`,
      'Transfer-Encoding: chunked',
    ];
    const socket = connect(store.port, '127.0.0.1');
    socket.write(`${head.join('\r\n')}\r\n\r\n${[...sql].map((c) => `1\r\n${c}\r\n`).join('')}0\r\n\r\n`);
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toContain('ACCESS_DENIED');
  });

  it('nor a client that never reads its answer', async () => {
    const query = encodeURIComponent("SELECT number, repeat('x', 200) FROM numbers(900000)");
    const login = `X-ClickHouse-User: ${reader.username}\r\nX-ClickHouse-Key: ${reader.password}`;
    const stalled = connect(store.port, '127.0.0.1').pause();
    stalled.on('error', () => undefined);
    stalled.write(`GET /?query=${query} HTTP/1.1\r\nHost: store\r\n${login}\r\n\r\n`);
    const running = "SELECT count() FROM system.processes WHERE query LIKE '%900000%' AND query NOT LIKE '%processes%'";
    await expect.poll(async () => (await full(running)).text, { timeout: 5_000 }).toBe('1\n');
    expect((await asReader('SELECT 1')).text).toBe('1\n');
    stalled.destroy();
  });

  it.each(['gzip', 'zstd', 'br', 'deflate', 'constructor', '__proto__'])(
    'nor a refused insert whose body is no %s',
    async (encoding) => {
      const query = 'INSERT INTO t VALUES (1)';
      const answer = await asReader('no such thing', { query }, { 'Content-Encoding': encoding });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect((await full('SELECT 1')).text).toBe('1\n');
    },
  );
});

it.each(['GET', 'HEAD'])('does not let %s change anything, whatever readonly it asks for', async (method) => {
  for (const readonly of [undefined, '0', '2']) {
    const url = new URL(store.url);
    url.searchParams.set('query', 'CREATE TABLE made (a UInt8) ENGINE = Memory');
    if (readonly) url.searchParams.set('readonly', readonly);
    const headers = { 'X-ClickHouse-User': pipeline.username, 'X-ClickHouse-Key': pipeline.password };
    expect((await fetch(url, { method, headers })).status).toBe(500);
  }
  expect((await full('EXISTS TABLE made')).text).toBe('0\n');
});
