import { hourMs } from '@custody/decision';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidOf } from './alert-world.ts';
import { inside, placesTried, restrictedAlerts } from './restricted-alerts.ts';
import { drawQuestions } from './restricted-questions.ts';
import { fill, findFlips, readAndSeal } from './restricted-world.ts';
import { nowMs, startService, type TestService } from './service.ts';
import type { Flat } from './world.ts';
import { zipFiles } from './zip-files.ts';

const adminToken = 'the-configured-token';
const restrictions = {
  env: { env: ['production'] },
  server: { server: ['linear'] },
  human: { human: ['ada@example.org'] },
  all: { env: ['production'], server: ['linear'], human: ['ada@example.org'] },
} as const;
type Restricted = keyof typeof restrictions;

let service: TestService;
let app: FastifyInstance;
const tokens = {} as Record<Restricted | 'admin', string>;

async function ask(who: keyof typeof tokens, url: string) {
  const headers = { host: 'custody.example', authorization: `Bearer ${tokens[who]}` };
  const response = await app.inject({ url, headers });
  const isJson = /^application\/(problem\+)?json/.test(String(response.headers['content-type']));
  return { status: response.statusCode, body: isJson ? response.json() : { text: response.body } };
}

beforeAll(async () => {
  service = await startService();
  app = await service.create({ token: adminToken });
  tokens.admin = adminToken;
  await fill(service.store, inside, 60, 1);
  await findFlips(service.store);
  await readAndSeal(service.store, inside, Math.floor(nowMs / hourMs) * hourMs - 5 * hourMs);
  for (const [name, restriction] of Object.entries(restrictions)) {
    const response = await app.inject({
      ...{ method: 'POST', url: '/v1/tokens', payload: { name, scope: 'export', ...restriction } },
      headers: { authorization: `Bearer ${adminToken}` },
    });
    expect(response.statusCode, response.body).toBe(201);
    tokens[name as Restricted] = response.json().data.token;
  }
});
afterAll(async () => {
  await app.close();
  await service.stop();
});

/** An answer without what differs from one time to the next. */
function comparable({ status, body }: { status: number; body: Record<string, unknown> }): string {
  const { request_id: _, meta, ...rest } = body;
  const { elapsed_ms: __, ...told } = (meta ?? {}) as Record<string, unknown>;
  return JSON.stringify({ status, ...rest, meta: told });
}

async function answers(who: keyof typeof tokens, urls: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < urls.length; from += 6) {
    const some = urls.slice(from, from + 6).map(async (url) => `${url}: ${comparable(await ask(who, url))}`);
    found.push(...(await Promise.all(some)));
  }
  return found;
}

const urls = drawQuestions(process.env.CUSTODY_TEST_LONG === '1' ? 400 : 18, 4);
const single = ['env', 'server', 'human'] as const;
/** For a token of one restriction a third of them, of all routes. */
const asked = (who: Restricted) =>
  who === 'all' ? urls : urls.filter((_, index) => single[(index + Math.floor(index / 17)) % 3] === who);

test('whatever lies outside of a restriction changes no answer, of whatever question', async () => {
  const { store } = service;
  const before = new Map<string, string[]>();
  for (const who of [...single, 'all'] as const) before.set(who, await answers(who, asked(who)));
  const unrestricted = await answers('admin', urls.slice(0, 5));
  const expectTheSame = async (who: Restricted) => expect(await answers(who, asked(who)), who).toEqual(before.get(who));
  // First what is outside of every restriction, then of another environment only, of another server, of another human.
  const hidden = await fill(store, { env: 'env-2', server: 'github', human: 'human|bob' }, 40, 2);
  await expectTheSame('server');
  await expectTheSame('human');
  hidden.push(...(await fill(store, { ...inside, env: 'env-2' }, 40, 3)));
  await readAndSeal(store, { ...inside, env: 'env-2' }, Math.floor(nowMs / hourMs) * hourMs - 6 * hourMs);
  await expectTheSame('env');
  hidden.push(...(await fill(store, { ...inside, server: 'github' }, 40, 4)));
  hidden.push(...(await fill(store, { ...inside, human: 'human|bob' }, 40, 5)));
  await findFlips(store);
  await expectTheSame('all');
  // The questions are such that what was added can be seen.
  const changed = (await answers('admin', urls.slice(0, 5))).filter((answer, index) => answer !== unrestricted[index]);
  expect(changed.length).toBeGreaterThan(2);
  await expectNoWayByReport(hidden);
  await expectNoWayById(hidden);
  await expectNoWayByCursor();
  await expectNoWayByAlert();
});

