import {
  type CoverageRecord,
  coverageKey,
  coverageRecord,
  hourMs,
  hourWindowsKey,
  minuteMs,
  secondMs,
  topics,
} from '@custody/decision';
import { createApp } from '@custody/query';
import { createMetrics } from '@custody/runtime';
import { recordLateness } from '@custody/store';
import { expect, test } from 'vitest';
import { useStage } from '../../consumer/test/kit/stage.ts';
import { silent } from '../../consumer/test/kit/store.ts';
import { jsonRecord, lagOf, windowsTopic } from '../../consumer/test/kit/topic-log.ts';
import { until } from '../../consumer/test/kit/until.ts';
import { entryAt } from '../../poller/test/kit/entries.ts';
import { InProcess, nowMs, readAll } from '../../poller/test/kit/in-process.ts';
import { coverageView } from '../src/commands/coverage-view.ts';

const stage = useStage();
const latenessSeconds = 60;
const at = (ms: number) => new Date(ms).toISOString();
const oldestHourMs = Math.floor(nowMs / hourMs) * hourMs - 3 * hourMs;

/** Every third one is denied, so that its detailed entry is owed. */
const entries = Array.from({ length: 400 }, (_, index) => ({
  entry: entryAt(index + 1, at(oldestHourMs + minuteMs + index * 20 * secondMs), { decision: index % 3 !== 0 }),
}));

/** The first second of history holds more than the source can list, as an earlier run found. */
function unreadableSecond(envId: string) {
  const [hour, to] = [at(oldestHourMs), at(oldestHourMs + secondMs)];
  const found = { state: 'unreadable', proof: null, listed: 10_000, counted: 10_150, deleted_at_source: 0 };
  const windows = [{ from: hour, to, ...found, read_at: hour, reason: 'too many' }];
  return jsonRecord(hourWindowsKey(envId, hour), { env_id: envId, env_name: envId, hour, windows, updated_at: hour });
}

/** A poller that has something to say of each figure. */
async function troubled() {
  const world = new InProcess({
    entries,
    hasFacts: true,
    variants: { rawDataOnList: false },
    requestsPerMinuteOfOurs: 600,
  });
  const open = () =>
    world.session({ log: stage.testLog.log, latenessMs: latenessSeconds * secondMs, lookbackDays: 3 / 24 });
  const { env_id: envId } = (await open()).journal.current();
  await stage.testLog.log.append(topics.windows.name, [unreadableSecond(envId)]);
  const session = await open();
  const { faults } = world.permit;
  faults.set({ '429': { endpoints: ['users'] }, '403': { endpoints: ['role_assignments'] } });
  await session.facts.refresh();
  await readAll(session);
  for (let step = 0; step < 2; step += 1) await session.evidence.step();
  faults.set({ '404': { endpoints: ['audit_log_detail'] } });
  await session.evidence.step();
  // What comes from now on is counted, and none of its second page is ever listed.
  const burst = Array.from({ length: 300 }, (_, index) => ({ entry: entryAt(1_000 + index, at(world.nowMs + index)) }));
  world.permit.entries.add(...burst);
  faults.set({ empty: { endpoints: ['audit_logs'], fromPage: 2 } });
  world.nowMs += 5 * minuteMs;
  await session.pollFresh();
  await session.proveRecent();
  return { world, session };
}

/** Values by name and first label: `rows listed`. */
async function metricsOf({ registry }: InProcess): Promise<Record<string, number>> {
  const metrics = await registry.getMetricsAsJSON();
  const values = metrics.flatMap(({ name, values: all }) =>
    all.map(({ labels, value }) => {
      const label = labels.state ?? labels.figure ?? labels.kind ?? '';
      return [`${name.replace('custody_poller_', '')} ${label}`.trim(), value] as const;
    }),
  );
  return Object.fromEntries(values);
}

async function recorded(envId: string): Promise<CoverageRecord> {
  const { records } = await stage.testLog.log.latest(topics.windows.name);
  return coverageRecord.parse(
    JSON.parse(new TextDecoder().decode(records.get(coverageKey(envId))?.value ?? undefined)),
  );
}

