import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, type StoreClient } from '@custody/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { replay } from '../src/replay/replay.ts';
import { newSecret } from './kit/channels.ts';

const user = { name: 'pipeline', password: 'for tests only', access: 'full' } as const;
// The first look is at the moment that it is: all others come after it.
const startMs = Math.ceil(Date.now() / 60_000) * 60_000;
const script = new URL('./kit/alerter-process.ts', import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), 'custody-alerter-'));
const children = new Set<ChildProcess>();
/** Names of what was sent, as often as it was. */
const received: { readonly alertId: string; readonly sequence: number; readonly id: string }[] = [];
let client: StoreClient;
let storeUrl: string;
let stop: () => Promise<void>;
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += String(part);
  });
  request.on('end', () => {
    const { alert_id: alertId, sequence, transition_id: id } = JSON.parse(body).data;
    received.push({ alertId, sequence, id });
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  const path = join(directory, 'store');
  await putMigratedStore(path);
  const engine = await startEmbeddedClickHouse({ directory: path, port: 0, users: [user] });
  storeUrl = engine.url;
  const logger = createLogger({ service: 'test', level: 'silent' });
  client = createStoreClient({
    url: engine.url,
    username: user.name,
    password: user.password,
    application: 't',
    logger,
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const hook = `webhook: { url: 'http://127.0.0.1:${port}/in', secret: env:HOOK_SECRET }`;
  writeFileSync(join(directory, 'rules.yaml'), `channels:\n  - name: soc\n    ${hook}\n    allow_private: true\n`);
  stop = async () => {
    await client.close();
    await engine.stop();
  };
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stop();
  receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

function start(point: string): ChildProcess {
  const env = {
    ...{ CUSTODY_DATA_DIR: join(directory, 'data'), CLICKHOUSE_URL: storeUrl, CLICKHOUSE_USER: user.name },
    ...{ CLICKHOUSE_PASSWORD: user.password, CUSTODY_RULES_FILE: join(directory, 'rules.yaml') },
    ...{ HOOK_SECRET: secret, POINT: point, START_MS: String(startMs), LOG_LEVEL: 'error' },
  };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(child);
  return child;
}
const secret = newSecret();

async function recorded() {
  const sql = `SELECT toString(transition_id) AS id, toString(alert_id) AS alertId, sequence, kind, subject_key FROM custody.alerts
ORDER BY alert_id, sequence`;
  const rows = await client.select('test', sql, {});
  return rows as { id: string; alertId: string; sequence: number; kind: string; subject_key: string }[];
}

test('killed between judging, counting, sending and noting, and with two at once, each step arrives and has one id', {
  timeout: 120_000,
}, async () => {
  for (const point of ['judged', 'counted', 'sent']) {
    const child = start(point);
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  }
  const two = [start(''), start('')];
  // Whichever comes second may still be starting when the first has done everything.
  const ready = two.map((child) => once(child, 'message'));
  const kindsOf = async (key: string) =>
    (await recorded()).filter(({ subject_key }) => subject_key === key).map(({ kind }) => kind);
  const isDone = async () => {
    expect(await kindsOf('agent|one')).toEqual(['opened', 'escalated']);
    expect(await kindsOf('agent|two')).toEqual(['opened']);
    expect(new Set(received.map(({ id }) => id)).size).toBeGreaterThanOrEqual(3);
  };
  await vi.waitFor(isDone, { timeout: 60_000, interval: 100 });
  for (const [told] of await Promise.all(ready)) expect(told).toMatchObject({ type: 'ready' });
  // Listened for before either is asked to end: whichever ends first is heard.
  const ends = two.map((child) => once(child, 'exit'));
  for (const child of two) child.kill('SIGTERM');
  for (const [code] of await Promise.all(ends)) expect(code).toBe(0);
  const steps = await recorded();
  const one = (it: { alertId: string; sequence: number }) => `${it.alertId} ${it.sequence}`;
  // Each step is on record once and was received once at least, under the one id that it has.
  expect(new Set(steps.map(one)).size).toBe(steps.length);
  const ids = new Map(steps.map((step) => [one(step), step.id]));
  for (const it of received) expect(it.id).toBe(ids.get(one(it)));
  for (const step of steps) expect(received.map(({ id }) => id)).toContain(step.id);
  // And whatever led to it comes to the same once more.
  for (const { id } of steps) expect(await replay(client, id)).toMatchObject({ transitionId: id, isSame: true });
});
