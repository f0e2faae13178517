import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinIdsXor, noIdsXor, topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { createRateBudget, type ListedEntry } from '@custody/permit';
import { createMetrics } from '@custody/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPollerMetrics } from '../src/metrics.ts';
import { openSession, type Session } from '../src/session.ts';
import { GivenFacts } from './kit/fact-listings.ts';
import { hoursIn, readHistory, recordsOf, silent, textOf } from './kit/harness.ts';
import { garbage, ListedSource, listedEntry } from './kit/listed-source.ts';
import { TestClock } from './kit/test-clock.ts';

const hour = '2026-03-04T03:00:00.000Z';
const startMs = Date.parse('2026-03-04T10:20:30Z');
let directory: string;
let log: Log;
let clock: TestClock;
let source: ListedSource;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'custody-poller-'));
  log = await openLmdbLog({ directory });
  await log.ensureTopics(Object.values(topics));
  clock = new TestClock(startMs);
  source = new ListedSource();
});

afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true, force: true });
});

function open(): Promise<Session> {
  const env = { id: 'env', name: 'Production' };
  const metrics = createPollerMetrics(createMetrics('poller'), clock);
  const budget = createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock });
  const parts = { log, source, listings: new GivenFacts(), env, budget, clock, logger: silent, metrics };
  return openSession({ ...parts, latenessMs: 60_000, lookbackDays: 1 });
}

function manyEntries(count: number) {
  const time = (index: number) => new Date(Date.parse(hour) + index * 1_000).toISOString();
  return Array.from({ length: count }, (_, index) => listedEntry(index + 1, time(index)));
}

function xorOf(entries: readonly ListedEntry[]) {
  return joinIdsXor(...entries.map(({ id }) => id?.replaceAll('-', '') ?? noIdsXor));
}

async function windowsOf(start: string) {
  return (await hoursIn(log)).find((one) => one.hour === start)?.windows;
}

test('entries without id or time are handed on once, under the hash of their bytes', async () => {
  source.entries = [...manyEntries(5), garbage('{"broken":'), garbage('7')];
  const session = await open();
  await readHistory(session);
  clock.advance(5_000);
  await session.pollFresh();
  const records = await recordsOf(log, topics.decisions.name);
  const strays = records.filter(({ key }) => key.startsWith('sha256:'));
  expect(strays.map(textOf).sort()).toEqual(['7', '{"broken":']);
  expect(records).toHaveLength(7);
  expect(records.find((record) => textOf(record).includes('user_key'))?.key).toMatch(/^agent\|/);
  // What has no id is listed all the same, and adds nothing to the XOR of ids.
  expect(await windowsOf(hour)).toMatchObject([{ listed: 7, ids_xor: xorOf(source.entries) }]);
});

test('a row deleted between two pages shifts another over the edge: the window is read again before it is proven', async () => {
  source.entries = manyEntries(250);
  let isFirst = true;
  source.onPage = (page) => {
    if (page !== 2 || !isFirst) return;
    isFirst = false;
    source.entries = source.entries.slice(1);
  };
  const session = await open();
  await readHistory(session);
  expect(await windowsOf(hour)).toMatchObject([{ state: 'open', listed: 249 }]);
  expect(await recordsOf(log, topics.decisions.name)).toHaveLength(249);
  clock.advance(6_000);
  await readHistory(session);
  expect(await recordsOf(log, topics.decisions.name)).toHaveLength(250);
  clock.advance(60_000);
  await readHistory(session);
  const found = { listed: 249, ids_xor: xorOf(source.entries), deleted_at_source: 1 };
  expect(await windowsOf(hour)).toMatchObject([{ state: 'closed', proof: 'count', ...found }]);
});

test('rows that arrive while pages are read are found by the count after the last page', async () => {
  source.entries = manyEntries(150);
  let isFirst = true;
  source.onPage = (page) => {
    if (page !== 2 || !isFirst) return;
    isFirst = false;
    source.entries = [listedEntry(900, '2026-03-04T03:30:00Z'), ...source.entries];
  };
  const session = await open();
  await readHistory(session);
  expect(await windowsOf(hour)).toMatchObject([{ state: 'open', listed: 150, counted: 151 }]);
  clock.advance(6_000);
  await readHistory(session);
  expect(await windowsOf(hour)).toMatchObject([{ state: 'closed', proof: 'count', listed: 151 }]);
});

test('a source that serves fewer rows a page than asked for is read to its end', async () => {
  source.entries = manyEntries(130);
  const list = source.listDecisions.bind(source);
  source.listDecisions = (request) => list({ ...request, perPage: 40 });
  const session = await open();
  await readHistory(session);
  expect(await windowsOf(hour)).toMatchObject([{ state: 'closed', proof: 'count', listed: 130 }]);
});

test('an entry that the source files under another time than its own is handed on with the window that lists it', async () => {
  source.entries = manyEntries(20);
  const list = source.listDecisions.bind(source);
  const strange = listedEntry(700, '2026-02-01T00:00:00Z');
  const filedMs = Date.parse(hour) + 1_800_000;
  source.listDecisions = async (request) => {
    const page = await list(request);
    const isListed = request.range.fromMs <= filedMs && filedMs < request.range.toMs;
    return isListed ? { ...page, entries: [...page.entries, strange] } : page;
  };
  await readHistory(await open());
  const records = await recordsOf(log, topics.decisions.name);
  expect(records).toHaveLength(21);
  expect(records.filter((record) => textOf(record).includes(String(strange.id)))).toHaveLength(1);
  expect(await windowsOf(hour)).toMatchObject([{ state: 'closed', listed: 21 }]);
});

test('a first start with a clock that was months ahead hides no history from the next one', async () => {
  source.entries = manyEntries(5);
  clock.advance(100 * 86_400_000);
  await open();
  clock.advance(-100 * 86_400_000);
  const session = await open();
  await readHistory(session);
  expect(await windowsOf(hour)).toMatchObject([{ state: 'closed', listed: 5 }]);
});

test('an environment without any decision is proven empty, and costs little', async () => {
  let requests = 0;
  source.onPage = () => {
    requests += 1;
  };
  const session = await open();
  await readHistory(session);
  await session.proveRecent();
  const closed = (await hoursIn(log)).flatMap(({ windows }) => windows).filter(({ state }) => state === 'closed');
  expect(closed.every(({ listed, proof }) => listed === 0 && proof === 'count')).toBe(true);
  requests = 0;
  for (let poll = 0; poll < 120; poll += 1) {
    clock.advance(5_000);
    await session.pollFresh();
    await session.proveRecent();
  }
  // Ten minutes with slices of two seconds: one page a poll, one a slice, and the open stretch once a minute.
  expect(requests).toBeLessThanOrEqual(120 + 120 + 2 * 11);
  expect(session.coverage().blind).toBeLessThanOrEqual(5);
});