/** A report has the decisions that the token shows, the same number everywhere, and nothing else. */
async function expectNoWayByReport(hidden: readonly Flat[]): Promise<void> {
  const range = 'from=-2d';
  for (const who of ['human', 'all'] as const) {
    const headers = { host: 'custody.example', authorization: `Bearer ${tokens[who]}` };
    const response = await app.inject({ url: `/v1/reports/compliance?${range}&human=human|auth0:ada`, headers });
    expect(response.statusCode).toBe(200);
    const files = await zipFiles(response.rawPayload);
    const text = [...files].map(([name, bytes]) => (name.endsWith('.parquet') ? '' : bytes.toString())).join();
    expect(hidden.filter(({ id }) => text.includes(id))).toEqual(who === 'all' ? [] : expect.any(Array));
    expect(hidden.filter(({ id, human }) => human !== 'human|auth0:ada' && text.includes(id))).toEqual([]);
    const { body } = await ask(who, `/v1/aggregate?${range}&measures=decisions&human=human|auth0:ada`);
    const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '{}');
    expect(manifest.counts).toMatchObject({ decisions: body.data[0].decisions, possible: 0 });
  }
}

/** Decisions outside are as if they did not exist, word for word. */
async function expectNoWayById(hidden: readonly Flat[]): Promise<void> {
  const nobodys = '00000000-0000-4000-8000-000000000000';
  const none = comparable(await ask('all', `/v1/decisions/${nobodys}`));
  for (const { id } of [hidden[0], hidden[50], hidden[90], hidden[130]] as Flat[]) {
    expect((await ask('admin', `/v1/decisions/${id}`)).status).toBe(200);
    const answer = comparable(await ask('all', `/v1/decisions/${id}`));
    expect(answer.replaceAll(id, nobodys)).toBe(none);
  }
}

/** A cursor belongs to those who may see the same. */
async function expectNoWayByCursor(): Promise<void> {
  const url = '/v1/decisions?from=-2d&limit=2';
  const { body } = await ask('admin', url);
  const next = `${url}&cursor=${body.meta.next}`;
  expect((await ask('admin', next)).status).toBe(200);
  expect(await ask('all', next)).toMatchObject({ status: 400, body: { code: 'QUERY_BAD_CURSOR' } });
  const own = await ask('all', url);
  expect((await ask('all', `${url}&cursor=${own.body.meta.next}`)).status).toBe(200);
}

