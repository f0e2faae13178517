import { dayMs, formatTimestamp, hourMs, hourOf, minuteMs } from '@custody/decision';
import { DecisionBlock, writeDecisions, writeWindows } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs, startService, type TestService } from './service.ts';
import { make } from './tokens.ts';
import { type Flat, storedRow } from './world.ts';

let service: TestService;
let app: FastifyInstance;
let admin: string;
const burstMs = Math.floor((nowMs - 5 * hourMs) / minuteMs) * minuteMs;

let made = 0;
function denial(given: Partial<Flat> & { readonly atMs: number }): Flat {
  made += 1;
  return {
    ...{ id: `aaaaaaaa-0000-4000-8000-${made.toString(16).padStart(12, '0')}`, env: 'env-1', envName: 'production' },
    ...{ agent: 'agent|client-0', agentName: 'Cursor', human: 'human|bob', candidates: [], server: 'linear' },
    ...{ tool: 'list', decision: 'deny', reason: 'no', reason_code: 'no_permission', attribution: 'exact' },
    trust_level: 'low',
    ...given,
  };
}

/** Ten days of now and then, and a burst of thirty in three minutes five hours ago. */
function world(): Flat[] {
  const usual = Array.from({ length: 240 }, (_, n) => {
    const atMs = nowMs - 10 * dayMs + n * hourMs + (n % 7) * minuteMs;
    const server = n % 3 === 0 ? 'github' : 'linear';
    return denial({
      atMs,
      server,
      agent: `agent|client-${n % 5}`,
      ...(n % 4 === 0 && { env: 'env-2', envName: 'staging' }),
    });
  });
  const burst = Array.from({ length: 30 }, (_, n) => denial({ atMs: burstMs + n * 6_000, agent: 'agent|burst' }));
  return [...usual, ...burst].filter(({ atMs }) => atMs < nowMs);
}

async function writeReading(envId: string, envName: string): Promise<void> {
  const from = hourOf(nowMs - 40 * dayMs);
  const hours = Array.from({ length: Math.floor((nowMs - from) / hourMs) }, (_, n) => from + n * hourMs);
  const closed = { state: 'closed', proof: 'count', listed: 1, counted: 1, deleted_at_source: 0 } as const;
  await writeWindows(
    service.store,
    hours.map((hour) => ({
      ...{ env_id: envId, env_name: envName, hour: formatTimestamp(hour), updated_at: formatTimestamp(nowMs) },
      windows: [
        { from: formatTimestamp(hour), to: formatTimestamp(hour + hourMs), ...closed, read_at: null, reason: '' },
      ],
    })),
  );
}

beforeAll(async () => {
  service = await startService();
  await writeDecisions(service.store, DecisionBlock.of(world().map(storedRow)));
  await Promise.all([writeReading('env-1', 'production'), writeReading('env-2', 'staging')]);
  app = await service.create({ rulesFile: '/nowhere/custody.rules.yaml' });
  admin = (await make(app, { name: 'admin', scope: 'admin' })).token;
});
afterAll(async () => {
  await app.close();
  await service.stop();
});

const backtest = async (payload: object, token = admin) => {
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const response = await app.inject({ method: 'POST', url: '/v1/rules/backtest', payload, headers });
  return response.json();
};

const limit = `rules:
  - name: many
    enabled: false
    threshold: { at_least: 10, within: 5m, per: agent }
    mute: { days: [mon, tue, wed, thu, fri, sat, sun] }
`;

test('a rule in YAML is judged before it is enabled, and the answer says how often and when it would have fired', async () => {
  const { data, meta } = await backtest({ rules: limit, from: '-7d' });
  expect(data.sentence).toBe(
    `Would have fired once in 7 days: agent agent|burst: 20 denials in 5 minutes (${new Date(burstMs + minuteMs).toISOString().slice(0, 16)}Z).`,
  );
  expect(data).toMatchObject({ fired: 1, muted: 1, minutes: 7 * 1440, left_out: [] });
  expect(data.rules).toEqual([{ rule: 'many', fired: 1, per_day: 0.143, budget: 0.2 }]);
  expect(data.alerts).toMatchObject([
    {
      ...{ rule: 'many', detector: 'threshold', severity: 'warning', muted: true, merged_into: null },
      subject: { env_id: 'env-1', env_name: 'production', kind: 'agent', key: 'agent|burst' },
      opened_at: new Date(burstMs + minuteMs).toISOString(),
      completeness: 'proven',
      steps: { opened: 1, resolved: 1 },
    },
  ]);
  expect(data.looks).toBeLessThan(120);
  expect(meta).toMatchObject({ proven: false, blind_seconds: expect.any(Number) });
});

