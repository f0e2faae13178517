import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs, hourMs, minuteMs } from '@custody/decision';
import {
  buildHours,
  claimSource,
  DecisionBlock,
  type StoreClient,
  writeDecisions,
  writeFacts,
  writeWindows,
} from '@custody/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportStream } from '../src/export/export-stream.ts';
import { ndjsonEncoder } from '../src/export/ndjson.ts';
import { cellValue, csvRows } from './csv-rows.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { type Flat, makeWorld, storedRow } from './world.ts';
import { zipFiles } from './zip-files.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const hostile: Partial<Flat>[] = [
  { agentName: '=HYPERLINK("http://evil.example","click")', reason: '@SUM(1,2)', tool: '-1+1' },
  {
    agentName: '<script>alert("x")</script>',
    reason: 'first\r\nsecond, "quoted"',
    server: '<img src=x onerror=alert(1)>',
  },
  { agentName: "'already marked", reason: '\t=1+1', tool: '+cmd|calc' },
];
const world = makeWorld(6_000, nowMs - 3 * dayMs, nowMs - hourMs, 5);
world.splice(
  0,
  hostile.length,
  ...world.slice(0, hostile.length).map((row, index) => ({
    ...row,
    ...hostile[index],
    // An agent of their own, so that its name is this one in every row.
    ...{ agent: `agent|hostile-${index}`, decision: 'deny' as const, reason_code: 'no_permission' as const },
  })),
);
// Hundreds of one millisecond, across the end of a page.
for (const row of world.slice(3_000, 3_400)) row.atMs = nowMs - 30 * hourMs;
const ordered = world.toSorted((a, b) => b.atMs - a.atMs);
/** Ids as they came, and as they have to: of one millisecond in whatever order. */
const timeline = (rows: readonly { readonly id: unknown; readonly at: unknown }[]) =>
  Object.values(Object.groupBy(rows, ({ at }) => String(at))).map((own = []) => [
    own[0]?.at,
    ...own.map(({ id }) => id).sort(),
  ]);
const expectedTimeline = timeline(ordered.map(({ id, atMs }) => ({ id, at: new Date(atMs).toISOString() })));
const fromMs = nowMs - 3 * dayMs - hourMs;
const range = { from: iso(fromMs), to: iso(nowMs) };
const historyMs = Math.floor((nowMs - 2 * dayMs) / hourMs) * hourMs;
const gapMs = historyMs + 10 * hourMs;

let service: TestService;
const directory = mkdtempSync(join(tmpdir(), 'custody-export-'));

