import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertTransition, dayMs, minuteMs } from '@custody/decision';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, type StoreClient, writeFacts } from '@custody/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putMigratedStore } from '../../../../test/kit/migrated-store.ts';
import { everydayFromMs, everydayUntilMs, fillEveryday } from './everyday.ts';
import { callsOf, consentsOf, simulatedEnvId, simulatedWorld } from './simulated.ts';
import { storeCalls, storeIncidents, storeProof } from './store-incidents.ts';
import { beginMs, causesOfSimulated, readableAfterMs, trueIncidents, withinMs } from './truth.ts';
import { watchStore } from './watching.ts';

/** The long form: the whole demonstration's world with all that it does in an hour, and incidents to their ends. */
const isLong = process.env.CUSTODY_TEST_LONG === '1';
const quietEnvId = 'quiet';
const user = { name: 'pipeline', password: 'for tests only', access: 'full' } as const;
const lastMs = (isLong ? 66 : 7.5) * minuteMs;

/** Those whose alert has to be there before the watching ends. */
const judged = trueIncidents.filter(
  ({ fromMs, tellingMs }) => fromMs + tellingMs + readableAfterMs + withinMs <= lastMs,
);
const world = simulatedWorld(beginMs, isLong ? {} : { scale: 0.1, watchers: false });
const live = world.incidents.filter(({ live: isLive, toMs }) => isLive && toMs - beginMs <= lastMs);
const directory = mkdtempSync(join(tmpdir(), 'custody-incidents-'));
let engine: EmbeddedClickHouse;
let client: StoreClient;
let steps: readonly AlertTransition[];
let firstCalls: ReadonlyMap<string, number>;

beforeAll(async () => {
  await putMigratedStore(directory);
  engine = await startEmbeddedClickHouse({ directory, port: 0, users: [user] });
  const login = { username: user.name, password: user.password, application: 'test' };
  client = createStoreClient({ url: engine.url, ...login, logger: createLogger({ service: 'test', level: 'silent' }) });
  const envIds = [quietEnvId, ...judged.map(({ name }) => name)];
  await fillEveryday(client, envIds);
  await storeIncidents(client, judged);
  for (const envId of envIds) await storeProof(client, envId, everydayFromMs, everydayUntilMs);
  const calls = callsOf(world, beginMs + lastMs);
  await storeCalls(client, calls);
  const consents = consentsOf(world, beginMs);
  await writeFacts(
    client,
    consents.map((record, index) => ({ record, position: index + 1 })),
  );
  await storeProof(client, simulatedEnvId, beginMs - 14 * dayMs, everydayUntilMs);
  firstCalls = new Map(
    live.map(({ id, fromMs, toMs, agentKey, server }) => {
      const own = calls.filter(({ atMs, agent, server: on, verdict }) => {
        const isOf = agentKey === undefined ? on === server && verdict === 'deny' : agent === agentKey;
        return isOf && atMs >= fromMs && atMs < toMs;
      });
      return [id, own[0]?.atMs ?? Number.NaN];
    }),
  );
  steps = await watchStore(client, beginMs - minuteMs, beginMs + lastMs);
}, 1_200_000);
afterAll(async () => {
  await client.close();
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

const openedIn = (envId: string) =>
  steps.filter(({ kind, subject }) => kind === 'opened' && subject.envId === envId).map(said);

function said({ subject: { kind, key }, detector, decidedAtMs, sentence }: AlertTransition) {
  return { kind, key, detector, decidedAtMs, sentence };
}

describe('each incident is one alert with its cause, in time', () => {
  test.each(judged.map((one) => [one.name, one] as const))('%s', (name, { fromMs, tellingMs, subject, causes }) => {
    const opened = openedIn(name);
    expect(opened).toEqual([
      { ...subject, detector: expect.any(String), decidedAtMs: expect.any(Number), sentence: expect.any(String) },
    ]);
    expect(causes).toContain(opened[0]?.detector);
    const readableMs = beginMs + fromMs + tellingMs + readableAfterMs;
    expect(opened[0]?.decidedAtMs).toBeGreaterThan(beginMs + fromMs);
    expect(opened[0]?.decidedAtMs).toBeLessThanOrEqual(readableMs + withinMs);
  });

  test('the simulator’s, counted from the first decision of each', () => {
    const opened = openedIn(simulatedEnvId);
    expect(live.length).toBe(isLong ? 3 : 1);
    // With what is said of each, so that one too many tells why it is there.
    const told = opened.map(({ kind, key, detector, sentence }) => `${kind} ${key}: ${detector}, ${sentence}`);
    expect(opened.map(({ kind, key }) => `${kind} ${key}`).sort(), told.join('\n')).toEqual(
      live.map(({ agentKey, server }) => (agentKey === undefined ? `server ${server}` : `agent ${agentKey}`)).sort(),
    );
    for (const { id, kind, agentKey, server } of live) {
      const own = opened.find(({ key }) => key === (agentKey ?? server));
      expect(causesOfSimulated[kind]).toContain(own?.detector);
      expect(own?.decidedAtMs).toBeLessThanOrEqual((firstCalls.get(id) ?? 0) + readableAfterMs + withinMs);
    }
  });
});

test('nothing is told of everyday work, and no alert ends in another one', () => {
  expect(openedIn(quietEnvId)).toEqual([]);
  expect(steps.filter(({ kind }) => kind === 'merged').map(said)).toEqual([]);
});
