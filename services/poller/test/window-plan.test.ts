import { hourMs, secondMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { coverageOf } from '../src/coverage.ts';
import { openWindow, type Window } from '../src/window.ts';
import {
  frontierOf,
  hoursOfHistoryLeft,
  nextOfHistory,
  nextOfLive,
  openStretches,
  type PlanInput,
  unproven,
} from '../src/window-plan.ts';

const hour = Date.parse('2026-03-04T10:00:00Z');
const at = (seconds: number) => hour + seconds * secondMs;

function window(fromSeconds: number, toSeconds: number, more: Partial<Window> = {}): Window {
  return openWindow({ fromMs: at(fromSeconds), toMs: at(toSeconds) }, more);
}

const closed = { state: 'closed', proof: 'count' } as const;

function input(windows: Record<number, Window[]>, more: Partial<PlanInput> = {}): PlanInput {
  return {
    windowsOf: (start) => windows[start] ?? [],
    horizonMs: hour - 5 * hourMs,
    frontierMs: at(600),
    sliceMs: 30 * secondMs,
    isDeferred: () => false,
    wasRead: () => false,
    ...more,
  };
}

test('a frontier is a whole second', () => {
  expect(frontierOf(at(100) + 999, 60_000)).toBe(at(40));
});

test('gaps and open windows are one stretch; windows kept open for a reason stay as they are', () => {
  const windows = [
    window(0, 10, closed),
    window(20, 30),
    window(40, 50, { reason: 'again' }),
    window(50, 60, { reason: 'again' }),
    window(60, 70, { state: 'unreadable', reason: 'too many' }),
  ];
  expect(unproven(hour, windows, at(100))).toEqual([
    { fromMs: at(10), toMs: at(40) },
    { fromMs: at(40), toMs: at(50) },
    { fromMs: at(50), toMs: at(60) },
    { fromMs: at(70), toMs: at(100) },
  ]);
  expect(unproven(hour, windows, at(25))).toEqual([{ fromMs: at(10), toMs: at(25) }]);
  expect(unproven(hour, [window(0, 3_600, closed)], at(9_999))).toEqual([]);
});

test('history is read oldest first, around what waits, and leaves the last two hours to live reading', () => {
  const oldest = hour - 5 * hourMs;
  const all = input({});
  expect(nextOfHistory(all)).toEqual({ fromMs: oldest, toMs: oldest + hourMs });
  const waits = input({}, { isDeferred: ({ fromMs }) => fromMs === oldest });
  expect(nextOfHistory(waits)).toEqual({ fromMs: oldest + hourMs, toMs: oldest + 2 * hourMs });
  expect(hoursOfHistoryLeft(all)).toBe(4);
  const wasRead = input({}, { wasRead: ({ fromMs }) => fromMs === oldest });
  expect(nextOfHistory(wasRead)).toEqual({ fromMs: oldest + hourMs, toMs: oldest + 2 * hourMs });
  expect(nextOfHistory({ ...all, wasRead: () => true })).toEqual({ fromMs: oldest, toMs: oldest + hourMs });
  const done = Object.fromEntries(
    [5, 4, 3, 2].map((back) => {
      const start = hour - back * hourMs;
      return [start, [openWindow({ fromMs: start, toMs: start + hourMs }, closed)]];
    }),
  );
  expect(nextOfHistory(input(done))).toBeNull();
});

test('a live stretch that grows is proven a slice at a time, the rest of an hour at once', () => {
  const previous = { [hour - hourMs]: [openWindow({ fromMs: hour - hourMs, toMs: hour }, closed)] };
  const proven = (untilSeconds: number) => ({ ...previous, [hour]: [window(0, untilSeconds, closed)] });
  expect(nextOfLive(input(proven(580)))).toBeNull();
  expect(nextOfLive(input(proven(570)))).toEqual({ fromMs: at(570), toMs: at(600) });
  const atEndOfHour = { frontierMs: at(3_600) };
  expect(nextOfLive(input({ [hour]: [window(0, 3_595, closed)] }, atEndOfHour))).toEqual({
    fromMs: at(3_595),
    toMs: at(3_600),
  });
});

test('the open stretch reaches from the last proof to now, cut at the hour', () => {
  const windows = input({ [hour - hourMs]: [window(-3_600, -60, closed)] });
  expect(openStretches(windows, at(700))).toEqual([
    { fromMs: at(-60), toMs: hour },
    { fromMs: hour, toMs: at(700) },
  ]);
});

test('coverage tells open, blind and unreadable seconds apart', () => {
  const windows = { [hour]: [window(0, 500, closed), window(510, 511, { state: 'unreadable' })] };
  const covered = coverageOf({ ...input(windows, { horizonMs: hour }), latenessMs: 60_000 }, at(660));
  expect(covered).toEqual({ open: 60 + 60, blind: 10 + 29, unreadable: 1 });
});