async function askApi(clockMs: number) {
  const limits = { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 };
  const clock = { now: () => clockMs, sleep: async () => undefined };
  const parts = { store: stage.store.client, clock, logger: silent, limits, token: null };
  const app = await createApp({ ...parts, metrics: createMetrics('query') });
  const response = await app.inject({ url: '/v1/coverage', headers: { host: '127.0.0.1:4800' } });
  await app.close();
  return response.json().data as Record<string, unknown>[];
}

test('what the poller says of itself is what the log, /metrics, the store, the API and the command line say', async () => {
  const { world, session } = await troubled();
  world.metrics.setReports(session.reports);
  world.metrics.setBudget(() => world.budget.state());
  const said = session.journal.current();
  const figures = Object.entries(said).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  // One that is lost on the way would look like nothing, and two that are confused like each other.
  expect(figures.filter(([, value]) => value === 0)).toEqual([]);
  expect(said).toMatchObject({
    ...{ rows_listed: 10_500, rows_read: 400, rows_missing: 350, unreadable_seconds: 1, requests_refused: 4 },
    ...{ evidence_owed: 104, evidence_read: 20, evidence_deleted_first: 10, facts_unreadable: ['consent', 'identity'] },
  });

  await session.journal.write();
  expect(await recorded(said.env_id)).toEqual(said);

  const ageSeconds = (since: string | null | undefined) => (world.nowMs - Date.parse(since ?? '')) / secondMs;
  expect(await metricsOf(world)).toMatchObject({
    'unproven_seconds open': said.open_seconds,
    'unproven_seconds blind': said.blind_seconds,
    'unproven_seconds unreadable': said.unreadable_seconds,
    'rows listed': said.rows_listed,
    'rows read': said.rows_read,
    'rows missing': said.rows_missing,
    oldest_open_age_seconds: ageSeconds(said.oldest_open),
    'budget_requests spent': said.requests_spent,
    'budget_requests refused': said.requests_refused,
    'budget_requests ratePerMinute': said.requests_per_minute,
    evidence_owed: said.evidence_owed,
    evidence_oldest_owed_age_seconds: ageSeconds(said.evidence_oldest_owed),
    'facts_unreadable consent': 1,
    'facts_unreadable ceiling': 0,
  });

  await recordLateness(stage.store.client, latenessSeconds);
  stage.consume();
  await until('all is projected', async () => {
    return (await lagOf(stage.testLog.log, windowsTopic, 'custody.consumer.windows')) === 0;
  });
  // How far it has read is for whoever judges what is new, and no figure of coverage.
  const { read_from: _from, read_until: _until, ...figuresOfCoverage } = said;
  const { env_id, env_name, open_seconds, blind_seconds, unreadable_seconds, ...reported } = figuresOfCoverage;
  const { as_of: reported_at, ...columns } = reported;
  const settings = { date_time_output_format: 'iso', output_format_json_quote_64bit_integers: 0 } as const;
  expect(await stage.store.client.select('test', 'SELECT * FROM custody.coverage', {}, { settings })).toMatchObject([
    { env_id, env_name, unreadable_seconds, reported_at, ...columns },
  ]);

  const answer = await askApi(Date.parse(said.as_of));
  const seconds = {
    open_seconds: Math.ceil(open_seconds),
    blind_seconds: Math.ceil(blind_seconds),
    unreadable_seconds,
  };
  expect(answer).toMatchObject([{ env_id, env_name, ...seconds, reported }]);

  const text = coverageView(answer, { timeZone: 'UTC', bucket: 'day' });
  const cells = text.split(/ {2,}|\n/).map((cell) => cell.replace(/ s$/, ''));
  const { requests_per_minute: _, ...shown } = Object.fromEntries(figures);
  const texts = Object.values({ ...shown, ...seconds }).map((value) => value.toLocaleString('en-US'));
  expect(cells).toEqual(expect.arrayContaining([...texts, 'consent, identity']));
});
