import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourWindowsKey, noIdsXor, sourceClaimKey, topics } from '@custody/decision';
import { type Log, type LogRecord, openLmdbLog } from '@custody/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimSource } from '../src/claim-source.ts';
import { HandedOn } from '../src/handed-on.ts';
import { HourLedger } from '../src/hour-ledger.ts';
import { openWindow, type Window } from '../src/window.ts';
import { silent, textOf } from './kit/harness.ts';
import { TestClock } from './kit/test-clock.ts';

const hour = Date.parse('2026-03-04T10:00:00Z');
const at = (seconds: number) => hour + seconds * 1000;
let directory: string;
let log: Log;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'custody-poller-'));
  log = await openLmdbLog({ directory });
  await log.ensureTopics(Object.values(topics));
});

afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true, force: true });
});

function openLedger(clock = new TestClock(at(9_000))): Promise<HourLedger> {
  const env = { id: 'env', name: 'Production' };
  return HourLedger.open({
    log,
    env,
    clock,
    logger: silent,
    patiently: (_, __, work) => work(),
  });
}

function window(fromSeconds: number, toSeconds: number, more: Partial<Window> = {}): Window {
  return openWindow({ fromMs: at(fromSeconds), toMs: at(toSeconds) }, more);
}

const closed = { state: 'closed', proof: 'count', counted: 3, listed: 3, readAtMs: at(4_000) } as const;

test('windows closed side by side become one, as of the oldest reading; a reopened log says the same', async () => {
  const ledger = await openLedger();
  await ledger.record(window(0, 60, closed));
  await ledger.record(window(60, 120, { ...closed, readAtMs: at(3_900) }));
  await ledger.record(window(180, 240, { ...closed, proof: 'reread' }));
  const [joined] = ledger.windowsOf(hour);
  expect(joined).toMatchObject({ toMs: at(120), listed: 6, counted: 6, readAtMs: at(3_900) });
  const again = await openLedger();
  expect(again.windowsOf(hour)).toEqual(ledger.windowsOf(hour));
  expect(again.oldestHourMs()).toBe(hour);
});

test('what windows tell of ids goes into what they become, is restored, and is lost where one does not tell', async () => {
  const [some, others] = ['0000000000000000000000000000000f', 'f00000000000000000000000000000f0'];
  const ledger = await openLedger();
  await ledger.record(window(0, 60, { ...closed, idsXor: some }));
  await ledger.record(window(60, 120, { ...closed, listed: 0 }));
  await ledger.record(window(120, 180, { ...closed, idsXor: others }));
  const both = 'f00000000000000000000000000000ff';
  expect(ledger.windowsOf(hour)).toMatchObject([{ listed: 6, idsXor: both }]);
  const again = await openLedger();
  expect(again.windowsOf(hour)).toEqual(ledger.windowsOf(hour));
  await again.reopen(again.windowsOf(hour), 'read again');
  expect(again.windowsOf(hour)).toMatchObject([{ state: 'open', listed: 6, idsXor: both }]);
  await again.record(window(0, 120, { ...closed, idsXor: some }));
  expect(again.windowsOf(hour)).toMatchObject([{ idsXor: some }, { state: 'open', listed: 0, idsXor: noIdsXor }]);
  await again.record(window(120, 180, closed));
  expect(again.windowsOf(hour)).toMatchObject([{ state: 'closed', listed: 6, idsXor: null }]);
});

test('a record of an older poller tells the ids of none where it listed none, and nothing else', async () => {
  const ledger = await openLedger();
  await ledger.record(window(0, 60, { ...closed, idsXor: noIdsXor }), window(120, 180, { ...closed, listed: 0 }));
  const { records } = await log.latest(topics.windows.name);
  const [[key, record] = ['', undefined]] = [...records];
  const value = JSON.parse(textOf(record as LogRecord));
  for (const one of value.windows) delete one.ids_xor;
  await log.append(topics.windows.name, [{ key, value: new TextEncoder().encode(JSON.stringify(value)) }]);
  expect((await openLedger()).windowsOf(hour).map(({ idsXor }) => idsXor)).toEqual([null, noIdsXor]);
});

