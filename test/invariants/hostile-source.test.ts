import { join } from 'node:path';
import { openLmdbLog } from '@custody/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CustodyInstance } from '../kit/custody-instance.ts';
import type { CustodyProcess } from '../kit/custody-process.ts';
import { eventually } from '../kit/eventually.ts';
import { type ListedElement, type ListedPermit, startListedPermit } from '../kit/listed-permit.ts';
import { temporaryDirectory } from '../kit/temporary-directory.ts';

/**
 * The real processes on a source that lists whatever may be listed: entries on every edge, twice, under other times,
 * broken ones, and an hour that it refuses to list. Stored + dead letters = listed, at every moment counted once.
 */
const hourMs = 3_600_000;
const hours = 6;
const startMs = Math.floor(Date.now() / hourMs) * hourMs - hours * hourMs;
const refusedHourMs = startMs + 2 * hourMs;
const agents = 9;

function idOf(n: number): string {
  return `${n.toString(16).padStart(8, 'a')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

function entry(n: number, atMs: number, more: object = {}): ListedElement {
  const id = n % 3 === 0 ? idOf(n).replaceAll('-', '').toUpperCase() : idOf(n);
  const fields = {
    id,
    timestamp: new Date(atMs).toISOString(),
    user_key: `agent|${n % agents}`,
    decision: n % 7 !== 0,
  };
  return { filedMs: atMs, text: JSON.stringify({ ...fields, ...more }) };
}

/** Of every hour its first and last moments, the edges of seconds, and some more. */
const offsetsMs = [0, 1, 999, 1_000, 1_001, 30_000, 1_799_999, 1_800_000, 3_598_999, 3_599_000, 3_599_999];
const plain = Array.from({ length: hours }, (_, hour) =>
  offsetsMs.map((offsetMs, i) => entry(hour * offsetsMs.length + i, startMs + hour * hourMs + offsetMs)),
).flat();
const midHourMs = startMs + 4 * hourMs + 600_000;
const halfPair = entry(1_000, midHourMs, { reason: '\ud83d' });
const conflicting = Array.from({ length: 5 }, (_, i) => [
  entry(2_000 + i, midHourMs + i),
  entry(2_000 + i, midHourMs + 90_000 + i),
]).flat();
const broken: ListedElement[] = [
  ...['null', '[]', '{}', '"text"', '{"id":"no uuid","timestamp":"2026-01-01T00:00:00Z"}'].map((text) => ({
    filedMs: midHourMs,
    text,
  })),
  ...['9999-12-31T23:59:59-23:00', '2016-12-31T23:59:60Z', '1800-01-01T00:00:00Z', 'yesterday'].map((timestamp, i) => ({
    ...entry(3_000 + i, midHourMs + 1_000, { timestamp }),
  })),
];
const elsewhere = { ...entry(4_000, startMs - 400 * hourMs), filedMs: midHourMs };
const listed = [...plain, halfPair, ...conflicting, ...broken, elsewhere];
const distinctIds = plain.length + 1 + conflicting.length / 2 + 1;
const secondMs = 1_000;
/** Within the hour's outermost seconds it is listed by the requests for its neighbours, which reach a second over. */
const isOutOfReach = ({ filedMs }: ListedElement) =>
  filedMs > refusedHourMs + secondMs && filedMs < refusedHourMs + hourMs - secondMs;

const directory = temporaryDirectory();
let isRefusing = true;
let permit: ListedPermit;
let instance: CustodyInstance;
let custody: CustodyProcess;

beforeAll(async () => {
  permit = await startListedPermit(
    // Some of them twice.
    [...listed, ...plain.slice(10, 20)],
    (from, to) => isRefusing && from < (refusedHourMs + hourMs) / 1000 - 1 && to > refusedHourMs / 1000 + 1,
  );
  instance = await CustodyInstance.prepare(directory.path, {
    PERMIT_API_URL: permit.url,
    PERMIT_API_KEY: permit.apiKey,
    CUSTODY_LOOKBACK_DAYS: '1',
    CUSTODY_POLL_SECONDS: '1',
    CUSTODY_LATENESS_SECONDS: '2',
    CUSTODY_REQUESTS_PER_MINUTE: '100000',
  });
  custody = instance.start();
  await custody.untilUp();
}, 90_000);

afterAll(async () => {
  custody?.signal('SIGKILL');
  await custody?.exit();
  await permit?.stop();
  directory[Symbol.dispose]();
});

/** The distinct texts among the dead letters. */
async function deadLetters(): Promise<string[]> {
  const log = await openLmdbLog({ directory: join(directory.path, 'log') });
  const texts = new Set<string>();
  const follower = log.follow({
    topic: 'custody.decisions.dead.v1',
    onRecords: (records) => {
      for (const { value } of records) texts.add(Buffer.from(value ?? []).toString());
    },
  });
  await follower.caughtUp;
  await log.close();
  return [...texts].sort();
}

async function counts(): Promise<{ rows: number; ids: number }> {
  const [row] = await instance
    .rows<{ n: string; ids: string }>('SELECT count() AS n, uniqExact(decision_id) AS ids FROM custody.decisions')
    .catch(() => []);
  return { rows: Number(row?.n ?? 0), ids: Number(row?.ids ?? 0) };
}

/** Planning the view of coverage takes a tenth of a second of a processor. */
const seldom = { everyMs: 500 };

async function blindSeconds(): Promise<number> {
  const [row] = await instance.rows<{ blind_seconds: string }>('SELECT blind_seconds FROM custody.coverage');
  return Number(row?.blind_seconds);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('an hour that the source refuses to list is blind, in the store and in the API, and holds up no other', async () => {
  const readable = distinctIds - plain.filter(isOutOfReach).length;
  await eventually(counts, ({ ids }) => ids === readable);
  await eventually(blindSeconds, (seconds) => seconds === 3_600, seldom);
  const from = new Date(startMs - hourMs).toISOString();
  const { body } = await instance.ask(`/v1/aggregate?from=${from}&measures=decisions`);
  expect(body).toMatchObject({ data: [{ decisions: readable - 1 }], meta: { proven: false, blind_seconds: 3_600 } });
});

test('everything may be killed at once, with its engine at work, and a start right after goes on', async () => {
  const pids = ['store', 'consumer', 'query', 'poller'].map((label) => custody.servicePid(label));
  const busy = instance.rows('SELECT sum(cityHash64(number)) FROM numbers(100000000000)').catch(() => 'cut off');
  custody.signal('SIGKILL');
  await custody.exit();
  custody = instance.start();
  await custody.untilUp();
  expect(await busy).toBe('cut off');
  await eventually(
    () => pids.filter(isRunning),
    (left) => left.length === 0,
  );
});

test('stored and dead letters are what the source lists, each once, when all of it can be read', async () => {
  isRefusing = false;
  await eventually(counts, ({ ids }) => ids === distinctIds);
  await eventually(blindSeconds, (seconds) => seconds === 0, seldom);
  expect(await counts()).toEqual({ rows: distinctIds, ids: distinctIds });
  const texts = new Set(listed.map(({ text }) => text));
  const stored = await instance.rows<{ entry: string }>('SELECT entry FROM custody_internal.entries FINAL');
  const dead = await deadLetters();
  expect([...stored.map(({ entry: text }) => text), ...dead].sort()).toEqual([...texts].sort());
  expect(dead).toHaveLength(broken.length + conflicting.length / 2);
});
