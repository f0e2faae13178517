import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface ContractTarget {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  close(): Promise<void>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
}

/** One request without any client library. */
export async function ask(
  target: Pick<ContractTarget, 'url' | 'username' | 'password'>,
  body: string | Uint8Array<ArrayBuffer> | undefined,
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const url = new URL(target.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const login = { 'X-ClickHouse-User': target.username, 'X-ClickHouse-Key': target.password };
  const method = body === undefined ? 'GET' : 'POST';
  const answer = await fetch(url, {
    method,
    headers: { ...login, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes, text: bytes.toString() };
}

/** What a caller may rely on from a ClickHouse HTTP port, whichever engine is behind it. */
export function describeClickHouseContract(name: string, connect: () => Promise<ContractTarget>): void {
  describe(`ClickHouse HTTP contract: ${name}`, () => {
    const database = `contract_${randomUUID().replaceAll('-', '')}`;
    let target: ContractTarget;
    let client: ClickHouseClient;
    const post = (body: string | Uint8Array<ArrayBuffer>, parameters: Record<string, string> = {}) =>
      ask(target, body, { database, ...parameters });

    beforeAll(async () => {
      target = await connect();
      await ask(target, `CREATE DATABASE ${database}`);
      client = createClient({
        url: target.url,
        username: target.username,
        password: target.password,
        database,
        log: { level: 127 },
        compression: { request: true, response: true },
      });
    });
    afterAll(async () => {
      await client.close();
      await ask(target, `DROP DATABASE ${database}`);
      await target.close();
    });

    const makeTable = async (columns = 'a UInt64, s String') => {
      const table = `t_${randomUUID().replaceAll('-', '')}`;
      const made = await post(`CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY tuple()`);
      expect(made.text).toBe('');
      return table;
    };
    // Whether 64-bit integers are quoted depends on the server's version; here only the values count.
    const rows = (text: string) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown[]);
    const rowsOf = async (table: string) =>
      rows((await post(`SELECT toUInt8(a), * EXCEPT (a) FROM ${table} ORDER BY a FORMAT JSONCompactEachRow`)).text);

    it('answers health checks without a login', async () => {
      for (const path of ['/ping', '/']) {
        const answer = await fetch(new URL(path, target.url));
        expect([answer.status, await answer.text()]).toEqual([200, 'Ok.\n']);
      }
      expect((await fetch(new URL('/nowhere', target.url))).status).toBe(404);
    });

    it('refuses a wrong password in the words of the server', async () => {
      const answer = await ask({ ...target, password: 'wrong' }, 'SELECT 1');
      expect(answer.status).toBe(403);
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe('516');
      expect(answer.text).toMatch(/^Code: 516\. DB::Exception: .*Authentication failed.*\(AUTHENTICATION_FAILED\)/);
    });

    it('takes the login from headers, Basic and the URL alike', async () => {
      const basic = Buffer.from(`${target.username}:${target.password}`).toString('base64');
      const url = new URL(target.url);
      url.searchParams.set('query', 'SELECT 7');
      expect(await (await fetch(url, { headers: { Authorization: `Basic ${basic}` } })).text()).toBe('7\n');
      url.searchParams.set('user', target.username);
      url.searchParams.set('password', target.password);
      expect(await (await fetch(url)).text()).toBe('7\n');
    });

    it('reads a query from the URL, from the body, and from both joined', async () => {
      expect((await ask(target, undefined, { query: 'SELECT 1' })).text).toBe('1\n');
      expect((await post('SELECT 1')).text).toBe('1\n');
      expect((await post('FORMAT JSONEachRow', { query: 'SELECT 1 AS x' })).text).toBe('{"x":1}\n');
      expect((await post("SELECT 'into outfile; --' AS x; -- done", { default_format: 'JSONEachRow' })).text).toBe(
        '{"x":"into outfile; --"}\n',
      );
    });

    it('takes settings and formats wherever the grammar has them', async () => {
      for (const sql of [
        'SELECT 1 AS x SETTINGS max_threads = 1 FORMAT JSONEachRow',
        'SELECT 1 AS x FORMAT JSONEachRow SETTINGS max_threads = 1',
        '(SELECT 1 AS x) UNION ALL (SELECT 1 WHERE 0) FORMAT JSONEachRow',
        'WITH 1 AS format SELECT format AS x FORMAT JSONEachRow;',
      ]) {
        expect((await post(sql)).text).toBe('{"x":1}\n');
      }
    });

    it('does not let GET change anything', async () => {
      const table = await makeTable();
      const answer = await ask(target, undefined, { query: `INSERT INTO ${database}.${table} VALUES (1, 'x')` });
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe('164');
      expect(await rowsOf(table)).toEqual([]);
    });

    it('sends the headers that clients read', async () => {
      const { headers } = await post('SELECT 1 FORMAT JSON', { query_id: 'contract-query' });
      expect(headers.get('x-clickhouse-query-id')).toBe('contract-query');
      expect(headers.get('x-clickhouse-format')).toBe('JSON');
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('x-clickhouse-timezone')).toBeTruthy();
      expect(headers.get('x-clickhouse-server-display-name')).toBeTruthy();
      expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toHaveProperty('read_rows');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    });

    it.each([
      ['SELEC 1', 400, '62'],
      ['SELECT * FROM missing_table', 404, '60'],
      ['SELECT missing_column FROM system.one', 404, '47'],
      ['SELECT * FROM missing_database.t', 404, '81'],
      ["SELECT throwIf(1, 'boom')", 500, '395'],
      ['SELECT 1; SELECT 2', 400, '62'],
    ])('maps the failure of %s to its status and code', async (sql, status, code) => {
      const answer = await post(sql);
      expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([status, code]);
      expect(answer.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]*\\([A-Z_]+\\)`));
    });

    it('binds parameters of every shape, and never as SQL', async () => {
      const values = { n: '42', s: "it's; \\t `x`", list: "['a','b']", t: 'system.one' };
      const parameters = Object.fromEntries(Object.entries(values).map(([key, value]) => [`param_${key}`, value]));
      const answer = await post(
        'SELECT toUInt32({n:UInt64} + 1) AS n, {s:String} AS s, {list:Array(String)} AS list FORMAT JSONCompactEachRow',
        parameters,
      );
      expect(rows(answer.text)).toEqual([[43, "it's; \t `x`", ['a', 'b']]]);
      expect((await post('SELECT {absent:String}')).headers.get('x-clickhouse-exception-code')).toBe('456');
    });

    it('keeps settings, parameters and databases to their request', async () => {
      const probe = "SELECT getSetting('max_threads'), getSetting('readonly'), currentDatabase()";
      const before = (await ask(target, probe)).text;
      expect((await post(probe, { max_threads: '1', readonly: '2' })).text).toBe(`1\t2\t${database}\n`);
      await post('SET max_threads = 1');
      expect((await ask(target, probe)).text).toBe(before);
      expect((await post('SELECT 1', { no_such_setting: '1' })).headers.get('x-clickhouse-exception-code')).toBe('115');
    });

    it('does not carry a deduplication token over to the next insert', async () => {
      const table = `t_${randomUUID().replaceAll('-', '')}`;
      await post(
        `CREATE TABLE ${table} (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100`,
      );
      const once = { insert_deduplication_token: 'one', async_insert: '0' };
      await post(`INSERT INTO ${table} VALUES (1)`, once);
      await post(`INSERT INTO ${table} VALUES (1)`, once);
      await post(`INSERT INTO ${table} VALUES (2)`, { async_insert: '0' });
      expect(await rowsOf(table)).toEqual([[1], [2]]);
    });

    it.each([
      'Native',
      'RowBinaryWithNamesAndTypes',
      'RowBinary',
      'JSONEachRow',
      'JSONCompactEachRow',
      'JSONCompact',
      'JSON',
      'CSV',
      'CSVWithNames',
      'TabSeparated',
      'TabSeparatedWithNamesAndTypes',
      'Parquet',
    ])('carries every byte out and in again as %s', async (format) => {
      const columns = "n UInt64, s String, d DateTime64(3, 'UTC'), a Array(Nullable(Int32)), l LowCardinality(String)";
      const [from, to] = [await makeTable(columns), await makeTable(columns)];
      const text =
        format.startsWith('Row') || format === 'Native'
          ? 'unhex(hex(number * 7919))'
          : "concat('é\\n\\t,\"', toString(number))";
      await post(
        `INSERT INTO ${from} SELECT number, ${text}, toDateTime64(number, 3), [number, NULL], toString(number % 7) FROM numbers(70000)`,
      );
      const data = await post(`SELECT * FROM ${from} FORMAT ${format}`);
      expect(data.status).toBe(200);
      const inserted = await post(new Uint8Array(data.bytes), { query: `INSERT INTO ${to} FORMAT ${format}` });
      expect(inserted.text).toBe('');
      const sums = await post(
        `SELECT count(), uniqExact(h), sum(h) = (SELECT sum(cityHash64(*)) FROM ${from}) FROM (SELECT cityHash64(*) AS h FROM ${to})`,
      );
      expect(sums.text).toBe('70000\t70000\t1\n');
    });

    it('writes Native blocks of the revision that a driver asks for', async () => {
      const answer = await post('SELECT toUInt8(number) AS n, toString(number) AS s FROM numbers(2)', {
        default_format: 'Native',
        client_protocol_version: '54460',
      });
      const text = (value: string) => [value.length, ...Buffer.from(value)];
      const info = [1, 0, 2, 255, 255, 255, 255, 0];
      const columns = [
        ...text('n'),
        ...text('UInt8'),
        0,
        0,
        1,
        ...text('s'),
        ...text('String'),
        0,
        ...text('0'),
        ...text('1'),
      ];
      expect([...answer.bytes.subarray(0, info.length + 2 + columns.length)]).toEqual([...info, 2, 2, ...columns]);
    });

    it('inserts rows that follow the statement in the body, as VALUES with expressions too', async () => {
      const table = await makeTable();
      await post(`INSERT INTO ${table} FORMAT JSONEachRow\n{"a":1,"s":"ü"}\n{"a":2}`);
      await post(`INSERT INTO ${table} (s, a) VALUES ('x; y', 1 + 2), (lower('Z'), 4);`);
      await post(`INSERT INTO ${table} SETTINGS max_threads = 1 FORMAT CSV\n5,"f"\n`);
      await post(`INSERT INTO ${table} SELECT 6, 'values format CSV'`);
      expect(await rowsOf(table)).toEqual([
        [1, 'ü'],
        [2, ''],
        [3, 'x; y'],
        [4, 'z'],
        [5, 'f'],
        [6, 'values format CSV'],
      ]);
    });

    it('writes nothing of a block with a bad row, and says which', async () => {
      const table = await makeTable();
      const answer = await post('{"a":1}\n{"a":"x"}\n', { query: `INSERT INTO ${table} FORMAT JSONEachRow` });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('(at row 2)');
      expect(await rowsOf(table)).toEqual([]);
    });

    it('compresses both ways when asked', async () => {
      const table = await makeTable();
      const rows = Uint8Array.from(gzipSync('{"a":1,"s":"zipped"}\n'));
      await ask(
        target,
        rows,
        { database, query: `INSERT INTO ${table} FORMAT JSONEachRow` },
        { 'Content-Encoding': 'gzip' },
      );
      const answer = await fetch(`${target.url}/?database=${database}&enable_http_compression=1`, {
        method: 'POST',
        body: `SELECT s FROM ${table}`,
        headers: {
          'X-ClickHouse-User': target.username,
          'X-ClickHouse-Key': target.password,
          'Accept-Encoding': 'gzip',
        },
      });
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(await answer.text()).toBe('zipped\n');
    });

    it('breaks an answer that fails half-way, with the exception where clients look for it', async () => {
      const plain = post('SELECT throwIf(number = 300000) AS x FROM numbers(400000)').then(
        ({ text }) => text,
        () => 'broken',
      );
      const result = await client.query({
        query: 'SELECT throwIf(number = 300000) AS x FROM numbers(400000) SETTINGS max_threads = 1',
        format: 'JSONEachRow',
      });
      const read = (async () => {
        for await (const rows of result.stream()) expect(rows.length).toBeGreaterThan(0);
      })();
      await expect(read).rejects.toSatisfy((error) => error instanceof ClickHouseError && error.code === '395');
      expect(await plain).toBe('broken');
    });

    it('serves the calls of @clickhouse/client', async () => {
      const table = await makeTable();
      expect(await client.ping()).toEqual({ success: true });
      expect(await client.ping({ select: true })).toEqual({ success: true });
      async function* thousands() {
        for (let a = 0; a < 2_000; a++) yield { a, s: `row ${a}` };
      }
      const inserted = await client.insert({ table, values: Readable.from(thousands()), format: 'JSONEachRow' });
      expect(inserted.summary?.written_rows).toBe('2000');
      const result = await client.query({
        query: `SELECT count() AS c, max(s) AS top FROM ${table} WHERE a >= {from:UInt64} AND s != {s:String}`,
        query_params: { from: 1_000, s: "a'\t" },
        format: 'JSON',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 1, max_threads: 1 },
      });
      expect((await result.json()).data).toEqual([{ c: '1000', top: 'row 1999' }]);
      await client.command({ query: `TRUNCATE TABLE ${table}` });
      const { stream } = await client.exec({ query: `SELECT count() FROM ${table}` });
      expect(await new Response(Readable.toWeb(stream) as ReadableStream).text()).toBe('0\n');
      await expect(client.query({ query: 'SELECT * FROM missing' })).rejects.toMatchObject({
        code: '60',
        type: 'UNKNOWN_TABLE',
      });
      const big = await client.query({
        query: 'SELECT length({s:String}) = 200000 AS whole',
        query_params: { s: 'x'.repeat(200_000) },
        format: 'JSONEachRow',
      });
      expect(await big.json()).toEqual([{ whole: 1 }]);
    });

    it('keeps temporary tables in a session, and one request in it at a time', async () => {
      const session = { session_id: randomUUID() };
      await post('CREATE TEMPORARY TABLE keep (a UInt8)', session);
      await post('INSERT INTO keep VALUES (5)', session);
      expect((await post('SELECT a FROM keep', session)).text).toBe('5\n');
      expect((await post('SELECT a FROM keep')).status).toBe(404);
      const slow = post('SELECT sleep(0.5)', session);
      await expect
        .poll(async () => (await post('SELECT 1', session)).headers.get('x-clickhouse-exception-code'))
        .toBe('373');
      expect((await slow).status).toBe(200);
    });

    it('answers what a dashboard asks of the catalogue', async () => {
      const table = await makeTable("a UInt64 COMMENT 'note', t DateTime");
      expect((await post('SELECT name FROM system.databases')).text).toContain(database);
      expect((await post(`SELECT name FROM system.tables WHERE database = '${database}'`)).text).toContain(table);
      const columns = `SELECT name, type, comment FROM system.columns WHERE database = '${database}' AND table = '${table}'`;
      expect((await post(columns)).text).toBe('a\tUInt64\tnote\nt\tDateTime\t\n');
      expect((await post(`DESCRIBE TABLE ${table}`)).text).toMatch(/^a\tUInt64/);
      expect((await post('SELECT version(), timezone()')).text).toMatch(/^\d+\.\d+\.\S+\t\S+\n$/);
      expect((await post('SHOW TABLES')).text).toContain(table);
      expect((await post(`EXPLAIN SELECT * FROM ${table}`)).text).toContain('Read');
      const series = `SELECT toStartOfInterval(toDateTime(t), INTERVAL 60 second) AS time, count() FROM ${table}
        WHERE time >= toDateTime(1700000000) GROUP BY time ORDER BY time WITH FILL STEP 60`;
      expect((await post(series, { default_format: 'JSON' })).status).toBe(200);
    });
  });
}