/** An alert outside is as if it did not exist; of one that is seen, what is about others is left out. */
async function expectNoWayByAlert(): Promise<void> {
  const isShown: Record<Restricted, (alert: (typeof alerts)[number]) => boolean> = {
    env: ({ subject }) => subject.envId === 'env-1',
    server: ({ subject: { kind, key } }) => ['server', 'tool', 'pair'].includes(kind) && key.includes('linear'),
    human: ({ subject: { kind, key } }) => kind === 'human' && key === inside.human,
    // No subject is surely of one server and of one human.
    all: () => false,
  };
  const alerts = placesTried.flatMap(restrictedAlerts).filter(({ sequence }) => sequence === 1);
  // Of what is inside those that a part of it shows, and one of each other place.
  const tried = [1, 2, 4, 8, 16, 23, 31].flatMap((at) => alerts[at] ?? []);
  const none = comparable(await ask('env', `/v1/alerts/${uuidOf('no alert')}`));
  for (const who of [...single, 'all'] as const) {
    const listed = (await ask(who, '/v1/alerts?limit=1000')).body.data as { id: string; withheld?: true }[];
    const seen = alerts.filter(isShown[who]).map(({ alertId }) => alertId);
    expect(listed.map(({ id }) => id).sort(), who).toEqual([...new Set(seen)].sort());
    const severe = (await ask(who, '/v1/alerts?limit=1000&severity=critical')).body;
    expect(severe.data.length, who).toBe(who === 'env' ? listed.length : 0);
    const answered = tried.map(async ({ alertId }) => ({ alertId, answer: await ask(who, `/v1/alerts/${alertId}`) }));
    for (const { alertId, answer } of await Promise.all(answered)) {
      if (seen.includes(alertId)) {
        expect(answer.status).toBe(200);
        if (who !== 'env') expect(answer.body.data).toMatchObject({ withheld: true });
        expect(namesBeyond(who, JSON.stringify(answer.body)), `${who} ${alertId}`).toEqual([]);
      } else expect(comparable(answer).replaceAll(alertId, uuidOf('no alert'))).toBe(none);
    }
    expect(namesBeyond(who, JSON.stringify(listed)), who).toEqual([]);
  }
}

/** Words, a severity and a runbook of what is told with an alert. */
const ofOthers = ['larger cause', 'Now also', '"critical"', 'of others'];

/** What an answer names that lies outside of a restriction. */
function namesBeyond(who: Restricted, text: string): string[] {
  const others: Record<Restricted, readonly string[]> = {
    env: ['env-2', 'staging'],
    server: ['github', ...ofOthers],
    human: ['human|bob', 'Bob', ...ofOthers],
    all: [],
  };
  return others[who].filter((name) => text.includes(name));
}

test('what is told of whole environments is not for those who may see a part; what may be somebody else’s neither', async () => {
  expect(await ask('env', '/v1/seals')).toMatchObject({ status: 200, body: { data: [{ env_id: 'env-1' }] } });
  for (const who of ['server', 'human', 'all'] as const) {
    expect(await ask(who, '/v1/seals')).toMatchObject({ status: 403, body: { code: 'QUERY_BEYOND_RESTRICTION' } });
    expect((await ask(who, '/v1/coverage')).body.data[0]).toMatchObject({ reported: null });
  }
  const possible = '/v1/decisions?human=human|auth0:ada&from=-2d';
  expect((await ask('env', possible)).body.meta.possible).toBeGreaterThan(0);
  expect((await ask('human', possible)).body.meta).not.toHaveProperty('possible');
  expect((await ask('human', `${possible}&include=possible`)).status).toBe(403);
});

test('what an answer was read from is not told to those who may see a part, since what others do changes it', async () => {
  const questions = ['agents/client-0?env=production', 'aggregate?group_by=tool', 'decisions'];
  for (const question of questions) {
    const levelsOf = async (who: keyof typeof tokens) => (await ask(who, `/v1/${question}`)).body.meta.levels;
    expect(await levelsOf('env'), question).toContain('raw');
    for (const who of ['server', 'human', 'all'] as const) expect(await levelsOf(who), question).toEqual([]);
  }
});

test('whatever operation reads is among the questions that are tried', async () => {
  const { paths } = (await app.inject('/openapi.json')).json() as { paths: Record<string, object> };
  const tried = drawQuestions(200, 1).map((url) => url.split('?')[0] ?? '');
  const isTried = (path: string) => {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return tried.some((url) => pattern.test(url));
  };
  const others = Object.keys(paths).filter((path) => 'get' in (paths[path] ?? {}) && !isTried(path));
  // By id and the report: tried above; the stream: below. Silences: with the alerts. Tokens: for those who may see everything.
  // Who asks: of the token alone. Rules are no rows: they say what is looked for, not what was found.
  const known = [
    ...['/v1/decisions/stream', '/v1/decisions/{id}', '/v1/me', '/v1/reports/compliance'],
    ...['/v1/rules', '/v1/rules/{name}', '/v1/silences', '/v1/tokens'],
  ];
  expect(others.sort()).toEqual(known);
});
