import { clickhouseTickStore, Tick } from '@custody/alerter';
import { minuteMs, type TickRecord } from '@custody/decision';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { cost, duration } from './figures.ts';
import { median, timed, verify } from './measure.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { openTemporaryStore } from './temporary-store.ts';
import { fillWatchedStore, watchedAtMs } from './watch/watched-store.ts';

const smaller = 10;
/** Half minutes of one bucket after the first look, and looks with which a bucket begins, that a median is of; at least. */
const leastLooks = 3;

interface Ticks {
  /** With nothing known, as after a start. */
  readonly firstMs: number;
  /** In the half minutes after it. */
  readonly nextMs: number;
  /** Where a bucket has begun. */
  readonly bucketMs: number;
  /** Where an hour has begun too. */
  readonly hourMs: number;
  readonly storeBytes: number | null;
}

async function measureTicks(series: number, options: BenchOptions): Promise<Ticks> {
  const { seed, runs, signal, onProgress } = options;
  signal.throwIfAborted();
  onProgress(`four weeks of ${series} series`);
  await using store = await openTemporaryStore();
  await fillWatchedStore(store.client, { series, seed });
  let atMs = watchedAtMs;
  let seen = 0;
  const ticks = clickhouseTickStore(store.client);
  const tick = new Tick({
    store: {
      ...ticks,
      async surroundings(...asked) {
        const found = await ticks.surroundings(...asked);
        seen = found.environments.reduce((sum, one) => sum + one.series.length, 0);
        return found;
      },
    },
    ...{ orders: async () => ({ rules: [], actions: [], silences: [] }), fileRules: () => [], channelNames: () => [] },
    ...{ publicUrl: '', isDemo: false, clock: { now: () => atMs, sleep: async () => undefined } },
  });
  let head: TickRecord | null = null;
  const look = async (laterMs: number) => {
    signal.throwIfAborted();
    atMs = watchedAtMs + laterMs;
    const outcome = await tick.look(head, atMs, signal);
    // What a tick goes on from, without what the topic adds to it.
    head = { ...outcome, kept: [] } as unknown as TickRecord;
  };
  const looks = Math.max(leastLooks, runs);
  onProgress(`ticks of ${series} series`);
  const firstMs = await timed(() => look(0));
  verify(seen >= 0.8 * series, `A look saw ${seen} series of ${series}.`);
  const [next, bucket] = [[] as number[], [] as number[]];
  for (let at = 1; at <= looks; at += 1) next.push(await timed(() => look((at * minuteMs) / (2 * looks))));
  for (let at = 1; at <= looks; at += 1) bucket.push(await timed(() => look((4 + 5 * at) * minuteMs)));
  const hourMs = await timed(() => look(35 * minuteMs));
  return {
    ...{ firstMs, nextMs: median(next), bucketMs: median(bucket), hourMs },
    storeBytes: peakMemoryBytes(store.pid),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const fewer = Math.max(1, Math.floor(options.rows / smaller));
  const small = await measureTicks(fewer, options);
  const large = await measureTicks(options.rows, options);
  const figuresOf = (series: number, { firstMs, nextMs, bucketMs, hourMs, storeBytes }: Ticks): Figures => ({
    [`first_tick_${series}_series`]: duration(firstMs),
    [`next_tick_${series}_series`]: duration(nextMs),
    [`tick_of_a_new_bucket_${series}_series`]: duration(bucketMs, {
      [`first_tick_${series}_series`]: duration(firstMs),
    }),
    [`tick_of_a_new_hour_${series}_series`]: duration(hourMs),
    ...memoryFigure(`store_rss_peak_${series}_series`, storeBytes),
  });
  return {
    ...figuresOf(fewer, small),
    ...figuresOf(options.rows, large),
    growth_x10_series: cost(large.bucketMs / small.bucketMs, 'times as long'),
    ...ownMemory(),
  };
}

export const watch: Bench = {
  name: 'watch',
  description: 'a tick of the alerter over a store in which every series is denied something: reading and judging',
  defaults: { rows: 20_000, runs: 3 },
  run,
};
