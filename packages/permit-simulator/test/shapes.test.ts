import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../src/index.ts';
import { auditLogs, get, type Json, type ListPage } from './client.ts';
import { auditLogPage, detailedEntry, keyScope, listShapes } from './shapes.ts';

const anchorMs = Date.parse('2026-03-11T14:20:33Z');
let api: Simulator;
let logs: string;

beforeAll(async () => {
  const requestsPerMinute = Number.POSITIVE_INFINITY;
  api = await startSimulator({ anchorMs, now: () => anchorMs, historyDecisions: 3000, requestsPerMinute });
  logs = await auditLogs(api);
});
afterAll(() => api.stop());

test.each(listShapes)('%s has the documented shape and is not empty', async (path, shape) => {
  const [area, ...rest] = path.split('/');
  const base = logs.replace('/v2/pdps', `/v2/${area}`).replace('/audit_logs', '');
  const { body, status } = await get<Json | Json[]>(api, `${base}/${rest.join('/')}`);
  expect(status).toBe(200);
  shape.parse(body);
  const rows = Array.isArray(body) ? body : ((body.data as Json[] | undefined) ?? [body]);
  expect(rows.length).toBeGreaterThan(0);
});

test('every page of the audit log, whatever the query, has the documented shape', async () => {
  for (let page = 1; page <= 30; page += 1) {
    const { body } = await get(api, `${logs}?query=none&per_page=100&page=${page}`);
    auditLogPage.parse(body);
  }
});

test('details have the documented shape, with objects filled, empty or left out', async () => {
  const { body } = await get<ListPage>(api, `${logs}?per_page=100`);
  const seen = new Set<string>();
  for (const { id } of body.data) {
    const detail = detailedEntry.parse((await get(api, `${logs}/${id}`)).body);
    seen.add(detail.objects ? (Object.keys(detail.objects).length > 0 ? 'filled' : 'empty') : 'absent');
  }
  expect([...seen].sort()).toEqual(['absent', 'empty', 'filled']);
});

test('the key names its scope', async () => {
  keyScope.parse((await get(api, '/v2/api-key/scope')).body);
});