beforeAll(async () => {
  service = await startService({ source: null });
  await writeDecisions(service.store, DecisionBlock.of(world.map(storedRow)));
  await describeHistory();
});
afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Windows with a gap of half an hour, seals of which one is incomplete and one missing, and a consent that ended. */
async function describeHistory(): Promise<void> {
  const rest = { proof: 'count' as const, listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' };
  const hours = Array.from({ length: 48 }, (_, index) => historyMs + index * hourMs);
  const windows = ['env-1', 'env-2'].flatMap((env_id) =>
    hours.map((hour) => ({
      env_id,
      env_name: env_id === 'env-1' ? 'production' : 'staging',
      hour: iso(hour),
      windows: [
        {
          from: iso(hour),
          to: iso(hour === gapMs && env_id === 'env-1' ? hour + 30 * minuteMs : hour + hourMs),
          state: 'closed' as const,
          ...rest,
        },
      ],
      updated_at: iso(nowMs),
    })),
  );
  await writeWindows(service.store, windows);
  const [clock] = (await service.store.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
  for (const envId of ['env-1', 'env-2']) {
    const builds = await buildHours(service.store, { envId, hours, attempt: randomUUID() });
    const seals = builds.map(({ hourStartMs, build, stored }) => ({
      ...{ env_id: envId, span: 'hour', starts_at: hourStartMs / 1_000, as_of: clock?.at, build, revision: 1 },
      ...{ state: 'complete', stored, listed: stored, digest: 'd' },
      ...(hourStartMs === gapMs ? { state: 'incomplete', missing: 7, reasons: ['missing'] } : {}),
    }));
    const written = seals.filter(({ state }) => state === 'complete' || envId === 'env-2');
    await service.store.insert('test', 'custody_internal.seals', written);
  }
  const grant = {
    ...{
      kind: 'consent' as const,
      env_id: 'env-1',
      agent_key: 'agent|client-1',
      server: 'linear',
      level: 'low' as const,
    },
    ...{
      valid_from: iso(nowMs - 40 * hourMs),
      first_seen: iso(nowMs - 39 * hourMs),
      last_seen: iso(nowMs - 5 * hourMs),
    },
    ...{ human_key: 'human|auth0:ada', grant_id: 'consent-ada', first_missing: iso(nowMs - 4 * hourMs) },
  };
  const other = {
    ...grant,
    agent_key: 'agent|client-9',
    human_key: 'human|bob',
    grant_id: 'consent-bob',
    server: 'github',
  };
  const ceiling = { ...grant, kind: 'ceiling' as const, grant_id: 'ceiling-ada', first_missing: null };
  await writeFacts(
    service.store,
    [grant, other, ceiling].map((record, position) => ({ record, position })),
  );
}

async function answer(path: string, parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const url = `${path}?${new URLSearchParams(parameters)}`;
  const response = await service.app.inject({ url, headers: { host: '127.0.0.1:4800', ...headers } });
  return { status: response.statusCode, headers: response.headers, bytes: response.rawPayload, text: response.payload };
}

/** What the engine reads out of a file, beside what it has stored. */
async function readBack(name: string, format: string, bytes: Buffer, select: string) {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return service.store.select('test', `SELECT ${select} FROM file('${path}', ${format})`, {});
}

/** All pages of the JSON list. */
async function listed(parameters: Record<string, string>): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let cursor: unknown = null;
  do {
    const more = cursor === null ? {} : { cursor: String(cursor) };
    const page = await service.get('/v1/decisions', { ...parameters, ...more, limit: '1000' });
    rows.push(...page.data);
    cursor = page.meta.next;
  } while (cursor !== null);
  return rows;
}

describe('decisions', () => {
  test('NDJSON is what the pages list, row by row, in their order', async () => {
    const { status, headers, text } = await answer('/v1/decisions', { ...range, format: 'ndjson' });
    expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(timeline(rows.map((row) => ({ id: row.decision_id, at: row.occurred_at })))).toEqual(expectedTimeline);
    expect(rows).toEqual(await listed(range));
    expect(headers).toMatchObject({
      ...{ 'x-custody-proven': 'false', 'x-custody-from': range.from, vary: 'Accept' },
      'content-disposition': expect.stringMatching(/filename="custody-decisions-2026\d{4}T\d{4}Z-.*\.ndjson"/),
    });
  });

  test('CSV has the same cells, and none that a spreadsheet would run', async () => {
    const { headers, text } = await answer('/v1/decisions', range, { accept: 'text/csv, */*;q=0.1' });
    expect(headers['content-type']).toMatch(/^text\/csv; charset=utf-8/);
    const rows = csvRows(text);
    const cells = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          Array.isArray(value) ? (value.length > 0 ? JSON.stringify(value) : '') : value,
        ]),
      );
    const values = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cellValue(cell)])),
    );
    expect(values).toEqual((await listed(range)).map(cells));
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    const agents = Object.groupBy(rows, ({ agent_key = '' }) => agent_key);
    expect(agents['agent|hostile-0']?.[0]).toMatchObject({
      ...{ agent_name: `'=HYPERLINK("http://evil.example","click")`, reason: "'@SUM(1,2)", tool: "'-1+1" },
    });
    expect(agents['agent|hostile-2']?.[0]).toMatchObject({ agent_name: "''already marked", reason: "'\t=1+1" });
  });

  test('Parquet read by the engine is what the engine has stored', async () => {
    const { headers, bytes } = await answer('/v1/decisions', { ...range, format: 'parquet' });
    expect(headers['content-type']).toBe('application/vnd.apache.parquet');
    const columns =
      'decision_id, occurred_at, env_id, env_name, tenant, agent_key, agent_name, human_key, human_name, human_email, human_candidates, attribution, evidence, server, resource, tool, decision, reason, reason_code, trust_level, ceiling_level, required_level, ingested_at';
    const texts = `toString((${columns.replaceAll('_at', "_at::DateTime64(3, 'UTC')")}))`;
    const summary = `count() AS n, groupBitXor(cityHash64(${texts})) AS digest`;
    const stored = await service.store.select('test', `SELECT ${summary} FROM custody.decisions`, {});
    expect(await readBack('decisions.parquet', 'Parquet', bytes, summary)).toEqual(stored);
    expect(stored).toMatchObject([{ n: world.length }]);
    const described = await readBack(
      'decisions.parquet',
      'Parquet',
      bytes,
      'any(toTypeName(occurred_at)) AS at, any(toTypeName(human_candidates)) AS humans, argMax(decision_id, occurred_at) AS newest',
    );
    expect(described).toEqual([{ at: "DateTime64(3, 'UTC')", humans: 'Array(String)', newest: ordered[0]?.id }]);
  });

  test('filters, search and limit are those of the list', async () => {
    const asked = { ...range, q: 'ärgern', server: 'linear*', env: 'production' };
    const { text } = await answer('/v1/decisions', { ...asked, format: 'csv' });
    const expected = ordered.filter(
      ({ reason, server, env }) => reason === 'Nicht ÄRGERN' && server.startsWith('linear') && env === 'env-1',
    );
    expect(
      csvRows(text)
        .map((row) => row.decision_id)
        .toSorted(),
    ).toEqual(expected.map(({ id }) => id).sort());
    expect(expected.length).toBeGreaterThan(20);
    const first = await answer('/v1/decisions', { ...range, format: 'ndjson', limit: '5003' });
    expect(first.text.trimEnd().split('\n')).toHaveLength(5_003);
    const none = await answer('/v1/decisions', { ...range, format: 'csv', agent: 'agent|nobody' });
    expect(none.text).toBe(`${Object.keys((await listed({ ...range, limit: '1' }))[0] ?? {}).join(',')}\r\n`);
    const empty = await answer('/v1/decisions', { ...range, format: 'parquet', agent: 'agent|nobody' });
    expect(await readBack('empty.parquet', 'Parquet', empty.bytes, 'count() AS n')).toEqual([{ n: 0 }]);
  });

  test.each([
    [{ format: 'xlsx' }, {}, 400, 'application/problem+json'],
    [{ format: 'csv', cursor: 'x' }, {}, 400, 'application/problem+json'],
    [{ format: 'csv', limit: '0' }, {}, 400, 'application/problem+json'],
    [{ format: 'csv', agent: 'cursor' }, {}, 409, 'application/problem+json'],
    [{ format: 'json' }, { accept: 'text/csv' }, 200, 'application/json'],
    [{}, { accept: '*/*' }, 200, 'application/json'],
    [{}, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, 200, 'application/json'],
    [{}, { accept: 'text/csv;q=0.5, application/x-ndjson' }, 200, 'application/x-ndjson'],
    [{}, { accept: 'application/json, text/csv' }, 200, 'application/json'],
  ] as const)('%o with %o', async (parameters, headers, status, type) => {
    const found = await answer('/v1/decisions', { ...range, ...parameters }, headers);
    expect([found.status, found.headers['content-type']?.toString().split(';')[0]]).toEqual([status, type]);
  });
});

