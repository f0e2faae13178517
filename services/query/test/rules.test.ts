import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type TestService } from './service.ts';
import { get, make } from './tokens.ts';

const file = join(tmpdir(), `custody-rules-${process.pid}.yaml`);
const written = `channels:
  - name: oncall
    slack: { url: env:SLACK_WEBHOOK_URL }
rules:
  - name: linear-denials
    scope: { server: linear }
    channels: oncall
    mute: { days: [sat, sun], zone: Europe/Berlin }
  - name: limits
    threshold: { at_least: 50, within: 10m, per: agent }
`;

let service: TestService;
let app: FastifyInstance;
let admin: string;

beforeAll(async () => {
  service = await startService();
  writeFileSync(file, written);
  app = await service.create({ rulesFile: file });
  admin = (await make(app, { name: 'admin', scope: 'admin' })).token;
});
afterAll(async () => {
  await app.close();
  await service.stop();
  rmSync(file, { force: true });
});

type Condition = Readonly<Record<string, string>>;

const callIf = (condition: Condition, method: 'PUT' | 'DELETE', name: string, payload?: object, token = admin) =>
  app.inject({
    ...{ method, url: `/v1/rules/${name}` },
    headers: { host: 'localhost', authorization: `Bearer ${token}`, ...condition },
    ...(payload !== undefined && { payload }),
  });
const call = (method: 'PUT' | 'DELETE', name: string, payload?: object, token = admin) =>
  callIf({}, method, name, payload, token);

const list = async (token = admin) => (await get(app, '/v1/rules', token)).json();

const namesOf = ({ data }: { data: { name: string; origin: string }[] }) =>
  data.map(({ name, origin }) => `${name} ${origin}`);

test('rules of the file are shown with where they stand, beside those that come with Custody, and no secret is', async () => {
  const answer = await list();
  expect(namesOf(answer)).toEqual([
    ...['blindness default', 'limits file', 'linear-denials file'],
    ...['suspicious-agents default', 'unusual-denials default'],
  ]);
  expect(answer.data[2]).toMatchObject({
    ...{ read_only: true, file, line: 5, enabled: true, channels: ['oncall'], budget: 0.2 },
    scope: { server: ['linear'], agent: [] },
    mute: [{ days: ['sat', 'sun'], from: '00:00', to: '00:00', zone: 'Europe/Berlin', text: 'sat, sun Europe/Berlin' }],
    document: { name: 'linear-denials', scope: { server: 'linear' } },
  });
  expect(answer.data[1]).toMatchObject({
    line: 9,
    detectors: ['threshold'],
    threshold: { at_least: 50, within_seconds: 600, per: 'agent' },
    severity: { threshold: 'warning' },
  });
  expect(answer.meta).toMatchObject({
    file: { path: file, is_there: true, faults: [] },
    channels: ['oncall'],
    not_understood: [],
  });
  expect(JSON.stringify(answer)).not.toContain('SLACK');
});

test('a rule is made, changed and deleted over the API, each version on record', async () => {
  const made = await call('PUT', 'quiet', { scope: { agent: 'cursor' }, budget: 0.1 });
  expect(made.statusCode).toBe(201);
  expect(made.json().data).toMatchObject({ origin: 'api', read_only: false, changed_by: 'admin', budget: 0.1 });
  const changed = await call('PUT', 'quiet', { scope: { agent: 'cursor' }, budget: 0.5 });
  expect(changed.statusCode).toBe(200);
  expect(changed.json().data.version).not.toBe(made.json().data.version);
  const one = (await get(app, '/v1/rules/quiet', admin)).json().data;
  expect(one.versions.map((it: { document: { budget: number } }) => it.document.budget)).toEqual([0.5, 0.1]);
  expect((await call('DELETE', 'quiet')).json().data).toBeNull();
  expect((await get(app, '/v1/rules/quiet', admin)).statusCode).toBe(404);
  expect((await call('DELETE', 'quiet')).statusCode).toBe(404);
  const again = await call('PUT', 'quiet', { scope: { agent: 'cursor' } });
  expect(again.statusCode).toBe(201);
  const all = (await get(app, '/v1/rules/quiet', admin)).json().data.versions;
  expect(all.map(({ version }: { version: string | null }) => version === null)).toEqual([false, true, false, false]);
  await call('DELETE', 'quiet');
});

test('of two who change one rule at once the second is told, and what the first said stays', async () => {
  const made = await callIf({ 'if-none-match': '*' }, 'PUT', 'shared', { budget: 0.1 });
  expect(made.statusCode).toBe(201);
  const { version } = made.json().data;
  const seen = { 'if-match': (await get(app, '/v1/rules/shared', admin)).headers.etag as string };
  expect([seen['if-match'], made.headers.etag]).toEqual([`"${version}"`, `"${version}"`]);
  // At the same moment, too.
  const both = await Promise.all([0.2, 0.3].map((budget) => callIf(seen, 'PUT', 'shared', { budget })));
  expect(both.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 412]);
  const [first, second] = both.toSorted((a, b) => a.statusCode - b.statusCode);
  const now = first?.json().data;
  expect(second?.json()).toMatchObject({ code: 'QUERY_RULE_CHANGED', version: now.version });
  expect(second?.json().detail).toContain(`changed by admin at ${now.changed_at}`);
  expect(second?.headers.etag).toBeUndefined();
  expect((await callIf(seen, 'DELETE', 'shared')).statusCode).toBe(412);
  expect((await callIf({ 'if-none-match': '*' }, 'PUT', 'shared', {})).statusCode).toBe(412);
  expect((await get(app, '/v1/rules/shared', admin)).json().data).toMatchObject({ version: now.version });
  // Whoever goes by what runs changes it, also where something between weakened the tag; so does who asks for nothing.
  const known = { 'if-match': `"other", W/"${now.version}"` };
  expect((await callIf(known, 'PUT', 'shared', { budget: 0.4 })).statusCode).toBe(200);
  expect((await call('PUT', 'shared', { budget: 0.5 })).statusCode).toBe(200);
  expect((await callIf({ 'if-match': '*' }, 'DELETE', 'shared')).statusCode).toBe(200);
  for (const condition of [seen, { 'if-match': '*' }]) {
    expect((await callIf(condition, 'PUT', 'shared', {})).json()).toMatchObject({ status: 412, version: null });
  }
});

