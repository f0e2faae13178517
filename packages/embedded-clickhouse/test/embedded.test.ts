import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNativeEngine, MissingEngineError } from '../src/engine/native.ts';
import { embeddedErrors, startEmbeddedClickHouse } from '../src/index.ts';
import { ask } from './contract.ts';
import { attempts, attemptsByUrl, questions } from './reader-attempts.ts';
import { pipeline, reader, startStore, type TestStore, temporaryDirectory, users } from './store.ts';

/** How long statements are left at the moment of their end, milliseconds: chance has to bring the two together. */
const raceMs = process.env.CUSTODY_TEST_LONG === '1' ? 20_000 : 1_000;

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a running store', () => {
  let store: TestStore;
  const full = (sql: string, parameters: Record<string, string> = {}) =>
    ask({ url: store.url, ...pipeline }, sql, parameters);
  const asReader = (sql: string, parameters: Record<string, string> = {}) =>
    ask({ url: store.url, ...reader }, sql, parameters);
  const running = async (marker: string) =>
    Number(
      (
        await full(
          `SELECT count() FROM system.processes WHERE position(query, '${marker}') > 0 AND query NOT LIKE '%system.processes%'`,
        )
      ).text,
    );

  beforeAll(async () => {
    store = await startStore({ maxConcurrentQueries: 4, maxQueuedQueries: 3, readerLimits: { maxResultRows: 1_000 } });
    for (const sql of [
      'CREATE DATABASE custody',
      'CREATE TABLE custody.raw (a UInt64, s String) ENGINE = MergeTree ORDER BY a',
      "INSERT INTO custody.raw VALUES (1, 'SECRET')",
      "CREATE VIEW custody.v AS SELECT a, replaceAll(s, 'SECRET', 'public') AS s FROM custody.raw",
      `CREATE DICTIONARY custody.dict (a UInt64, s String) PRIMARY KEY a
       SOURCE(CLICKHOUSE(TABLE 'raw' DB 'custody')) LAYOUT(FLAT()) LIFETIME(0)`,
    ]) {
      expect((await full(sql)).text).toBe('');
    }
    writeFileSync(join(store.directory, 'secret.txt'), 'SECRET');
  });
  afterAll(() => store.close());

  it('writes no logs of its own into the data directory, which nobody would ever shorten', async () => {
    expect((await full('SYSTEM FLUSH LOGS')).text).toBe('');
    const kept = "SELECT name FROM system.tables WHERE database = 'system' AND data_paths != []";
    expect((await full(kept)).text).toBe('');
  });

  describe('the reader', () => {
    it.each(questions)('may ask: %s', async (sql) => {
      const answer = await asReader(sql);
      expect(answer.text).not.toMatch(/DB::Exception/);
      expect(answer.status).toBe(200);
    });

    it.each(attempts)('may not: %s', async (attempt) => {
      const out = join(store.directory, 'out.txt');
      const answer = await asReader(
        attempt.replaceAll('$FILE', join(store.directory, 'secret.txt')).replaceAll('$OUT', out),
      );
      expect(answer.status).not.toBe(200);
      expect(answer.text).not.toContain('SECRET');
      expect(existsSync(out)).toBe(false);
    });

    it.each(attemptsByUrl)('may not: %s with %o', async (sql, parameters) => {
      const answer = await asReader(sql, parameters);
      expect(answer.status).not.toBe(200);
      expect(answer.text).not.toContain('SECRET');
    });

    it('has changed nothing by all that', async () => {
      expect((await full('SELECT * FROM custody.raw')).text).toBe('1\tSECRET\n');
      expect((await full("SELECT count() FROM system.tables WHERE database = 'custody'")).text).toBe('3\n');
    });

    it('sees no other names than those of the public views', async () => {
      for (const sql of [
        'SELECT name FROM system.tables',
        'SELECT table FROM system.columns',
        'SHOW TABLES FROM custody',
      ]) {
        expect(
          (await asReader(`${sql} ${sql.startsWith('SHOW') ? '' : "WHERE database = 'custody'"}`)).text.trim(),
        ).toMatch(/^(v\s*)+$/);
      }
    });

    it.each(['0', '1e9', '-1', 'x'])('cannot lift its time limit to %s', async (value) => {
      const answer = await asReader("SELECT value FROM system.settings WHERE name = 'max_execution_time'", {
        max_execution_time: value,
      });
      expect(answer.text).toBe('30\n');
    });

    it('is held to its limits', async () => {
      expect((await asReader('SELECT number FROM numbers(2000)')).headers.get('x-clickhouse-exception-code')).toBe(
        '396',
      );
      const long = await asReader('SELECT sum(sipHash64(number)) FROM numbers(900000000)', {
        max_execution_time: '0.3',
      });
      expect(long.headers.get('x-clickhouse-exception-code')).toBe('159');
      const wide = await asReader('SELECT sum(number) FROM numbers(2000000000)');
      expect(wide.headers.get('x-clickhouse-exception-code')).toBe('158');
    });
  });

  it.each([
    "SELECT 1 INTO OUTFILE '$OUT'",
    "SELECT 1 into/* */outfile '$OUT' TRUNCATE FORMAT CSV",
    "SHOW DATABASES INTO -- x\n OUTFILE '$OUT'",
    "OPTIMIZE TABLE custody.raw INTO OUTFILE '$OUT'",
    "INSERT INTO custody.raw FROM INFILE '/etc/hostname' FORMAT TSV",
    'INSERT INTO custody.raw SELECT a, s FROM input(\'a UInt64, s String\') FORMAT JSONEachRow\n{"a":2}',
  ])('refuses to every login: %s', async (sql) => {
    const out = join(store.directory, 'out.txt');
    const answer = await full(sql.replace('$OUT', out));
    expect(answer.headers.get('x-clickhouse-exception-code')).toBe('48');
    expect(existsSync(out)).toBe(false);
  });

  it('survives requests that are no requests of ours', async () => {
    const send = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        httpRequest({ port: store.port, host: '127.0.0.1', path }, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end();
      });
    for (const path of ['//', '//%', '/%zz', 'http://[', '/?%', '*']) expect(await send(path)).toBeLessThan(500);
    expect(
      (await full('SELECT 1', { default_format: "TSV INTO OUTFILE 'x'" })).headers.get('x-clickhouse-exception-code'),
    ).toBe('73');
    expect((await full('SELECT 1', { query_id: 'a\r\nb' })).headers.get('x-clickhouse-exception-code')).toBe('36');
    expect(
      (await ask({ url: store.url, ...pipeline }, 'not gzip', {}, { 'Content-Encoding': 'gzip' })).status,
    ).not.toBe(200);
    expect((await full('SELECT 1')).text).toBe('1\n');
  });

  it('names neither its pipes nor its markers in a message', async () => {
    for (const sql of [
      'SELECT FROM WHERE',
      'SELEC',
      'INSERT INTO custody.raw FORMAT JSONEachRow {"a":"x"}',
      'INSERT INTO custody.raw (zz) VALUES (1)',
    ]) {
      expect((await full(sql)).text).not.toMatch(/pipe-|OUTFILE '|INFILE '|\/\* run/);
    }
  });

  it('lets an insert pass while long queries run', async () => {
    const long = new AbortController();
    const url = `${store.url}/?user=${pipeline.username}&password=${pipeline.password}`;
    const slow = fetch(url, {
      method: 'POST',
      body: 'SELECT /*SLOW*/ sum(sipHash64(number)) FROM numbers(1000000000000)',
      signal: long.signal,
    }).catch(() => undefined);
    await expect.poll(() => running('/*SLOW*/'), { timeout: 5_000 }).toBe(1);
    expect((await full('CREATE TABLE custody.beside (a UInt8) ENGINE = Memory')).text).toBe('');
    expect((await full('INSERT INTO custody.beside VALUES (1)')).text).toBe('');
    expect((await full('SELECT a FROM custody.beside; ')).text).toBe('1\n');
    expect((await full('DROP TABLE custody.beside')).text).toBe('');
    expect(await running('/*SLOW*/')).toBe(1);
    long.abort();
    await slow;
    await expect.poll(() => running('/*SLOW*/'), { timeout: 5_000 }).toBe(0);
  });

  it.each([
    ['an aggregation', 'SELECT /*GONE*/ sum(sipHash64(number)) FROM numbers(1000000000000)'],
    ['a stream of rows', 'SELECT /*GONE*/ number FROM numbers(1000000000000)'],
    [
      'an insert from a select',
      'INSERT INTO FUNCTION null() SELECT /*GONE*/ sipHash64(number) FROM numbers(1000000000000)',
    ],
  ])('ends %s when its client goes away', async (_, sql) => {
    const gone = new AbortController();
    const url = `${store.url}/?user=${pipeline.username}&password=${pipeline.password}`;
    const asked = fetch(url, { method: 'POST', body: sql, signal: gone.signal }).then(
      (answer) => answer.body,
      () => undefined,
    );
    await expect.poll(() => running('/*GONE*/'), { timeout: 5_000 }).toBe(1);
    gone.abort();
    await asked;
    await expect.poll(() => running('/*GONE*/'), { timeout: 5_000 }).toBe(0);
  });

  it('writes nothing of an insert whose client goes away half-way', async () => {
    await full('CREATE TABLE custody.half (a UInt64) ENGINE = MergeTree ORDER BY a');
    const query = encodeURIComponent('INSERT INTO custody.half FORMAT JSONEachRow');
    const request = httpRequest(`${store.url}/?query=${query}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': pipeline.username, 'X-ClickHouse-Key': pipeline.password },
    });
    request.on('error', () => undefined);
    request.write('{"a":1}\n'.repeat(50_000));
    await expect.poll(() => running('INSERT INTO custody.half'), { timeout: 5_000 }).toBe(1);
    request.destroy();
    await expect.poll(() => running('INSERT INTO custody.half'), { timeout: 5_000 }).toBe(0);
    expect((await full('SELECT count() FROM custody.half')).text).toBe('0\n');
  });

  it('queues what is too much, and refuses what is too much to queue', async () => {
    const codes = await Promise.all(
      Array.from({ length: 12 }, async () =>
        (await full('SELECT sleep(0.3)')).headers.get('x-clickhouse-exception-code'),
      ),
    );
    expect(codes.filter((code) => code === null).length).toBeGreaterThanOrEqual(7);
    expect(new Set(codes)).toEqual(new Set([null, '202']));
    expect((await full('SELECT 1')).text).toBe('1\n');
  });

  it('bounds the memory of a query', async () => {
    const sql = 'SELECT groupArray(number) FROM numbers(100000000)';
    expect((await full(sql, { max_memory_usage: '50000000' })).headers.get('x-clickhouse-exception-code')).toBe('241');
  });

  it('streams an answer larger than it may hold in memory', async () => {
    const residentBytes = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${store.pid}/status`, 'utf8'))?.[1]) * 1024;
    const answer = await fetch(`${store.url}/?user=${pipeline.username}&password=${pipeline.password}`, {
      method: 'POST',
      body: 'SELECT toString(number) AS a, sipHash64(number) AS b FROM numbers(6000000) FORMAT JSONEachRow',
    });
    const before = residentBytes();
    let size = 0;
    let peak = 0;
    for await (const chunk of answer.body ?? []) {
      if (size % 50_000_000 < chunk.length) peak = Math.max(peak, residentBytes());
      size += chunk.length;
    }
    expect(size).toBeGreaterThan(200_000_000);
    expect(peak - before).toBeLessThan(120_000_000);
  });

  it('lets no client that goes away end a statement of another one', async () => {
    await full('CREATE TABLE custody.fleeting (a UInt64) ENGINE = MergeTree ORDER BY a');
    const url = `${store.url}/?user=${pipeline.username}&password=${pipeline.password}`;
    const until = performance.now() + raceMs;
    /** Goes away at about the moment when its statement ends by itself. */
    const fleeting = async () => {
      for (let n = 0; performance.now() < until; n += 1) {
        const gone = new AbortController();
        const body = 'INSERT INTO custody.fleeting VALUES (1)';
        const asked = fetch(url, { method: 'POST', body, signal: gone.signal }).catch(() => undefined);
        await Promise.race([asked, delay(n % 12)]);
        gone.abort();
        await asked;
      }
    };
    const failures: string[] = [];
    const lasting = async () => {
      while (performance.now() < until) {
        const { text } = await full('SELECT count() FROM numbers(10000000)');
        // Being refused is another matter: what clients left behind runs on for a moment.
        if (text !== '10000000\n' && !text.includes('TOO_MANY_SIMULTANEOUS_QUERIES')) failures.push(text);
      }
    };
    await Promise.all([fleeting(), fleeting(), fleeting(), lasting(), lasting()]);
    expect(failures).toEqual([]);
  });
});