describe('a stream', () => {
  /** The store, but what happens at its statements of decisions. */
  const withPages = (page: (nth: number, signal: AbortSignal | undefined) => Promise<void>): StoreClient => {
    let nth = 0;
    return {
      ...service.store,
      select: async (name, sql, params, options) => {
        if (name === 'decisions.walk') await page(++nth, options?.signal);
        return service.store.select(name, sql, params, options);
      },
    };
  };

  test.each(['/v1/decisions?format=csv', '/v1/decisions?format=parquet', '/v1/reports/compliance?tz=UTC'])(
    'of %s that fails on the way breaks the connection, and before its first byte is a problem',
    async (path) => {
      let failAt = 4;
      const app = await service.withStore(
        withPages(async (nth) => {
          if (nth >= failAt) throw new Error('the disk is gone');
        }),
      );
      const base = await app.listen({ host: '127.0.0.1', port: 0 });
      const broken = await fetch(`${base}${path}&${new URLSearchParams(range)}`);
      expect(broken.status).toBe(200);
      await expect(broken.bytes()).rejects.toThrow('terminated');
      failAt = 0;
      const refused = await fetch(`${base}${path}&${new URLSearchParams(range)}`);
      expect([refused.status, await refused.json()]).toMatchObject([500, { code: 'QUERY_INTERNAL' }]);
      await app.close();
    },
  );

  test('whose client goes away ends its statement and gives its place back; there are four', async () => {
    const hanging: (() => void)[] = [];
    const app = await service.withStore(
      withPages(
        (_, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
            hanging.shift()?.();
          }),
      ),
    );
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const url = `${base}/v1/decisions?format=csv&${new URLSearchParams(range)}`;
    const leave = new AbortController();
    const started = [1, 2, 3, 4].map(() => {
      const hangs = new Promise<void>((resolve) => hanging.push(resolve));
      const gone = fetch(url, { signal: leave.signal }).catch(() => 'gone');
      return { hangs, gone };
    });
    await Promise.all(started.map(({ hangs }) => hangs));
    const fifth = await fetch(url);
    expect([fifth.status, fifth.headers.get('retry-after'), await fifth.json()]).toMatchObject([
      ...[429, '5'],
      { code: 'QUERY_TOO_MANY_EXPORTS' },
    ]);
    const again = new Promise<void>((resolve) => hanging.push(resolve));
    leave.abort();
    await Promise.all(started.map(({ gone }) => gone));
    // Tried until the places are free: the server learns of it a moment later.
    const late = new AbortController();
    for (let status = 429; status === 429; ) {
      const next = fetch(url, { signal: late.signal }).then(
        (response) => response.status,
        () => 0,
      );
      status = await Promise.race([next, again.then(() => 0)]);
    }
    late.abort();
    app.server.closeAllConnections();
    await app.close();
  });

  test('is read ahead by a page, and no further than it is read', async () => {
    let pulled = 0;
    const row = { decision_id: 'x'.repeat(1_000) };
    const page = Array.from({ length: 1_000 }, () => row);
    const pages = (async function* () {
      for (; pulled < 50; ) {
        pulled += 1;
        yield page;
      }
    })();
    const stream = exportStream(page, pages, ndjsonEncoder([{ name: 'decision_id', kind: 'text' }]));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(pulled).toBeLessThanOrEqual(1);
    let bytes = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) bytes += next.value.length;
    expect([pulled, bytes > 50_000_000]).toEqual([50, true]);
  });
});

