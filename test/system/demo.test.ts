import { afterAll, beforeAll, expect, test } from 'vitest';
import { CustodyInstance } from '../kit/custody-instance.ts';
import type { CustodyProcess } from '../kit/custody-process.ts';
import { eventually } from '../kit/eventually.ts';
import { temporaryDirectory } from '../kit/temporary-directory.ts';

/** The demo as a newcomer meets it: no source configured, one command. */
const directory = temporaryDirectory();
let instance: CustodyInstance;
let custody: CustodyProcess;

beforeAll(async () => {
  instance = await CustodyInstance.prepare(directory.path, { CUSTODY_SEAL_SECONDS: '2', CUSTODY_LOOKBACK_DAYS: '1' });
  custody = instance.start();
  await custody.untilUp();
}, 90_000);

afterAll(async () => {
  custody?.signal('SIGKILL');
  await custody?.exit();
  directory[Symbol.dispose]();
});

interface Trends {
  readonly data: readonly { readonly bucket: string; readonly decisions: number }[];
  readonly meta: { readonly demo?: boolean };
}

test('the console says DEMO and where everything is, and shows no password to a pipe', () => {
  const output = custody.output();
  expect(output).toContain('DEMO');
  expect(output).toContain(instance.apiUrl);
  expect(output).toContain(instance.storeUrl);
  expect(output).not.toContain(instance.variables.CLICKHOUSE_PASSWORD);
});

test('the dashboard is served where the output says', async () => {
  const response = await fetch(instance.apiUrl, { headers: { accept: 'text/html' } });
  expect(await response.text()).toContain('<div id="page"></div>');
});

test('trends and the store answer over attributed, simulated decisions, and the answer says demo', async () => {
  await eventually(
    () => instance.storedDecisions(),
    (n) => n > 1_000,
  );
  const { body } = await instance.ask('/v1/trends?from=-15d&bucket=day&measures=decisions');
  const { data, meta } = body as Trends;
  expect(data.reduce((sum, row) => sum + row.decisions, 0)).toBeGreaterThan(1_000);
  expect(meta.demo).toBe(true);
  const [named] = await instance.rows<{ n: string }>(
    `SELECT count() AS n FROM custody.decisions WHERE human_key != ''`,
  );
  expect(Number(named?.n)).toBeGreaterThan(500);
});

test('hours are sealed as soon as they are read, whole, and their sums are the stored rows', async () => {
  const [sealed] = await eventually(
    () =>
      instance.rows<{ hours: number; odd: number; sums: number; rows: number }>(
        `SELECT countIf(state = 'complete') AS hours, countIf(state = 'complete' AND decisions != listed OR missing > 0) AS odd,
  sum(decisions) AS sums,
  (SELECT count() FROM custody.decisions
   WHERE (env_id, toStartOfHour(occurred_at)) IN (SELECT env_id, hour FROM custody.seals WHERE is_current)) AS rows
FROM custody.seals WHERE is_current`,
      ),
    ([row]) => row !== undefined && row.hours > 0 && row.sums === row.rows,
    { everyMs: 1_000 },
  );
  expect(sealed).toMatchObject({ odd: 0 });
  const { body } = await instance.ask('/v1/seals?from=-15d&state=complete&limit=1');
  expect((body as { data: unknown[] }).data).toMatchObject([{ state: 'complete', dead_letters: 0 }]);
});

test('the reader login that `token show-store` prints reads the views and writes nothing', async () => {
  const printed = instance.run('token', 'show-store', '--json');
  expect((await printed.exit()).code).toBe(0);
  const { reader } = JSON.parse(printed.output());
  const [row] = await instance.rows<{ n: string }>('SELECT count() AS n FROM custody.decisions', reader);
  expect(Number(row?.n)).toBeGreaterThan(0);
  await expect(instance.rows('CREATE TABLE custody.x (a Int8) ENGINE = Memory', reader)).rejects.toThrow('refused');
});

test('the questions can be asked on the command line', async () => {
  const asked = instance.run('decisions', '--decision', 'deny', '--from', '-15d', '--limit', '3');
  expect((await asked.exit()).code).toBe(0);
  expect(asked.output()).toContain('DEMO');
  expect(asked.output()).toContain('deny');
  const wrong = instance.run('decisions', '--decison', 'deny');
  expect((await wrong.exit()).code).toBe(2);
});

test('the doctor finds the tables, each decision once, and says what is not there', async () => {
  const examined = instance.run('doctor', '--json');
  const { code } = await examined.exit();
  const { findings } = JSON.parse(examined.output()) as { findings: { check: string; state: string; code: string }[] };
  const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  expect(states).toMatchObject({
    ...{ configuration: 'ok', 'data directory': 'ok', log: 'ok', store: 'ok', migrations: 'ok', decisions: 'ok' },
    ...{ sums: 'ok', seals: 'ok', API: 'ok' },
  });
  // On a busy machine the pipeline may still have something to do, which the code tells too.
  const faults = findings.filter(({ state }) => state === 'fault');
  const catchingUp = ['facts', 'evidence', 're-attribution', 'sealing', 'verifier', 'coverage'];
  expect(faults.filter(({ check }) => !catchingUp.includes(check))).toEqual([]);
  expect(code).toBe(faults.length === 0 ? 0 : 1);
  const migrated = instance.run('migrate', '--dry-run');
  expect((await migrated.exit()).code).toBe(0);
  expect(migrated.output()).toContain('up to date');
});

test('a second start goes on with the same decisions, none lost and none doubled, whatever was killed before', async () => {
  const ids = (sql: string) => instance.rows<{ id: string }>(sql).then((rows) => rows.map(({ id }) => id));
  const before = await ids('SELECT toString(decision_id) AS id FROM custody.decisions');
  const services = ['store', 'consumer', 'poller', 'sealer', 'alerter', 'query'];
  const pids = services.map((label) => custody.servicePid(label));
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await eventually(
    () => services.map((label) => custody.servicePid(label)),
    (started) => started.every((pid, at) => pid > 0 && pid !== pids[at]),
    { timeoutMs: 90_000 },
  );
  custody.signal('SIGINT');
  expect((await custody.exit()).code).toBe(0);
  custody = instance.start();
  await custody.untilUp();
  await eventually(
    () => instance.storedDecisions(),
    (n) => n > before.length,
  );
  const after = await ids('SELECT toString(decision_id) AS id FROM custody.decisions');
  expect(new Set(after).size).toBe(after.length);
  const kept = new Set(after);
  expect(before.filter((id) => !kept.has(id))).toEqual([]);
}, 240_000);

test('a second process on the same data directory is refused, and so is the other kind of source', async () => {
  const second = await CustodyInstance.prepare(directory.path);
  const refused = second.start();
  expect((await refused.exit()).code).toBe(2);
  expect(refused.output()).toContain('DATA_DIRECTORY_IN_USE');
  const real = await CustodyInstance.prepare(`${directory.path}/demo`, { PERMIT_API_KEY: 'permit_key_test' });
  const other = real.start();
  expect((await other.exit()).code).toBe(2);
  expect(other.output()).toContain('DATA_DIRECTORY_OTHER_SOURCE');
});
