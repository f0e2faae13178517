import { minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import type { EnvironmentInput } from '../../src/index.ts';
import { nowMs, Story } from './judging.ts';

const seen: Partial<EnvironmentInput> = { coverage: { blindSeconds: 0, unreadableSeconds: 0 } };
const blind = (blindSeconds: number): Partial<EnvironmentInput> => ({
  coverage: { blindSeconds, unreadableSeconds: 0 },
});
/** Nothing was read for so many minutes. */
const behind = (minute: number, minutes: number): Partial<EnvironmentInput> => {
  const readUntilMs = nowMs + (minute - minutes) * minuteMs;
  return { ...seen, reading: { readUntilMs, unread: [], provenUntilMs: readUntilMs } };
};
const halfMinutes = (from: number, to: number) => Array.from({ length: 2 * (to - from) + 1 }, (_, n) => from + n / 2);

test('the seconds of a restart are told to nobody, however often it is done', () => {
  const story = new Story();
  for (const start of [0, 10, 20]) {
    // Whatever was not proven while nothing ran, and what reading has to make up for.
    story.at(start, [], { ...behind(start, 10), ...blind(18) });
    for (const minute of halfMinutes(start + 0.5, start + 2)) story.at(minute, [], blind(18));
    for (const minute of halfMinutes(start + 2.5, start + 4)) story.at(minute, [], seen);
  }
  expect(story.lines).toEqual([]);
});

test('what stays blind is told once, after three minutes of looks without a break', () => {
  const story = new Story();
  for (const minute of halfMinutes(0, 10)) story.at(minute, [], blind(200 + 30 * minute));
  expect(story.lines).toEqual(['3 opened environment']);
  expect(story.transitions[0]).toMatchObject({ detector: 'coverage_lost', atMs: nowMs });
  const stuck = new Story();
  for (const minute of halfMinutes(0, 10)) stuck.at(minute, [], behind(minute, minute));
  // Five minutes behind is allowed.
  expect(stuck.lines).toEqual(['8.5 opened environment']);
});

test('time in which nobody looked is none in which it lasted', () => {
  const story = new Story();
  for (const minute of [0, 1, 6, 7, 12, 13]) story.at(minute, [], blind(18));
  expect(story.lines).toEqual([]);
  for (const minute of [14, 15]) story.at(minute, [], blind(18));
  expect(story.lines).toEqual(['15 opened environment']);
});

test('a restart does not open again what is over, and what lasts does', () => {
  const story = new Story();
  for (const minute of halfMinutes(0, 4)) story.at(minute, [], blind(90));
  for (let minute = 5; minute <= 75; minute += 5) story.at(minute, [], seen);
  expect(story.lines).toEqual(['3 opened environment', '65 resolved environment']);
  for (const minute of halfMinutes(80, 81)) story.at(minute, [], blind(18));
  for (const minute of halfMinutes(81.5, 84)) story.at(minute, [], seen);
  expect(story.lines).toHaveLength(2);
  for (const minute of halfMinutes(84.5, 90)) story.at(minute, [], blind(18));
  expect(story.lines.slice(2)).toEqual(['87.5 reopened environment']);
});

test('a row of looks may be as slow as two minutes', () => {
  const story = new Story();
  for (const minute of [0, 2, 4]) story.at(minute, [], blind(18));
  expect(story.lines).toEqual(['4 opened environment']);
});
