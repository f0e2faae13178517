import type { Bench, BenchOptions, Figures } from './bench.ts';
import { startBenchBrowser } from './dashboard/bench-browser.ts';
import { firstPage } from './dashboard/first-page.ts';
import { heapAfterMany, livePage } from './dashboard/live-page.ts';
import { openSealedYearCopy } from './kept-year.ts';
import { sumUpLateHours } from './query-year.ts';
import { Landings, presentMs } from './serve-present.ts';
import { startServing } from './serve-process.ts';

const envId = 'bench';

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed, signal } = options;
  // Before the store is made, which takes longer than finding out that there is no browser.
  await using browser = await startBenchBrowser(options.browser);
  await using store = await openSealedYearCopy(options, rows, envId);
  const landings = new Landings({ client: store.client, envId, rows, seed });
  await sumUpLateHours({ client: store.client, envId, rows }, signal);
  await landings.begin();
  const aheadMs = presentMs - Date.now();
  await using api = await startServing(store, aheadMs);
  const looked = { browser, api, landings, options, aheadMs };
  return { ...(await firstPage(looked)), ...(await livePage(looked)), ...(await heapAfterMany(looked)) };
}

export const dashboard: Bench = {
  name: 'dashboard',
  description:
    'the page in a real Chromium: its weight, when it is there and drawn, frames and processor time while 500 decisions/s land, memory after many; baseline: the same page while nothing lands',
  defaults: { rows: 10_000_000, runs: 3 },
  run,
};