describe('lifecycle', () => {
  it('keeps acknowledged rows over a SIGKILL of the engine', async () => {
    const first = await startStore();
    await ask({ url: first.url, ...pipeline }, 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a');
    await ask({ url: first.url, ...pipeline }, 'INSERT INTO t SELECT number FROM numbers(1000)');
    await ask({ url: first.url, ...pipeline }, 'INSERT INTO t VALUES (5)');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL', expected: false });
    const second = await startStore({ directory: first.directory });
    expect((await ask({ url: second.url, ...pipeline }, 'SELECT count() FROM t')).text).toBe('1001\n');
    await second.close();
  });

  it('stops cleanly in time while a query runs', async () => {
    const store = await startStore();
    const asked = ask(
      { url: store.url, ...pipeline },
      'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)',
    ).catch(() => undefined);
    await expect
      .poll(
        async () =>
          (
            await ask(
              { url: store.url, ...pipeline },
              "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000)%'",
            )
          ).text,
      )
      .toBe('2\n');
    await store.close();
    await asked;
    expect(await store.exited).toEqual({ code: 0, signal: null, expected: true });
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('ends by itself when its parent dies by %s', async (signal) => {
    const directory = temporaryDirectory();
    const parent: ChildProcess = fork(new URL('./parent-process.ts', import.meta.url), [directory], { execArgv: [] });
    const [pid] = (await once(parent, 'message')) as [number];
    expect(alive(pid)).toBe(true);
    parent.kill(signal);
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows no password to others on the machine', async () => {
    const store = await startStore();
    for (const file of ['cmdline', 'environ']) {
      expect(readFileSync(`/proc/${store.pid}/${file}`, 'utf8')).not.toContain(pipeline.password);
    }
    await store.close();
  });
});

describe('a store that cannot start says why', () => {
  const failing = (options: Parameters<typeof startStore>[0]) => startStore(options).then((store) => store.close());

  it('when the port is busy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(failing({ port })).rejects.toMatchObject({
      code: 'EMBEDDED_PORT_BUSY',
      remedy: embeddedErrors.EMBEDDED_PORT_BUSY.remedy,
    });
    other.close();
  });

  it('when another process holds the directory', async () => {
    const store = await startStore();
    const second = startEmbeddedClickHouse({ directory: store.directory, port: 0, users });
    await expect(second).rejects.toMatchObject({ code: 'EMBEDDED_DIRECTORY_IN_USE' });
    await store.close();
  });

  it('when the directory cannot be made or written', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), '');
    const inFile = startEmbeddedClickHouse({ directory: join(directory, 'file', 'store'), port: 0, users });
    await expect(inFile).rejects.toMatchObject({ code: 'EMBEDDED_DIRECTORY_UNWRITABLE' });
    if (process.getuid?.() !== 0) {
      mkdirSync(join(directory, 'locked'));
      chmodSync(join(directory, 'locked'), 0o500);
      const locked = startEmbeddedClickHouse({ directory: join(directory, 'locked'), port: 0, users });
      await expect(locked).rejects.toMatchObject({ code: 'EMBEDDED_DIRECTORY_UNWRITABLE' });
    }
    rmSync(directory, { recursive: true, force: true });
  });

  it('when the address is not of this machine', async () => {
    await expect(failing({ host: '203.0.113.7' })).rejects.toMatchObject({ code: 'EMBEDDED_ADDRESS_UNUSABLE' });
  });

  it('when there is no engine for the platform', () => {
    expect(() => loadNativeEngine('sunos', 'x64')).toThrow(MissingEngineError);
    expect(() => loadNativeEngine('darwin', process.platform === 'darwin' ? 'mips' : 'arm64')).toThrow(
      MissingEngineError,
    );
  });
});
