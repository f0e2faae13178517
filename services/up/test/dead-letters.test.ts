import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { type Log, type LogRecord, type NewRecord, openLmdbLog } from '@custody/log';
import { isError } from '@custody/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCommandLine } from '../src/command-line.ts';
import { deadLetterErrors } from '../src/dead-letters/errors.ts';
import { type ReplayEvent, type ReplayOptions, runReplay } from '../src/dead-letters/replay.ts';
import { selectionOf } from '../src/dead-letters/selection.ts';

const decisionsTopic = 'custody.decisions.v1';
const deadTopic = 'custody.decisions.dead.v1';
const original = {
  'custody-env-id': 'env-1',
  'custody-env-name': 'production',
  'custody-hour': '2026-11-26T19:00:00.000Z',
  'custody-read-at': '2026-11-26T20:00:00.000Z',
  'custody-mode': 'live',
};
const broken = new TextEncoder().encode('{"id": "trunc');

interface Given {
  readonly n: number;
  readonly attempt?: number;
  readonly fault?: string;
  readonly failedAt?: string;
  readonly headers?: Record<string, string>;
  readonly value?: Uint8Array | null;
}

const originOf = (n: number) => `${decisionsTopic}/0/${n}`;

function letter({
  n,
  attempt = 1,
  fault = 'not_json',
  failedAt,
  headers = original,
  value = broken,
}: Given): NewRecord {
  const ofTheLetter = {
    'custody-fault': fault,
    'custody-fault-detail': `Unexpected end \u001b[31m of ${n}`,
    'custody-step': fault === 'conflicting_entry' ? 'recognize' : 'validate',
    'custody-failed-at': failedAt ?? `2026-11-26T20:00:${String(n).padStart(2, '0')}.000Z`,
    'custody-attempt': String(attempt),
    'custody-origin': originOf(n),
  };
  return { key: `agent|${n}`, value, headers: { ...headers, ...ofTheLetter } };
}

let directory: string;
let log: Log;
let printed: Buffer;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'custody-dead-letters-'));
  mkdirSync(join(directory, 'demo'));
  log = await openLmdbLog({ directory: join(directory, 'demo', 'log') });
  await log.ensureTopics(Object.values(topics));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

const keep = (...given: Given[]) => log.append(deadTopic, given.map(letter));

