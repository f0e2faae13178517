import { hourMs, type TimeRange } from '@custody/decision';
import { expect, test } from 'vitest';
import { HourTotals } from '../src/hour-totals.ts';
import { createRandom } from './planned-world.ts';

/** Of each hour that anything is known of, until when it is unreadable and from when on it is open; between them it is proven. */
type Known = ReadonlyMap<number, { readonly readableMs: number; readonly openMs: number }>;

const overlap = (range: TimeRange, fromMs: number, toMs: number) =>
  Math.max(0, Math.min(range.toMs, toMs) - Math.max(range.fromMs, fromMs));

/** Hour by hour, as `HourTotals` is there not to. */
function oneByOne(known: Known, range: TimeRange) {
  const sums = { open: 0, unreadable: 0 };
  for (let hour = Math.floor(range.fromMs / hourMs); hour * hourMs < range.toMs; hour += 1) {
    const startMs = hour * hourMs;
    const { readableMs = 0, openMs = 0 } = known.get(hour) ?? {};
    sums.unreadable += overlap(range, startMs, startMs + readableMs);
    sums.open += overlap(range, startMs + openMs, startMs + hourMs);
  }
  return sums;
}

test('sums over whole hours and parts of hours are those of each hour, also beyond and between what is known', () => {
  const random = createRandom(7);
  for (let world = 0; world < 40; world += 1) {
    const first = 480_000 + random(50);
    const hours = Array.from({ length: 60 }, (_, n) => first + n).filter(() => random(4) > 0);
    const known: Known = new Map(
      hours.map((hour) => {
        const readableMs = random(3) === 0 ? random(hourMs) : 0;
        return [hour, { readableMs, openMs: readableMs + random(hourMs - readableMs + 1) }];
      }),
    );
    const bounds = [hours[0] ?? 0, (hours.at(-1) ?? -1) + 1] as const;
    const totals = new HourTotals(bounds, (range) => oneByOne(known, range));
    for (let asked = 0; asked < 40; asked += 1) {
      const fromMs = (first - 5 + random(70)) * hourMs + (random(2) === 0 ? 0 : random(hourMs));
      const lengthMs = [1, random(hourMs), random(30) * hourMs, random(60 * hourMs)][random(4)] ?? 1;
      const range = { fromMs, toMs: fromMs + lengthMs };
      expect(totals.of(range), JSON.stringify(range)).toEqual(oneByOne(known, range));
    }
  }
});

test('of nothing known everything is open, and of no time nothing', () => {
  const totals = new HourTotals([0, 0], ({ fromMs, toMs }) => ({ open: toMs - fromMs, unreadable: 0 }));
  expect(totals.of({ fromMs: 90 * hourMs + 1, toMs: 99 * hourMs + 7 })).toEqual({
    open: 9 * hourMs + 6,
    unreadable: 0,
  });
  expect(totals.of({ fromMs: 5, toMs: 5 })).toEqual({ open: 0, unreadable: 0 });
});
