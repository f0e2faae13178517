import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, serveEntries } from '../src/index.ts';
import { auditLogs, get, type Json, type ListPage } from './client.ts';

const lines = [
  '{"id":"00000000-0000-4000-8000-000000000001","timestamp":"2026-01-01T12:00:00+00:00","org_id":"00000000-0000-4000-8000-0000000000a1","project_id":"00000000-0000-4000-8000-0000000000a2","env_id":"00000000-0000-4000-8000-0000000000a3", "user_key":"agent|one","action":"read","decision":true}',
  '{ "id": "00000000000040008000000000000002", "timestamp": "2026-01-01T14:00:00.123456789+02:00", "org_id": "x", "project_id": "x", "env_id": "x", "decision": null, "é": 1.0 }',
  '',
  '{"id":"00000000-0000-4000-8000-000000000003","timestamp":"2026-01-01T11:59:59Z","org_id":"x","project_id":"x","env_id":"x","query":"permit/user_permissions"}',
];
let directory: string;
let api: RunningApi;
let logs: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'entries-'));
  const path = join(directory, 'entries.ndjson');
  await writeFile(path, `${lines.join('\n')}\n`);
  api = await serveEntries({ entries: path, facts: { users: [{ id: 'a', key: 'agent|one', first_name: 'One' }] } });
  logs = await auditLogs(api);
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true });
});

test('lines are served byte for byte, newest first, at the ids that they name', async () => {
  const { body, text } = await get<ListPage>(api, logs);
  expect(logs).toContain('/00000000-0000-4000-8000-0000000000a2/00000000-0000-4000-8000-0000000000a3/');
  expect(body.total_count).toBe(2);
  expect(text.startsWith(`{"data":[${lines[1]},${lines[0]}]`)).toBe(true);
});

test('filters, bounds and details work as over the world', async () => {
  const at = Date.parse('2026-01-01T12:00:00Z') / 1000;
  const total = async (query: string) => (await get<ListPage>(api, `${logs}?${query}`)).body.total_count;
  expect(await total(`timestamp_from=${at}&timestamp_to=${at}`)).toBe(1);
  expect(await total(`timestamp_from=${at - 1}&timestamp_to=${at + 1}&query=none`)).toBe(3);
  expect(await total('users=agent%7Cone')).toBe(1);
  const detail = await get(api, `${logs}/00000000-0000-4000-8000-000000000002`);
  expect(detail.body).toMatchObject({ decision: null, raw_data: { timestamp: '2026-01-01T14:00:00.123456789+02:00' } });
});

test('given facts are served, others are empty', async () => {
  const facts = logs.replace('/v2/pdps', '/v2/facts').replace('/audit_logs', '');
  expect((await get(api, `${facts}/users/agent%7Cone`)).body).toMatchObject({ first_name: 'One' });
  expect((await get<Json[]>(api, `${facts}/role_assignments`)).body).toEqual([]);
});

test('a line that is no entry is refused with its number', async () => {
  await expect(serveEntries({ entries: [lines[0] ?? '', '{"id":1}'] })).rejects.toMatchObject({
    code: 'SIMULATOR_ENTRY_INVALID',
    message: expect.stringContaining('line 2'),
  });
  await expect(serveEntries({ entries: join(directory, 'none') })).rejects.toMatchObject({
    code: 'SIMULATOR_FILE_UNREADABLE',
  });
});
