import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minuteMs } from '@custody/decision';
import { defaultCountModel, emptyHistory } from '@custody/detect';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createApp } from '@custody/query';
import { createLogger, createMetrics, Lifecycle, systemClock } from '@custody/runtime';
import {
  createStoreClient,
  DecisionBlock,
  type StoreClient,
  writeAlertTransitions,
  writeDecisions,
} from '@custody/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { composeAlerter } from '../../alerter/src/compose.ts';
import { readAlerterConfig } from '../../alerter/src/config.ts';
import { newSecret } from '../../alerter/test/kit/channels.ts';
import { receiver } from '../../alerter/test/kit/receiver.ts';
import { quietEnvironment, scriptedStore } from '../../alerter/test/kit/scripted-look.ts';
import { alertDecisions, alertSteps, nowMs } from './alerts-world.ts';
import { answeredDocument, runCommand } from './documented-commands.ts';

const login = { username: 'pipeline', password: 'secret' };
const logger = createLogger({ service: 'test', level: 'silent' });
const limits = { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 };
const directory = temporaryDirectory();
const closers: (() => unknown)[] = [() => directory[Symbol.dispose]()];
let store: StoreClient;
let storeUrl = '';

/** The API over the store, as of a clock. */
async function serve(clock = systemClock, token: string | null = null): Promise<string> {
  const app = await createApp({ store, clock, logger, limits, token, metrics: createMetrics('query') });
  closers.push(() => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
}

beforeAll(async () => {
  const path = join(directory.path, 'store');
  await putMigratedStore(path);
  const engine = await startEmbeddedClickHouse({
    ...{ directory: path, port: 0, logger },
    users: [{ name: login.username, password: login.password, access: 'full' }],
  });
  closers.push(() => engine.stop());
  storeUrl = engine.url;
  store = createStoreClient({ ...login, url: storeUrl, application: 'test', logger });
  closers.push(() => store.close());
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

test('every command of the page on alerts answers as the page says', async () => {
  await writeDecisions(store, DecisionBlock.of(alertDecisions));
  await writeAlertTransitions(
    store,
    alertSteps.map((transition) => ({ transition, lookId: null })),
  );
  const url = await serve({ ...systemClock, now: () => nowMs });
  const document = join(import.meta.dirname, '..', '..', '..', 'docs', 'alerts.md');
  const { commands, answered } = await answeredDocument(readFileSync(document, 'utf8'), { CUSTODY_URL: url });
  expect(commands.length).toBeGreaterThanOrEqual(5);
  // What a silence is called is drawn anew each time.
  const stable = answered.replaceAll(/^[0-9a-f]{8}-[0-9a-f]{4}(?= {2}active)/gm, '5c1e0a77-d2b4');
  await expect(stable).toMatchFileSnapshot(document);
});

/** One agent whose denials nobody expects, more of them from the fifth minute on. */
function environmentAt(atMs: number, startMs: number) {
  const denials = atMs < startMs + 5 * minuteMs ? 40 : 400;
  const series = {
    ...{ kind: 'agent' as const, key: 'agent|one', firstSeenMs: atMs - 20 * 24 * 60 * minuteMs, masked: [], tools: [] },
    ...{ observed: { bucket: denials, block: denials }, history: emptyHistory(defaultCountModel) },
  };
  return quietEnvironment(atMs, { series: [series] });
}

interface Shown {
  readonly data: {
    readonly id: string;
    readonly status: string;
    readonly transitions: readonly {
      readonly kind: string;
      readonly actor: string;
      readonly note: string;
      readonly silenced_by: readonly string[];
      readonly window: { readonly from: string; readonly to: string };
      readonly expected: number;
      readonly bound: number;
    }[];
    readonly pending: readonly unknown[];
    readonly series: { readonly points: readonly { at: string; expected: number | null; bound: number | null }[] };
  };
}

test('what is asked over the API the alerter takes up, and what no channel took is sent again', {
  timeout: 120_000,
}, async () => {
  let isRefusing = true;
  await using channel = await receiver((response) => response.writeHead(isRefusing ? 403 : 204).end());
  const rules = join(directory.path, 'rules.yaml');
  const hook = `webhook: { url: 'http://127.0.0.1:${channel.port}/in', secret: env:HOOK_SECRET }`;
  writeFileSync(rules, `channels:\n  - name: soc\n    ${hook}\n    allow_private: true\n`);
  const data = join(directory.path, 'data');
  const url = await serve(systemClock, 'the-admin-token-of-this-test');
  const startMs = Math.ceil(Date.now() / minuteMs) * minuteMs;
  let tick: (atMs: number) => Promise<void> = async () => undefined;
  const lifecycle = new Lifecycle({ logger });
  await composeAlerter(
    readAlerterConfig({
      ...{ CUSTODY_DATA_DIR: data, CUSTODY_RULES_FILE: rules, CLICKHOUSE_URL: storeUrl, HOOK_SECRET: newSecret() },
      ...{ CLICKHOUSE_USER: login.username, CLICKHOUSE_PASSWORD: login.password },
    }),
    { lifecycle, logger, clock: systemClock },
    {
      schedule: {
        start(onTick) {
          tick = (atMs) => onTick(atMs);
          return () => undefined;
        },
      },
      around: { store: () => scriptedStore((atMs) => environmentAt(atMs, startMs)) },
    },
  );
  const variables = {
    CUSTODY_URL: url,
    CUSTODY_TOKEN: 'the-admin-token-of-this-test',
    CUSTODY_DATA_DIR: data,
    PERMIT_API_KEY: 'x',
  };
  const made = JSON.parse((await runCommand('token create --name Ann --scope operate --json', variables)).printed);
  const ann = { ...variables, CUSTODY_TOKEN: made.data.token as string };
  const json = async (command: string) => JSON.parse((await runCommand(`${command} --json`, ann)).printed);
  const until = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 60_000, interval: 50 });
  // What is judged lies up to a minute ahead of the clock.
  const soon = new Date(startMs + 60 * minuteMs).toISOString();
  let id = '';
  try {
    // Until the leader ticks, nothing is found; then twice, since what comes up waits for its like.
    await until(async () => {
      for (const atMs of [startMs, startMs + minuteMs]) await tick(atMs);
      const { data: alerts } = await json(`alerts --agent agent|one --to ${soon}`);
      expect(alerts).toMatchObject([{ status: 'open', subject: { key: 'agent|one' } }]);
      id = alerts[0].id;
    });
    const asked = await runCommand(`alerts ack ${id} --note 'on it'`, ann);
    expect(asked.printed).toContain('Asked for by Ann');
    expect(((await json(`alerts show ${id}`)) as Shown).data.pending).toMatchObject([{ actor: 'Ann', note: 'on it' }]);
    await tick(startMs + 2 * minuteMs);
    await until(async () => {
      const shown: Shown = await json(`alerts show ${id}`);
      expect(shown.data).toMatchObject({ status: 'acknowledged', pending: [] });
      expect(shown.data.transitions.at(-1)).toMatchObject({ kind: 'acknowledged', actor: 'Ann', note: 'on it' });
    });
    // Twice is once, whoever is second.
    expect((await runCommand(`alerts ack ${id}`, variables)).printed).toContain('acknowledged already, by Ann');
    const silence = await json(`silence add --agent one --expires 1h --reason 'known'`);
    expect(silence.data).toMatchObject({ state: 'active', created_by: 'Ann', matcher: { agent: ['one'] } });
    await tick(startMs + 5 * minuteMs);
    await until(async () => {
      const { data: alert }: Shown = await json(`alerts show ${id}`);
      expect(alert.transitions.map(({ kind, silenced_by }) => [kind, silenced_by])).toEqual([
        ['opened', []],
        ['acknowledged', []],
        ['escalated', [`silence:${silence.data.id}`]],
      ]);
      // What was expected of the windows around it is what it was judged by, for the hour of each.
      const [opened] = alert.transitions;
      const endMs = Math.ceil(Date.parse(opened?.window.to ?? '') / (5 * minuteMs)) * 5 * minuteMs;
      const point = alert.series.points.find(({ at }) => Date.parse(at) === endMs - 5 * minuteMs);
      expect(point).toMatchObject({ expected: opened?.expected, bound: opened?.bound });
      expect(alert.series.points[0]).toMatchObject({ expected: expect.any(Number), bound: expect.any(Number) });
    });
    await json(`silence end ${silence.data.id.slice(0, 8)}`);
    expect((await json('silence list --state ended')).data).toMatchObject([{ id: silence.data.id, ended_by: 'Ann' }]);
    const dead = await until(async () => {
      const given: { id: string; kind: string; status: number }[] = await json('alerts deliveries list');
      expect(given.map(({ kind, status }) => [kind, status])).toEqual([
        ['opened', 403],
        ['acknowledged', 403],
      ]);
      return given;
    });
    isRefusing = false;
    const [first] = dead;
    const sent = await runCommand(`alerts deliveries send ${first?.id.slice(0, 8)}`, ann);
    expect(sent.printed).toContain('1 is owed again');
    await until(async () => {
      expect(channel.received.filter(({ headers }) => headers['webhook-id'] === first?.id)).toHaveLength(2);
      expect((await json('alerts deliveries')).map(({ kind }: { kind: string }) => kind)).toEqual(['acknowledged']);
    });
    await expect(runCommand('alerts deliveries send ffff0000', ann)).rejects.toMatchObject({
      code: 'ALERT_DELIVERY_UNKNOWN',
    });
  } finally {
    lifecycle.stop('over');
    await lifecycle.wait();
  }
});
