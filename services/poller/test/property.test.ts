import { expect, test } from 'vitest';
import { runProperty } from './kit/property-run.ts';

const budgetMs = 60_000;
const wanted = Number(process.env.CUSTODY_TEST_SEEDS ?? 2_000);
const only = process.env.CUSTODY_TEST_SEED;
const isBounded = process.env.CUSTODY_TEST_SEEDS === undefined;
const seeds = only === undefined ? Array.from({ length: wanted }, (_, index) => index + 1) : [Number(only)];

test('whatever the source does, and whenever the poller dies: what was listed is in the log, and no coverage is contradicted', {
  timeout: Number.POSITIVE_INFINITY,
}, async ({ annotate }) => {
  const startedMs = performance.now();
  let runs = 0;
  for (const seed of seeds) {
    if (isBounded && performance.now() - startedMs > budgetMs) break;
    const { faults } = await runProperty(seed);
    expect(faults, `replay with CUSTODY_TEST_SEED=${seed}`).toEqual([]);
    runs += 1;
  }
  expect(runs).toBeGreaterThan(0);
  await annotate(`${runs} seeds in ${Math.round((performance.now() - startedMs) / 1_000)} s`);
});
