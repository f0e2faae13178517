import type { Bench, BenchOptions, Figures } from './bench.ts';
import { startBenchBrowser } from './dashboard/bench-browser.ts';
import { firstPage } from './dashboard/first-page.ts';
import { heapAfterMany, livePage } from './dashboard/live-page.ts';
import { serveYear } from './serve-year.ts';

async function run(options: BenchOptions): Promise<Figures> {
  // Before the store is made, which takes longer than finding out that there is no browser.
  await using browser = await startBenchBrowser(options.browser);
  await using year = await serveYear(options);
  const { api, landings, aheadMs } = year;
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