/** Runs the command line beside the process that has the log open, and returns what it prints. */
async function custody(...args: string[]): Promise<string> {
  printed = Buffer.alloc(0);
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed = Buffer.concat([printed, Buffer.from(chunk as Uint8Array)]);
    return true;
  });
  try {
    await createCommandLine({ CUSTODY_DATA_DIR: directory }).parseAsync(['dead-letters', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed.toString('utf8');
}

async function readAll(topic: string): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  const follower = log.follow({ topic, onRecords: (records) => void all.push(...records) });
  await follower.caughtUp;
  await follower.stop();
  return all;
}

const events: ReplayEvent[] = [];
function replay(given: Partial<ReplayOptions> = {}) {
  events.length = 0;
  return runReplay({
    log,
    clock: { now: () => Date.parse('2026-11-27T00:00:00Z'), sleep: async () => undefined },
    selection: selectionOf({}, 0),
    ...{ again: false, dryRun: false, waitMs: 0 },
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...given,
  });
}

/** What the consumer writes when it has stored a replayed record. */
const noteStored = (n: number) =>
  log.append(deadTopic, [
    {
      key: `agent|${n}`,
      value: null,
      headers: {
        'custody-note': 'stored',
        'custody-noted-at': '2026-11-27T00:00:01.000Z',
        'custody-attempt': '1',
        'custody-origin': originOf(n),
      },
    },
  ]);

const listed = async (...args: string[]) => JSON.parse(await custody('list', '--json', ...args));

test('a letter that a crash has appended twice is listed once, and one that failed again once with its newest attempt', async () => {
  await keep({ n: 1 }, { n: 1 }, { n: 2 }, { n: 2, attempt: 2, fault: 'invalid_id' });
  const list = await listed();
  expect(list.letters).toMatchObject([
    { origin: originOf(2), attempt: 2, fault: 'invalid_id', state: 'dead' },
    { origin: originOf(1), attempt: 1, fault: 'not_json', state: 'dead', env_name: 'production' },
  ]);
  expect(list.counts).toEqual([
    { fault: 'invalid_id', step: 'validate', letters: 1 },
    { fault: 'not_json', step: 'validate', letters: 1 },
  ]);
  const text = await custody('list', '--limit', '1');
  expect(text).toContain('custody.decisions.v1/0/2        2  dead');
  expect(text).toContain('1 dead letter more: --limit 2 shows all.');
  expect(text).not.toContain('\u001b');
});

test('filters choose by fault, step, environment, time of the failure and hour', async () => {
  const other = { ...original, 'custody-env-id': 'env-2', 'custody-env-name': 'staging' };
  const { 'custody-hour': _, ...withoutHour } = { ...original, 'custody-hour': '' };
  await keep(
    { n: 1 },
    { n: 2, fault: 'conflicting_entry' },
    { n: 3, headers: other },
    { n: 4, failedAt: '2026-11-20T00:00:00.000Z' },
    { n: 5, fault: 'missing_header', headers: withoutHour },
  );
  const chosen = async (...args: string[]) =>
    (await listed(...args)).letters.map(({ origin }: { origin: string }) => Number(origin.split('/')[2]));
  expect(await chosen()).toEqual([5, 3, 2, 1, 4]);
  expect(await chosen('--fault', 'conflicting_entry')).toEqual([2]);
  expect(await chosen('--step', 'recognize')).toEqual([2]);
  expect(await chosen('--env', 'staging')).toEqual([3]);
  expect(await chosen('--env', 'env-2')).toEqual([3]);
  expect(await chosen('--to', '2026-11-21')).toEqual([4]);
  expect(await chosen('--from', '2026-11-26T20:00:02Z', '--to', '2026-11-26T20:00:05Z')).toEqual([3, 2]);
  expect(await chosen('--hour', '2026-11-26T19:30:00Z', '--limit', '2')).toEqual([3, 2]);
  expect(await chosen('--hour', '2026-11-26T18:00:00Z')).toEqual([]);
});

test.each([
  [['list', '--fault', 'nonsense'], /no fault; there are not_utf8, not_json/],
  [['list', '--from', 'yesterday'], /--from "yesterday" is no time; write 2026/],
  [['list', '--from', '2026-11-02', '--to', '2026-11-01'], /range is empty/],
  [['replay', '--limit', '0'], /--limit "0" is no number/],
  [['replay', '--wait', 'long'], /--wait "long" is no number/],
])('%j is refused', async (args, message) => {
  const error: unknown = await custody(...args).catch((thrown: unknown) => thrown);
  expect(isError(error, deadLetterErrors.DEAD_LETTERS_REFUSED)).toBe(true);
  expect(String(error)).toMatch(message);
});

test('without a log, or without such a letter, the command says what to do', async () => {
  const unknown: unknown = await custody('show', originOf(9)).catch((error: unknown) => error);
  expect(isError(unknown, deadLetterErrors.DEAD_LETTER_UNKNOWN)).toBe(true);
  directory = join(directory, 'elsewhere');
  const nothing: unknown = await custody('list').catch((error: unknown) => error);
  directory = join(directory, '..');
  expect(isError(nothing, deadLetterErrors.DEAD_LETTERS_NO_LOG)).toBe(true);
});

test('one letter is shown with headers, history and text that a terminal cannot obey; raw, it is exactly its bytes', async () => {
  const hostile = new TextEncoder().encode('{"a":\t1}\n\u001b]0;title\u0007\u009b2J\u202e');
  await keep({ n: 1, value: hostile }, { n: 1, attempt: 2, value: hostile });
  const text = await custody('show', originOf(1));
  expect(text).toContain('{"a":\t1}\n\\u{1b}]0;title\\u{07}\\u{9b}2J\\u{202e}');
  expect(text).toContain('custody-fault-detail  Unexpected end \\u{1b}[31m of 1');
  expect(text).toContain('failed   attempt 2: validate/not_json');
  await custody('show', originOf(1), '--raw');
  expect(printed).toEqual(Buffer.from(hostile));
  const json = await custody('show', originOf(1), '--json');
  expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  const whole = JSON.parse(json);
  expect(Buffer.from(whole.base64, 'base64')).toEqual(Buffer.from(hostile));
  expect(whole).toMatchObject({ text: Buffer.from(hostile).toString(), events: [{ attempt: 1 }, { attempt: 2 }] });
});

test('bytes that are no UTF-8 are shown as a hex dump, and raw as they are', async () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x1b, 0x7b, ...Array.from({ length: 14 }, (_, n) => 0x41 + n));
  await keep({ n: 1, value: bytes }, { n: 2, value: null }, { n: 3, value: new Uint8Array(0) });
  expect(await custody('show', originOf(1))).toContain(
    '00000000  ff fe 00 1b 7b 41 42 43 44 45 46 47 48 49 4a 4b  |....{ABCDEFGHIJK|\n00000010  4c 4d 4e',
  );
  await custody('show', originOf(1), '--raw');
  expect(printed).toEqual(Buffer.from(bytes));
  expect(await custody('show', originOf(2))).toContain('(no value)');
  expect(await custody('show', originOf(3))).toContain('(0 bytes)');
});

