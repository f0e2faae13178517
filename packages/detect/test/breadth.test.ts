import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Breadth,
  breadthPriorOf,
  defaultCountModel,
  expectedTools,
  logTailOfTools,
  mostTools,
} from '../src/index.ts';

const weeks = 28 * 288;
/** One that is watched for four weeks, with so many buckets of one tool, two, and so on. */
const agent = (...buckets: readonly number[]): Breadth => ({ watchedBuckets: weeks, buckets: [0, ...buckets] });
const stranger: Breadth = { watchedBuckets: 0, buckets: [] };
const times = (count: number, one: Breadth) => Array.from({ length: count }, () => one);

/** Half of the agents are denied all day on up to seven tools, the others one tool a week. */
const busy = agent(1_500, 800, 400, 200, 80, 20, 3);
const narrow = agent(4);
const mixed = breadthPriorOf([...times(40, busy), ...times(60, narrow)]);
const quiet = breadthPriorOf(times(100, agent(40, 4)));

/** A budget of 0.05 a day, of a hundred agents. */
const logAlpha = Math.log(0.05 / (100 * 288));
function boundOf(own: Breadth, prior = mixed): number {
  const tail = logTailOfTools(own, prior);
  const bound = tail.findIndex((log, tools) => tools >= 4 && log < logAlpha);
  return bound === -1 ? tail.length : bound;
}

describe('how many tools are to be expected of an agent', () => {
  test('is told by its own past: a narrow one among busy ones is narrow', () => {
    expect(boundOf(narrow)).toBeLessThanOrEqual(5);
    expect(boundOf(busy)).toBeGreaterThan(7);
  });

  test('is told by others as long as nothing is known of it', () => {
    expect(boundOf(stranger)).toBeGreaterThan(7);
    expect(boundOf(stranger, quiet)).toBe(4);
    expect(expectedTools(stranger, mixed, defaultCountModel).mostOfOthers).toBe(7);
    expect(expectedTools(narrow, mixed, defaultCountModel).mostOfOthers).toBeUndefined();
  });

  test('is not told by one in a hundred of whom the others make it all but impossible, but for that one itself', () => {
    const probed = { watchedBuckets: weeks, buckets: [0, 4, ...new Array<number>(26).fill(0), 3] };
    const withOne = breadthPriorOf([probed, ...times(59, agent(40, 4))]);
    expect(boundOf(stranger, withOne)).toBe(boundOf(stranger, breadthPriorOf(times(59, agent(40, 4)))));
    expect(boundOf(probed, withOne)).toBeGreaterThan(boundOf(stranger, withOne) + 10);
    const many = breadthPriorOf([...times(6, probed), ...times(54, agent(40, 4))]);
    expect(boundOf(stranger, many)).toBeGreaterThan(boundOf(stranger, withOne) + 10);
  });

  test('comes to be its own as its past grows', () => {
    const after = (buckets: number) => logTailOfTools({ watchedBuckets: buckets, buckets: [] }, mixed)[4] ?? 0;
    const chances = [0, 12, 36, 288, weeks].map(after);
    expect(chances.toSorted((a, b) => b - a)).toEqual(chances);
    expect(chances.at(-1)).toBeLessThan((chances[0] ?? 0) - 10);
  });

  test('knows little where nobody is known, and is strict all the same', () => {
    const nobody = breadthPriorOf([]);
    expect(nobody.mostOfMost).toBe(0);
    expect(Math.exp(logTailOfTools(stranger, nobody)[4] ?? 0)).toBeCloseTo(0.02 * 0.1 ** 3, 9);
  });

  test('is a chance that falls with each tool, whatever agents are like', () => {
    const counts = fc.array(fc.nat(500), { maxLength: 12 });
    const breadths = fc.array(counts, { maxLength: 20 });
    fc.assert(
      fc.property(counts, breadths, fc.boolean(), (own, others, isCold) => {
        const breadth = isCold ? { ...agent(...own), watchedBuckets: 0 } : agent(...own);
        const tail = logTailOfTools(breadth, breadthPriorOf(others.map((those) => agent(...those))));
        expect(tail[0]).toBeCloseTo(0, 9);
        for (let tools = 1; tools < tail.length; tools += 1) {
          expect(Number.isFinite(tail[tools])).toBe(true);
          expect(tail[tools]).toBeLessThanOrEqual((tail[tools - 1] ?? 0) + 1e-9);
        }
        // What it has done itself, and often, is not impossible.
        const most = mostTools(breadth);
        if (most > 0) expect(tail.length).toBeGreaterThan(most);
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});