test('whoever changes a rule that comes with Custody goes by that one', async () => {
  const { version } = (await get(app, '/v1/rules/blindness', admin)).json().data;
  const first = await callIf({ 'if-match': `"${version}"` }, 'PUT', 'blindness', { enabled: false });
  expect(first.statusCode).toBe(201);
  expect((await callIf({ 'if-match': `"${version}"` }, 'PUT', 'blindness', { budget: 0.1 })).statusCode).toBe(412);
  const known = { 'if-match': `"${first.json().data.version}"` };
  expect((await callIf(known, 'DELETE', 'blindness')).json().data).toMatchObject({ origin: 'default', version });
  expect((await callIf(known, 'DELETE', 'blindness')).json().detail).toContain('comes with Custody');
});

test('a rule of the API stands in for one that comes with Custody, which runs again once it is deleted', async () => {
  await call('PUT', 'blindness', { enabled: false, detectors: ['coverage_lost'] });
  const standing = (await list()).data.find(({ name }: { name: string }) => name === 'blindness');
  expect(standing).toMatchObject({ origin: 'api', enabled: false, stands_in_for: ['default'] });
  expect((await call('DELETE', 'blindness')).json().data).toMatchObject({ origin: 'default', enabled: true });
  expect((await call('DELETE', 'blindness')).json()).toMatchObject({ status: 409, code: 'QUERY_RULE_OF_CUSTODY' });
});

test('a rule of the file cannot be changed over the API, which names the file', async () => {
  for (const response of [await call('PUT', 'limits', { budget: 1 }), await call('DELETE', 'limits')]) {
    expect(response.json()).toMatchObject({ status: 409, code: 'QUERY_RULE_OF_FILE', file, line: 9 });
  }
});

test('every fault of a rule is told at once', async () => {
  const response = await call('PUT', 'bad', {
    ...{ name: 'other', budgt: 1, detectors: ['spikes'], channels: 'pager', mute: { zone: 'Berlin' } },
  });
  const { status, code, faults } = response.json();
  expect([status, code]).toEqual([400, 'QUERY_BAD_RULES']);
  expect(faults.map(({ path }: { path: string }) => path).sort()).toEqual([
    'budgt',
    'detectors[0]',
    'mute.zone',
    'name',
  ]);
  const channel = await call('PUT', 'bad', { channels: 'oncal' });
  expect(channel.json().faults).toMatchObject([{ path: 'channels', right: 'oncall' }]);
});

test('a rule may be the text of one, whose faults have their lines', async () => {
  // As JSON: a text and nothing else.
  const put = (text: string) =>
    app.inject({
      ...{ method: 'PUT', url: '/v1/rules/written', payload: JSON.stringify(text) },
      headers: { host: 'localhost', authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    });
  const made = await put('# Nights only\nbudget: 0.1\nscope: { agent: cursor }\n');
  expect(made.json().data).toMatchObject({ document: { name: 'written', budget: 0.1, scope: { agent: 'cursor' } } });
  const faultsOf = async (text: string) => (await put(text)).json().faults;
  expect(await faultsOf('name: written\n\nbudgt: 1\ndetectors: [spikes]')).toMatchObject([
    { path: 'budgt', line: 3 },
    { path: 'detectors[0]', line: 4 },
  ]);
  expect(await faultsOf('scope: {')).toMatchObject([{ path: '' }]);
  expect(await faultsOf('- name: written')).toMatchObject([{ wrong: 'it is not a map' }]);
  expect((await get(app, '/v1/rules/written', admin)).json().data.versions).toHaveLength(1);
  await call('DELETE', 'written');
});

test('a wrong file leaves its last rules in force and says what is wrong', async () => {
  writeFileSync(file, written.replace('threshold:', 'treshold:'));
  const wrong = await list();
  expect(wrong.meta.file.faults).toMatchObject([{ path: 'rules[1].treshold', line: 10 }]);
  expect(namesOf(wrong)).toContain('limits file');
  writeFileSync(file, written);
  expect((await list()).meta.file.faults).toEqual([]);
});

test('tokens other than of scope admin change nothing, and restricted ones see no rule that names what is not theirs', async () => {
  const operate = (await make(app, { name: 'operate', scope: 'operate' }, admin)).token;
  expect((await call('PUT', 'quiet', {}, operate)).statusCode).toBe(403);
  expect((await call('DELETE', 'limits', undefined, operate)).statusCode).toBe(403);
  await call('PUT', 'about-cursor', { scope: { agent: 'cursor' } });
  const github = (await make(app, { name: 'github', scope: 'read', server: ['github'] }, admin)).token;
  const linear = (await make(app, { name: 'linear', scope: 'read', server: ['linear'] }, admin)).token;
  expect(namesOf(await list(github))).toEqual([
    ...['blindness default', 'limits file', 'suspicious-agents default', 'unusual-denials default'],
  ]);
  expect(namesOf(await list(linear))).toContain('linear-denials file');
  expect(namesOf(await list(operate))).toContain('about-cursor api');
  expect((await get(app, '/v1/rules/about-cursor', linear)).statusCode).toBe(404);
  await call('DELETE', 'about-cursor');
});
