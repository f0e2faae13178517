import { beforeEach, expect, test } from 'vitest';
import { DeadLetterAlarm } from '../src/dead-letter-alarm.ts';

interface Line {
  readonly level: 'error' | 'warn';
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

let nowMs: number;
let lines: Line[];
let alarm: DeadLetterAlarm;
/** What passes while the alarm sleeps. */
let pass: () => void;

beforeEach(() => {
  nowMs = Date.parse('2026-11-26T20:00:00Z');
  lines = [];
  const say = (level: Line['level']) => (fields: object, text?: string) =>
    void lines.push({ level, text: text ?? '', fields: { ...fields } });
  const clock = { now: () => nowMs, sleep: async () => pass() };
  alarm = new DeadLetterAlarm({ clock, logger: { error: say('error'), warn: say('warn') } as never });
});

const bad = (count: number, fault: 'not_json' | 'conflicting_entry' = 'not_json') =>
  Array.from({ length: count }, () => ({ step: fault === 'not_json' ? 'validate' : 'recognize', fault }));
/** A batch that took no time. */
const note = (records: number, refused: ReturnType<typeof bad>) => alarm.note(records, refused, nowMs);
const wait = (seconds: number) => {
  nowMs += seconds * 1_000;
  alarm.look();
};

test('a run is told of once when it begins, with counts and remedy, and once when a minute without any has passed', () => {
  note(500_000, bad(6));
  wait(20);
  expect(lines).toEqual([]);
  note(500_000, [...bad(3), ...bad(1, 'conflicting_entry')]);
  note(500_000, bad(200));
  wait(50);
  expect(lines).toMatchObject([
    {
      level: 'error',
      fields: {
        dead_letters: 10,
        records: 1_000_000,
        faults: { 'validate/not_json': 9, 'recognize/conflicting_entry': 1 },
        remedy: expect.stringContaining('custody dead-letters list --from 2026-11-26T20:00:00.000Z'),
      },
    },
  ]);
  wait(30);
  wait(30);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({
    level: 'warn',
    text: 'the run of dead letters has ended',
    fields: { dead_letters: 210, faults: { 'validate/not_json': 209, 'recognize/conflicting_entry': 1 } },
  });
});

test('where little is read, more than one in a hundred is a run; a single one or a few among many are none', () => {
  note(2, bad(2));
  wait(61);
  note(1_000, bad(9));
  wait(61);
  expect(lines).toEqual([]);
  note(200, bad(3));
  expect(lines).toMatchObject([{ level: 'error', fields: { dead_letters: 3, records: 200 } }]);
});

test('the remedy finds letters that failed long before their batch was stored', () => {
  const begunAtMs = nowMs;
  nowMs += 90_000;
  note(500, []);
  alarm.note(20, bad(12), begunAtMs);
  expect(lines[0]?.fields).toMatchObject({
    remedy: expect.stringContaining('custody dead-letters replay --from 2026-11-26T20:00:00.000Z'),
  });
  // Another member's batch, which took longer still.
  alarm.note(20, bad(1), begunAtMs - 60_000);
  wait(61);
  expect(lines[1]?.fields).toMatchObject({ remedy: expect.stringContaining('--from 2026-11-26T19:59:00.000Z') });
});

test('the next run is told of again', () => {
  note(10, bad(10));
  wait(61);
  note(10, bad(10));
  expect(lines.map(({ level }) => level)).toEqual(['error', 'warn', 'error']);
});

test('a run ends by itself when nothing is read any more', async () => {
  note(10, bad(10));
  const stopping = new AbortController();
  pass = () => {
    nowMs += 10_000;
    if (lines.length === 2) stopping.abort();
  };
  await alarm.run(stopping.signal);
  expect(lines.map(({ level }) => level)).toEqual(['error', 'warn']);
});