describe('the report', () => {
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const report = async (parameters: Record<string, string> = {}) => {
    const { status, headers, bytes, text } = await answer('/v1/reports/compliance', { ...range, ...parameters });
    expect(status, text.slice(0, 300)).toBe(200);
    const files = await zipFiles(bytes);
    const manifest = JSON.parse(String(files.get('manifest.json')));
    for (const { name, bytes: size, sha256: digest } of manifest.files) {
      expect([name, files.get(name)?.length, sha256(files.get(name) ?? Buffer.of())]).toEqual([name, size, digest]);
    }
    expect([...files.keys()].toSorted()).toEqual(
      [...manifest.files.map(({ name }: { name: string }) => name), 'manifest.json'].sort(),
    );
    const of = (ending: string) => [...files].filter(([name]) => name.endsWith(ending)).map(([, content]) => content);
    const csv = of('decisions-001.csv').flatMap((content) => csvRows(String(content).replace(/^\ufeff/, '')));
    const page = String(of('report.html')[0]);
    return {
      headers,
      files,
      manifest,
      csv,
      parquet: of('.parquet'),
      page,
      changes: csvRows(String(of('access-changes.csv')[0]).slice(1)),
    };
  };
  const by = (rows: Record<string, string>[], name: string) =>
    Object.fromEntries(
      Object.entries(Object.groupBy(rows, (row) => row[name] ?? '')).map(([key, own = []]) => [key, own.length]),
    );

  test('counts what is in its files, which have the same rows, and says what is not proven', async () => {
    const { headers, manifest, csv, parquet, page } = await report({ tz: 'Europe/Berlin' });
    expect(timeline(csv.map((row) => ({ id: row.decision_id, at: row.time })))).toEqual(expectedTimeline);
    const verdicts = by(csv, 'decision');
    expect(manifest.counts).toMatchObject({ decisions: csv.length, possible: 0, ...verdicts });
    expect(manifest.cross_check).toMatchObject({ decisions: csv.length, denials: verdicts.deny });
    const summary = `count() AS n, groupBitXor(cityHash64(toString((toUnixTimestamp64Milli(time), local_time, agent_name, human_email, tool, decision, reason, remedy, decision_id)))) AS digest`;
    const fromCsv = summary.replace(
      'toUnixTimestamp64Milli(time)',
      'toUnixTimestamp64Milli(parseDateTime64BestEffort(time, 3))',
    );
    const plain = csv.map((row) =>
      JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cellValue(cell)]))),
    );
    const types =
      "'time String, local_time String, agent_name String, human_email String, tool String, decision String, reason String, remedy String, decision_id String'";
    const rows = await readBack('csv.ndjson', `JSONEachRow, ${types}`, Buffer.from(plain.join('\n')), fromCsv);
    expect(await readBack('report.parquet', 'Parquet', parquet[0] ?? Buffer.of(), summary)).toEqual(rows);
    const text = (value: number) => value.toLocaleString('en-US');
    for (const figure of [csv.length, verdicts.deny ?? 0, verdicts.allow ?? 0])
      expect(page).toContain(`<b>${text(figure)}</b>`);
    for (const [certainty, decisions] of Object.entries(by(csv, 'attribution'))) {
      expect(page).toContain(`<th scope="row">${certainty}</th><td class="n">${text(decisions)}</td>`);
    }
    for (const [code, denials] of Object.entries(
      by(
        csv.filter(({ decision }) => decision === 'deny'),
        'reason_code',
      ),
    )) {
      expect(page).toMatch(new RegExp(`<span class="key">${code}</span></th><td class="n">${text(denials)}</td>`));
    }
    const remedies = by(
      csv.filter(({ remedy }) => remedy !== ''),
      'remedy',
    );
    const [often = ''] = Object.entries(remedies).sort(([, a], [, b]) => b - a)[0] ?? [];
    expect(page).toContain(
      `<b>${text(remedies[often] ?? 0)} ×</b> ${often.replaceAll("'", '&#39;').replaceAll('"', '&quot;')}`,
    );
    const [local] = csv.filter(({ time }) => time === iso(ordered[0]?.atMs ?? 0));
    expect(local?.local_time).toBe(iso((ordered[0]?.atMs ?? 0) + hourMs).replace('Z', '+01:00'));
    expect(headers).toMatchObject({ 'x-custody-proven': 'false', 'content-type': 'application/zip' });
    expect(manifest).not.toHaveProperty('demo');
  });

  test('lists every gap, every hour that is not sealed as complete with its reason, and where history begins', async () => {
    const { manifest, page } = await report();
    const local = (ms: number) => iso(ms).slice(0, 19).replace('T', ' ');
    expect(page).toContain('Not proven in full');
    expect(page).toContain(`History begins at ${local(historyMs)} in production`);
    const gap = `<td>production</td><td class="t">${local(gapMs + 30 * minuteMs)}</td><td class="t">${local(gapMs + hourMs)}</td><td class="n">30 min</td><td>blind`;
    expect(page).toContain(gap);
    expect(page).toMatch(new RegExp(`<td>production</td><td class="t">${local(gapMs)}</td>.*?<td>not sealed yet</td>`));
    expect(page).toMatch(
      new RegExp(`<td>staging</td><td class="t">${local(gapMs)}</td>.*?listed were never found again \\(7\\)</td>`),
    );
    expect(manifest.proof).toMatchObject({
      ...{ proven: false, sealed: false, history_begins_inside: true, hours_complete: 94, hours_empty: 0 },
    });
    const part = { from: iso(historyMs + 12 * hourMs), to: iso(historyMs + 20 * hourMs), env: 'staging' };
    const whole = await report(part);
    expect(whole.changes).toEqual([]);
    expect(whole.page).not.toContain('production');
    expect(whole.page).toContain('Proven and sealed: the whole period');
    expect(whole.manifest.proof).toMatchObject({
      proven: true,
      sealed: true,
      gaps: 0,
      hours_complete: 8,
      hours_not_sealed: 0,
    });
  });

  test('of a human has what may be theirs apart, and their changes of access only', async () => {
    const { manifest, csv, page, changes } = await report({ human: 'ADA@example.org' });
    const sure = world.filter(({ human }) => human === 'human|auth0:ada');
    const possible = world.filter(({ candidates }) => candidates.includes('human|auth0:ada'));
    expect(by(csv, 'possible')).toEqual({ '': sure.length, true: possible.length });
    expect(
      csv
        .filter((row) => row.possible === 'true')
        .map(({ decision_id }) => decision_id)
        .toSorted(),
    ).toEqual(possible.map(({ id }) => id).sort());
    expect(manifest.counts).toMatchObject({ decisions: sure.length, possible: possible.length, humans: 1 });
    expect(manifest.cross_check).toMatchObject({ decisions: sure.length });
    expect(page).toContain('Agent activity under the authority of Ada Byron');
    expect(page).toContain(
      `<strong>${possible.length.toLocaleString('en-US')} further decisions may be theirs</strong>`,
    );
    expect(manifest.scope).toEqual([{ filter: 'human', asked: 'ADA@example.org', keys: ['human|auth0:ada'] }]);
    expect(changes.map(({ grant_id, change }) => `${grant_id} ${change}`)).toEqual([
      ...['consent-ada ended', 'ceiling-ada appeared', 'consent-ada appeared'],
    ]);
    const ofAgent = await report({ agent: 'agent|client-1' });
    expect(ofAgent.changes.map(({ grant_id }) => grant_id)).toEqual(['consent-ada', 'ceiling-ada', 'consent-ada']);
  });

  test('shows hostile names as text', async () => {
    const { page, csv } = await report({ agent: 'agent|hostile-0,agent|hostile-1,agent|hostile-2' });
    expect(csv).toHaveLength(3);
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/<(script|img)\b/i);
    expect(page).toContain(`content="default-src &#39;none&#39;;`);
    expect(csv.map((row) => row.agent_name).toSorted()).toEqual(
      ["''already marked", `'=HYPERLINK("http://evil.example","click")`, '<script>alert("x")</script>'].sort(),
    );
  });

  test('says DEMO wherever it can be seen', async () => {
    await claimSource(service.store, 'simulator');
    await service.renew();
    const { headers, files, manifest, page } = await report({ from: '-30h' });
    expect(headers).toMatchObject({
      'x-custody-demo': 'true',
      'content-disposition': expect.stringContaining('custody-DEMO-report'),
    });
    expect([...files.keys()].filter((name) => !name.startsWith('DEMO-'))).toEqual(['manifest.json']);
    expect(manifest.demo).toBe(true);
    expect(page).toMatch(/<title>DEMO: .*<p class="demo" role="alert">DEMO: simulated decisions/s);
    const exported = await answer('/v1/decisions', { format: 'csv', from: '-2h' });
    expect(exported.headers).toMatchObject({
      'x-custody-demo': 'true',
      'content-disposition': expect.stringContaining('custody-DEMO-decisions'),
    });
  });
});
