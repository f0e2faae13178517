import { expect, test, vi } from 'vitest';
import { faultNames, variantTexts } from './kit/drawn-switches.ts';
import { runProperty } from './kit/property-run.ts';
import { Tally } from './kit/tally.ts';

// A tenth of a page, and half a hundredth of the results: seconds that are too full for one query, and listings of many
// pages, cost next to nothing.
vi.mock('@custody/permit', async (original) => ({ ...(await original<object>()), mostEntriesPerPage: 10 }));
vi.mock('../src/source.ts', async (original) => ({ ...(await original<object>()), tooManyResults: 50 }));

const ordinarySeeds = process.env.CUSTODY_TEST_LONG === '1' ? 10_000 : 250;
const { CUSTODY_TEST_SEED: only, CUSTODY_TEST_SEEDS: wanted = ordinarySeeds } = process.env;
const seeds = only === undefined ? Array.from({ length: Number(wanted) }, (_, index) => index + 1) : [Number(only)];

/** What the worlds are about beside the source's switches; each has to happen, not only to be possible. */
const situations = [
  'clock set wrong',
  'ids told by a closed window',
  'ids told while rows came or went',
  'killed at an await',
  'killed between steps',
  'limited budget',
  'limited source',
  'proven by count',
  'proven by reread',
  'repair asked for',
  'row deleted and one come together',
  'row deleted before it was read',
  'row deleted while reading',
  'rows later than the lateness',
  'second proven by facets',
  'second said to be unreadable',
  'session ended by a refusal',
  'stopped',
  'two pollers',
  'wrong key',
];
const leastOften = 3;

test('whatever the source does, and whenever the poller dies: what was listed is in the log, and no coverage is contradicted', {
  timeout: Number.POSITIVE_INFINITY,
}, async ({ annotate }) => {
  const startedMs = performance.now();
  const tally = new Tally();
  for (const seed of seeds) {
    const faults = await runProperty(seed, tally);
    const command = `CUSTODY_TEST_SEED=${seed} npx pnpm@12 exec vitest run services/poller/test/property.test.ts`;
    expect(faults, `seed ${seed}; to see it again: ${command}`).toEqual([]);
  }
  const elapsedMs = performance.now() - startedMs;
  await annotate(`${seeds.length} seeds, ${(elapsedMs / seeds.length).toFixed(1)} ms each`);
  const counts = tally.all().map(([name, count]) => `${name} ${count}`);
  await annotate(`drawn and met: ${counts.join(', ')}`);
  if (seeds.length < ordinarySeeds) return;
  const rare = [...variantTexts, ...faultNames, ...situations].filter((name) => tally.of(name) < leastOften);
  expect(rare, `drawn less than ${leastOften} times`).toEqual([]);
});