test('what is proven replaces what was open, and a slow reading does not open it again', async () => {
  const ledger = await openLedger();
  await ledger.record(window(0, 100, { listed: 9 }));
  await ledger.record(window(0, 60, closed));
  await ledger.record(window(0, 120, { listed: 12 }));
  expect(ledger.windowsOf(hour).map(({ fromMs, toMs, state }) => [fromMs, toMs, state])).toEqual([
    [at(0), at(60), 'closed'],
    [at(60), at(120), 'open'],
  ]);
  expect(ledger.isSettled(hour)).toBe(false);
  await ledger.record(window(60, 3_600, closed));
  expect(ledger.isSettled(hour)).toBe(true);
});

test('a second proof of a part leaves the whole proven: two readings may run side by side', async () => {
  const ledger = await openLedger();
  await ledger.record(window(0, 60, closed));
  await ledger.record(window(60, 120, closed));
  await ledger.record(window(0, 60, closed));
  expect(ledger.windowsOf(hour)).toMatchObject([{ fromMs: at(0), toMs: at(120), state: 'closed', listed: 6 }]);
});

test('each record of an hour is newer than the one before, also when the clock was set back meanwhile', async () => {
  const updatedAt = async () => {
    const { records } = await log.latest(topics.windows.name);
    return Date.parse(JSON.parse(textOf([...records.values()][0] as LogRecord)).updated_at);
  };
  const ledger = await openLedger();
  await ledger.record(window(0, 60));
  expect(await updatedAt()).toBe(at(9_000));
  await ledger.record(window(60, 120));
  expect(await updatedAt()).toBe(at(9_000) + 1);
  const restarted = await openLedger(new TestClock(at(3_600)));
  await restarted.record(window(0, 60, closed));
  expect(await updatedAt()).toBe(at(9_000) + 2);
});

test('an hour whose record is not understood is unread, and other records are none of its business', async () => {
  const garbage = new TextEncoder().encode('{"windows":7}');
  await log.append(topics.windows.name, [
    { key: hourWindowsKey('env', '2026-03-04T10:00:00.000Z'), value: garbage },
    { key: hourWindowsKey('other', '2026-03-04T10:00:00.000Z'), value: garbage },
  ]);
  await claimSource(log, 'permit');
  expect((await openLedger()).oldestHourMs()).toBeNull();
});

test('a log keeps its kind of source, and refuses the other', async () => {
  await claimSource(log, 'simulator');
  await claimSource(log, 'simulator');
  await expect(claimSource(log, 'permit')).rejects.toMatchObject({ code: 'POLLER_OTHER_SOURCE', retriable: false });
  expect((await log.latest(topics.windows.name)).records.has(sourceClaimKey)).toBe(true);
});

test('ids are remembered within bounds, those written first forgotten first', () => {
  const handedOn = new HandedOn(10);
  for (let index = 0; index < 25; index += 1) handedOn.add(`id-${index}`, at(index * 900));
  const remembered = Array.from({ length: 25 }, (_, index) => handedOn.has(`id-${index}`, at(index * 900)));
  expect(remembered.filter(Boolean).length).toBeLessThanOrEqual(10);
  expect(remembered.at(-1)).toBe(true);
  expect(remembered[0]).toBe(false);
});

test('an id with another time is another entry', () => {
  const handedOn = new HandedOn();
  handedOn.add('id', at(1));
  expect(handedOn.has('id', at(1))).toBe(true);
  expect(handedOn.has('id', at(2))).toBe(false);
  expect(handedOn.countWithin({ fromMs: at(1), toMs: at(2) })).toBe(1);
  handedOn.add('stray', null);
  expect(handedOn.has('stray', null)).toBe(true);
});
