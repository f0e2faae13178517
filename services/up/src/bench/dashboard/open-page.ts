import type { Browser, CDPSession, Page } from 'playwright-core';
import { verify } from '../measure.ts';
import { probeScript } from './probe.ts';

/** A page with nothing remembered, as an analyst's window is large. */
export interface BenchPage extends AsyncDisposable {
  readonly page: Page;
  readonly tools: CDPSession;
  /** Throws `BENCH_FAILED` where a script of the page failed. */
  verify(): void;
}

/** Processor time, heap and elements of a page, as its browser accounts for them. */
export interface PageUse {
  /** Of the page's one thread for scripts, styles and layout, milliseconds since it began. */
  readonly threadMs: number;
  /** Elements and texts, those that were taken out and are still held included. */
  readonly nodes: number;
}

export async function openBenchPage(browser: Browser, aheadMs: number): Promise<BenchPage> {
  const viewport = { width: 1_440, height: 900 };
  const context = await browser.newContext({ viewport, timezoneId: 'UTC', colorScheme: 'light' });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(String(error)));
  await page.addInitScript({ content: probeScript(aheadMs) });
  const tools = await context.newCDPSession(page);
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return {
    page,
    tools,
    verify: () => verify(failures.length === 0, `The page failed: ${failures.join('; ').slice(0, 500)}`),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Shows an address and waits until all of it is answered and drawn. */
export async function showSettled({ page }: BenchPage, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit' });
  await page.evaluate('custodyProbe.settled()');
}

export async function useOf({ tools }: BenchPage): Promise<PageUse> {
  const { metrics } = await tools.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { threadMs: of('ThreadTime') * 1_000, nodes: of('Nodes') };
}

/** Bytes that scripts hold once what nobody holds is gone. */
export async function heapOf({ tools }: BenchPage): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize;
}
