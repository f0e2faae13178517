import { expect, test } from 'vitest';
import { ReadPosition } from '../src/read-position.ts';

function positionAfter(...ranges: readonly (readonly [number, number])[]) {
  const position = new ReadPosition();
  for (const [fromMs, toMs] of ranges) position.covers({ fromMs, toMs });
  return position.range;
}

test('polls that overlap are one stretch', () => {
  expect(positionAfter([10, 20], [15, 30], [28, 40])).toEqual({ fromMs: 10, toMs: 40 });
});

test('what comes after a gap begins anew, and what fills the gap joins it', () => {
  expect(positionAfter([10, 20], [50, 60])).toEqual({ fromMs: 50, toMs: 60 });
  expect(positionAfter([10, 20], [50, 60], [0, 55])).toEqual({ fromMs: 0, toMs: 60 });
});

test('older time apart from it changes nothing', () => {
  expect(positionAfter([50, 60], [10, 20])).toEqual({ fromMs: 50, toMs: 60 });
  expect(positionAfter()).toBeNull();
});
