import { expect, test } from 'vitest';
import { type HourRange, HourRanges } from '../src/hour-ranges.ts';
import { createRandom } from './planned-world.ts';

test('has the hours of its stretches and no other', () => {
  const random = createRandom(11);
  for (let world = 0; world < 60; world += 1) {
    const ranges: HourRange[] = [];
    for (let next = 480_000 + random(5), left = random(6); left > 0; left -= 1) {
      const from = next + 1 + random(4);
      next = from + 1 + random(6);
      ranges.push([from, next]);
    }
    const hours = new HourRanges(ranges);
    const isIn = (hour: number) => ranges.some(([from, until]) => from <= hour && hour < until);
    for (let hour = 479_990; hour < 480_080; hour += 1)
      expect(hours.has(hour), `${hour} in ${ranges}`).toBe(isIn(hour));
    expect([hours.first, hours.end]).toEqual([ranges[0]?.[0] ?? Number.POSITIVE_INFINITY, ranges.at(-1)?.[1] ?? 0]);
  }
});