test('a replay appends bytes, key and original headers with attempt and origin, once', async () => {
  await keep({ n: 1 }, { n: 1 }, { n: 2, value: null });
  expect(await replay({ dryRun: true })).toMatchObject({ outcome: 'dry_run', letters: 2, replayed: 0 });
  const dry = await custody('replay', '--dry-run', '--json');
  expect(dry.split('\n').map((line) => (line === '' ? null : JSON.parse(line)))).toMatchObject([
    { event: 'selected', selected: 2, letters: [{ origin: originOf(2) }, { origin: originOf(1) }] },
    { event: 'result', outcome: 'dry_run', letters: 2 },
    null,
  ]);
  expect(await readAll(decisionsTopic)).toEqual([]);
  expect(await replay()).toMatchObject({ letters: 2, replayed: 2 });
  const records = (await readAll(decisionsTopic)).sort((a, b) => (a.key < b.key ? -1 : 1));
  expect(records.map(({ key, headers }) => ({ key, headers }))).toEqual(
    [1, 2].map((n) => ({
      key: `agent|${n}`,
      headers: { ...original, 'custody-attempt': '1', 'custody-origin': originOf(n) },
    })),
  );
  expect(Buffer.from(records[0]?.value ?? [])).toEqual(Buffer.from(broken));
  expect(records[1]?.value).toBeNull();
  expect(await replay()).toMatchObject({ letters: 0 });
  expect(events).toMatchObject([{ event: 'selected', on_their_way: 2, stored_before: 0 }]);
  expect(await readAll(decisionsTopic)).toHaveLength(2);
  expect((await listed()).letters).toMatchObject([{ state: 'replayed' }, { state: 'replayed' }]);
  expect(await replay({ again: true })).toMatchObject({ replayed: 2 });
  expect(await readAll(decisionsTopic)).toHaveLength(4);
});

test('what is stored since is neither listed nor replayed; what failed again is both, with its newest attempt', async () => {
  await keep({ n: 1 }, { n: 2 });
  await replay();
  await noteStored(1);
  await keep({ n: 2, attempt: 2 });
  expect(await listed()).toMatchObject({ letters: [{ origin: originOf(2), attempt: 2, state: 'dead' }], stored: 1 });
  expect((await listed('--all')).letters).toHaveLength(2);
  expect(await replay()).toMatchObject({ replayed: 1 });
  expect(events[0]).toMatchObject({ stored_before: 1, on_their_way: 0 });
  const again = (await readAll(decisionsTopic)).filter(({ headers }) => headers['custody-origin'] === originOf(2));
  expect(again.map(({ headers }) => headers['custody-attempt'])).toEqual(['1', '2']);
});

test('stopped half-way, the same command goes on with the rest', async () => {
  await log.append(
    deadTopic,
    Array.from({ length: 250 }, (_, n) => letter({ n, failedAt: '2026-11-26T20:00:00.000Z' })),
  );
  const stopping = new AbortController();
  const stopped = await replay({ signal: stopping.signal, onEvent: () => stopping.abort(), waitMs: 1_000 });
  expect(stopped).toMatchObject({ outcome: 'interrupted', letters: 250 });
  // Told to stop before the first append.
  expect(stopped.replayed).toBe(0);
  const second = new AbortController();
  const half = await replay({
    signal: second.signal,
    onEvent: ({ event }) => event === 'progress' && second.abort(),
  });
  expect(half).toMatchObject({ outcome: 'interrupted', letters: 250, replayed: 100 });
  expect(await replay()).toMatchObject({ letters: 150, replayed: 150 });
  const origins = (await readAll(decisionsTopic)).map(({ headers }) => headers['custody-origin']);
  expect(new Set(origins).size).toBe(250);
  expect(origins).toHaveLength(250);
});

test('a kill between the append and its note has a letter replayed twice and lost never', async () => {
  await keep({ n: 1 });
  const dying: Log = Object.create(log, {
    append: {
      value: (topic: string, records: readonly NewRecord[]) =>
        topic === deadTopic ? Promise.reject(new Error('killed')) : log.append(topic, records),
    },
    follow: { value: log.follow.bind(log) },
  });
  await expect(replay({ log: dying })).rejects.toThrow('killed');
  expect(await replay()).toMatchObject({ replayed: 1 });
  expect(await readAll(decisionsTopic)).toHaveLength(2);
});

test('a conflicting entry is left alone, and said so: it could be a second row of its decision', async () => {
  await keep({ n: 1, fault: 'conflicting_entry' });
  expect(await replay()).toMatchObject({ letters: 0 });
  expect(events).toMatchObject([{ event: 'selected', conflicting: 1 }]);
  expect(await readAll(decisionsTopic)).toEqual([]);
});

test('the command says when no consumer handles what it has replayed', async () => {
  await keep({ n: 1 });
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    async sleep(durationMs: number) {
      nowMs += durationMs;
    },
  };
  expect(await replay({ clock, waitMs: 30_000 })).toMatchObject({ outcome: 'unhandled', replayed: 1, stored: 0 });
  await keep({ n: 2 });
  expect(await custody('replay', '--wait', '0')).toBe(
    'Replayed 1 dead letter. `custody dead-letters list --all` shows what becomes of them.\n',
  );
  expect(process.exitCode).toBe(0);
  await keep({ n: 3 });
  expect(await custody('replay', '--wait', '1')).toBe(
    'Replayed 1 dead letter: 0 stored, 0 failed again, 1 not handled yet.\n' +
      'The consumer has not come to the rest: is it running? `custody dead-letters list --all` shows when it has.\n',
  );
  expect(process.exitCode).toBe(1);
});
