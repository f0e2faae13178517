import { describe, expect, test } from 'vitest';
import { type CountModel, type DetectSettings, defaultSettings } from '../src/index.ts';
import { perDay, type Watched, watch } from './watching.ts';

/**
 * Each part of the model is there for a reason: a piece of traffic that is judged right with it and wrong without it. A
 * part that is taken out, here or in the code, fails the test that is named for it.
 */
const fourWeeks = 28 * perDay;

function without(change: Partial<CountModel>): DetectSettings {
  return { ...defaultSettings, model: { ...defaultSettings.model, ...change } };
}

/** Draws that are the same each time (mulberry32), one for each bucket. */
function uniform(seed: number): number {
  const state = Math.imul(seed + 1, 0x6d2b79f5);
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function opened({ events }: Watched): number {
  return events.filter(({ kind }) => kind === 'opened').length;
}

describe('the lag', () => {
  // An agent that is new, and is denied more and more often from its first minutes on: 1, 2, 3, … in five minutes.
  const ramp = (bucket: number) => (bucket < fourWeeks ? 0 : Math.ceil((bucket - fourWeeks + 1) / 3));
  const tryIt = (settings: DetectSettings) => opened(watch(ramp, fourWeeks, fourWeeks + 24, settings, fourWeeks));

  test('keeps a new agent from learning its own attack', () => {
    expect(tryIt(defaultSettings)).toBe(1);
    expect(tryIt(without({ lagBuckets: 0 }))).toBe(0);
  });
});

describe('the freeze', () => {
  // An agent is misconfigured from its first minute on, and stays so for 82 hours.
  const stuck = (bucket: number) => (bucket < fourWeeks ? 0 : 30);
  const endedWithinADay = (settings: DetectSettings) =>
    watch(stuck, fourWeeks, fourWeeks + perDay, settings, fourWeeks).events.some(({ kind }) => kind === 'resolved');

  test('keeps what goes on for days from resolving itself', () => {
    expect(endedWithinADay(defaultSettings)).toBe(false);
    expect(endedWithinADay({ ...defaultSettings, alerts: { ...defaultSettings.alerts, freezeAtMostMs: 0 } })).toBe(
      true,
    );
  });
});

describe('the season', () => {
  // A nightly job is denied two calls every five minutes from 02:00 to 03:00, and nothing happens else.
  const isNight = (bucket: number) => Math.floor((bucket % perDay) / 12) === 2;
  const nightly = (bucket: number) => (isNight(bucket) ? 2 + (bucket % 2) : 0);
  const atNight = (settings: DetectSettings) => opened(watch(nightly, fourWeeks, fourWeeks + 48, settings));
  const atNoon = (bucket: number) => nightly(bucket) + (bucket >= fourWeeks + 150 && bucket < fourWeeks + 162 ? 2 : 0);

  test('knows the hour of a nightly job', () => {
    expect(atNight(defaultSettings)).toBe(0);
    expect(atNight(without({ seasonPrior: Number.POSITIVE_INFINITY }))).toBe(1);
  });

  test('and finds the same at noon', () => {
    expect(opened(watch(atNoon, fourWeeks, fourWeeks + 200))).toBe(1);
  });
});

describe('the dispersion', () => {
  // Once a day at some time a call is tried nine times within minutes: denials come in clumps.
  const clumps = (bucket: number) => {
    const day = Math.floor(bucket / perDay);
    return bucket % perDay === (day * 101) % perDay ? 9 : 0;
  };
  const tryIt = (settings: DetectSettings) => opened(watch(clumps, fourWeeks, fourWeeks + 3 * perDay, settings));

  test('knows that denials come in clumps', () => {
    expect(tryIt(defaultSettings)).toBe(0);
    expect(tryIt(without({ dispersionMost: 1 }))).toBeGreaterThan(0);
  });
});

describe('the tail of its own largest counts', () => {
  // Busy, some ten in five minutes, and some hundreds now and then, as a power law has it.
  const heavy = (bucket: number) => Math.floor(6 + 4 * (1 - uniform(bucket)) ** -0.55);
  const past = Array.from({ length: fourWeeks }, (_, bucket) => heavy(bucket)).sort((a, b) => b - a);
  /** Of so many as a month has seen three times. */
  const tryIt = (settings: DetectSettings) =>
    opened(watch((at) => (at < fourWeeks ? heavy(at) : (past[2] ?? 0)), fourWeeks, fourWeeks + 1, settings));

  test('keeps busy traffic quiet that reaches what it has reached before', () => {
    expect(tryIt(defaultSettings)).toBe(0);
    expect(tryIt(without({ busyBlockMean: Number.POSITIVE_INFINITY }))).toBe(1);
  });
});
