import type { Figures } from '../bench.ts';
import { cost, duration, rate } from '../figures.ts';
import { median, quantile, verify } from '../measure.ts';
import type { LookedAt } from './looked-at.ts';
import { type BenchPage, heapOf, openBenchPage, showSettled, useOf } from './open-page.ts';
import { type SeenFrames, seenFrames, tailPanel } from './probe.ts';

/** Decisions that land in a second. */
const perSecond = 500;
const windowMs = 10_000;
const mostLanded = 200_000;
const atOnce = 2_000;
const toldEvery = 20_000;

type Window = SeenFrames & { readonly busyMs: number };

/** Windows of the page as it stands, one after the other. */
async function windowsOf(opened: BenchPage, { options }: LookedAt, what: string): Promise<Window[]> {
  const windows: Window[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    options.signal.throwIfAborted();
    options.onProgress(`${what}: window ${run} of ${options.runs}`);
    const before = await useOf(opened);
    const frames = seenFrames.parse(await opened.page.evaluate(`custodyProbe.frames(${windowMs})`));
    const after = await useOf(opened);
    windows.push({ ...frames, busyMs: after.threadMs - before.threadMs });
  }
  return windows;
}

function framesOf(windows: readonly Window[]): number {
  return median(windows.map(({ count, elapsedMs }) => (count / elapsedMs) * 1_000));
}

function windowFigures(name: string, windows: readonly Window[], still: readonly Window[]): Figures {
  const frames = (of: readonly Window[], baselines = {}) => rate(framesOf(of), 1_000, 'frames', baselines);
  const share = (value: (window: Window) => number) =>
    median(windows.map((window) => (value(window) / window.elapsedMs) * 100));
  const isStill = windows === still;
  return {
    [`${name}_frames`]: frames(windows, isStill ? {} : { still_frames: frames(still) }),
    [`${name}_frames_worst`]: rate(
      Math.min(...windows.map(({ count, elapsedMs }) => (count / elapsedMs) * 1_000)),
      1_000,
      'frames',
    ),
    [`${name}_missed`]: cost(median(windows.map(({ missed }) => missed)) / (windowMs / 1_000), 'frames/s'),
    [`${name}_longest_gap`]: duration(Math.max(...windows.map(({ longestMs }) => longestMs))),
    [`${name}_long_tasks`]: cost(
      share(({ longTaskMs }) => longTaskMs),
      '% of the time',
    ),
    [`${name}_busy`]: cost(
      share(({ busyMs }) => busyMs),
      '% of a core',
    ),
  };
}

/** What lands in a second, as the page says it. */
async function toldRate({ page }: BenchPage): Promise<number> {
  const text = (await page.locator(`${tailPanel} .live`).textContent()) ?? '';
  return Number(/([\d.]+) \/ s/.exec(text)?.[1]);
}

/**
 * The page while nothing lands, and while decisions land through the store and the real stream: as it is opened, and scrolled to the
 * live decisions.
 */
export async function livePage(looked: LookedAt): Promise<Figures> {
  const { browser, api, landings, options, aheadMs } = looked;
  await using opened = await openBenchPage(browser, aheadMs);
  await showSettled(opened, `${api.url}/`);
  const still = await windowsOf(opened, looked, 'nothing lands');
  const stopping = new AbortController();
  const nowMs = () => Date.now() + aheadMs;
  const beganAt = performance.now();
  const landing = landings.atRate(perSecond, nowMs, AbortSignal.any([options.signal, stopping.signal]));
  try {
    const overview = await windowsOf(opened, looked, `${perSecond} decisions/s, overview`);
    await opened.page.locator(tailPanel).scrollIntoViewIfNeeded();
    const tail = await windowsOf(opened, looked, `${perSecond} decisions/s, live decisions`);
    const told = await toldRate(opened);
    verify(told > 0, 'No decision reached the page.');
    const elapsedMs = performance.now() - beganAt;
    stopping.abort();
    const landed = await landing;
    const ages = tail.flatMap(({ ageMs }) => ageMs);
    verify(ages.length > 0, 'No decision was shown as it landed.');
    opened.verify();
    return {
      landed: rate(landed, elapsedMs, 'decisions'),
      told: rate(told, 1_000, 'decisions'),
      ...windowFigures('still', still, still),
      ...windowFigures('overview', overview, still),
      ...windowFigures('tail', tail, still),
      tail_age_p50: duration(quantile(ages, 0.5)),
      tail_age_p95: duration(quantile(ages, 0.95)),
    };
  } finally {
    stopping.abort();
    await Promise.allSettled([landing]);
  }
}

/** What a page holds after a few decisions, and after ten times as many: as fast as they can be stored. */
export async function heapAfterMany(looked: LookedAt): Promise<Figures> {
  const { browser, api, landings, options, aheadMs } = looked;
  const many = Math.min(options.rows, mostLanded);
  const few = Math.ceil(many / 10);
  await using opened = await openBenchPage(browser, aheadMs);
  await showSettled(opened, `${api.url}/`);
  await opened.page.locator(`${tailPanel} .live.is-live`).waitFor();
  let landed = 0;
  const until = async (count: number) => {
    let newest = '';
    for (; landed < count; landed += Math.min(atOnce, count - landed)) {
      options.signal.throwIfAborted();
      if (landed % toldEvery === 0) options.onProgress(`a page that was told ${landed} decisions`);
      newest = await landings.land(Math.min(atOnce, count - landed), Date.now() + aheadMs - 1_000);
    }
    await opened.page.locator(`${tailPanel} a[href*="${newest}"]`).waitFor();
    return { heapBytes: await heapOf(opened), ...(await useOf(opened)) };
  };
  const [first, last] = [await until(few), await until(many)];
  opened.verify();
  const mib = 2 ** 20;
  const baseline = cost(first.heapBytes / mib, 'MiB');
  return {
    heap_few: baseline,
    heap_many: cost(last.heapBytes / mib, 'MiB', { heap_few: baseline }),
    nodes_few: cost(first.nodes, 'nodes'),
    nodes_many: cost(last.nodes, 'nodes'),
    many: cost(many, 'decisions'),
  };
}
