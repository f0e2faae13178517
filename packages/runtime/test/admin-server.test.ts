import { afterEach, expect, test } from 'vitest';
import { type AdminServer, adminErrors, Counter, createMetrics, isError, startAdminServer } from '../src/index.ts';

const servers: AdminServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(check: () => void, port = 0): Promise<AdminServer> {
  const metrics = createMetrics('test');
  new Counter({ name: 'custody_test_total', help: 'h', registers: [metrics] }).inc(3);
  const server = await startAdminServer({ host: '127.0.0.1', port, metrics, checks: { store: check } });
  servers.push(server);
  return server;
}

test('readiness says which dependency is missing and why', async () => {
  const { url } = await start(() => {
    throw new Error('store is down');
  });
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ready: false, checks: { store: 'store is down' } });
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});

test('metrics carry the service', async () => {
  const { url } = await start(() => undefined);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('custody_test_total{service="test"} 3');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('a busy port is an error that names the variable', async () => {
  const { url } = await start(() => undefined);
  const refused = await start(() => undefined, Number(new URL(url).port)).catch((error: unknown) => error);
  expect(isError(refused, adminErrors.PORT_IN_USE)).toBe(true);
  expect(String((refused as { remedy: string }).remedy)).toContain('CUSTODY_ADMIN_PORT');
});