test('without rules those in force are judged, what has one cause as one alert, and what cannot be judged is named', async () => {
  const { data, meta } = await backtest({ from: '-24h', to: new Date(hourOf(nowMs)).toISOString() });
  expect(data.fired).toBe(1);
  expect(data.alerts[0]).toMatchObject({ rule: 'unusual-denials', detector: 'spike' });
  expect(data.alerts[0].members).toBeGreaterThan(0);
  expect(data.left_out.map(({ detector }: { detector: string }) => detector)).toContain('deny_rate_step');
  expect(data.sentence).toMatch(/^Would have fired once .* Not judged: .*deny_rate_step/);
  expect(meta.proven).toBe(true);
  // Of what is not looked for nobody is to read that there was none.
  const unknown = await backtest({ rules: { name: 'first', detectors: ['first_denial', 'dormant_agent'] } });
  expect(unknown.data.sentence).toBe('Cannot be told: a back-test does not judge first_denial, dormant_agent.');
});

test('an environment, a single rule as JSON, and no finding', async () => {
  const rule = { name: 'many', threshold: { at_least: 10, within: '5m', per: 'agent' } };
  expect((await backtest({ rules: rule, env: 'staging' })).data).toMatchObject({
    fired: 0,
    sentence: 'Would not have fired in 30 days.',
  });
  expect((await backtest({ rules: [rule], env: 'production' })).data.fired).toBe(1);
  expect(await backtest({ rules: rule, env: 'prod' })).toMatchObject({ status: 400, code: 'QUERY_BAD_PARAMETER' });
});

test('every fault of the rules is told, with its line in YAML', async () => {
  const { code, faults } = await backtest({ rules: limit.replace('threshold', 'treshold').replace('mon', 'moon') });
  expect(code).toBe('QUERY_BAD_RULES');
  expect(faults.map(({ path, line }: { path: string; line: number }) => `${line} ${path}`).sort()).toEqual([
    ...['4 rules[0].treshold', '5 rules[0].mute.days[0]'],
  ]);
  expect((await backtest({ rules: 'rules: [' })).code).toBe('QUERY_BAD_RULES');
  expect((await backtest({ rules: limit, from: '-200d' })).code).toBe('QUERY_BAD_PARAMETER');
});

test('a restricted token judges what it sees, and no rule that names more', async () => {
  const rule = (scope: object) => ({ name: 'many', scope, threshold: { at_least: 10, within: '5m', per: 'agent' } });
  const github = (await make(app, { name: 'github', scope: 'read', server: ['github'] }, admin)).token;
  const linear = (await make(app, { name: 'linear', scope: 'read', server: ['linear'] }, admin)).token;
  const staging = (await make(app, { name: 'staging', scope: 'read', env: ['staging'] }, admin)).token;
  const firedFor = async (token: string) => (await backtest({ rules: rule({}) }, token)).data.fired;
  expect([await firedFor(linear), await firedFor(github), await firedFor(staging)]).toEqual([1, 0, 0]);
  expect(await backtest({ rules: rule({ server: 'linear' }) }, github)).toMatchObject({
    ...{ status: 403, code: 'QUERY_BEYOND_RESTRICTION' },
    detail: 'The rule many names more than the token may see, in its server.',
  });
  expect((await backtest({ rules: rule({ env: 'production' }) }, staging)).code).toBe('QUERY_BEYOND_RESTRICTION');
  expect((await backtest({ rules: rule({ agent: 'cursor' }) }, linear)).code).toBe('QUERY_BEYOND_RESTRICTION');
});
