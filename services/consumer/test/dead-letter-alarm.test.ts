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

const bad = (count: number) => Array.from({ length: count }, () => ({ step: 'validate', fault: 'not_json' }) as const);
const wait = (seconds: number) => {
  nowMs += seconds * 1_000;
  alarm.look();
};

test('a run is told of once when it begins, with counts and remedy, and once when a minute without any has passed', () => {
  alarm.note(500_000, bad(6));
  wait(20);
  expect(lines).toEqual([]);
  alarm.note(500_000, [...bad(3), { step: 'recognize', fault: 'conflicting_entry' }]);
  alarm.note(500_000, bad(200));
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
  alarm.note(2, bad(2));
  wait(61);
  alarm.note(1_000, bad(9));
  wait(61);
  expect(lines).toEqual([]);
  alarm.note(200, bad(3));
  expect(lines).toMatchObject([{ level: 'error', fields: { dead_letters: 3, records: 200 } }]);
});

test('the next run is told of again', () => {
  alarm.note(10, bad(10));
  wait(61);
  alarm.note(10, bad(10));
  expect(lines.map(({ level }) => level)).toEqual(['error', 'warn', 'error']);
});

test('a run ends by itself when nothing is read any more', async () => {
  alarm.note(10, bad(10));
  const stopping = new AbortController();
  pass = () => {
    nowMs += 10_000;
    if (lines.length === 2) stopping.abort();
  };
  await alarm.run(stopping.signal);
  expect(lines.map(({ level }) => level)).toEqual(['error', 'warn']);
});
