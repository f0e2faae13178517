import type { Bench, BenchOptions, Figures } from './bench.ts';
import { cost, duration } from './figures.ts';
import { labelOf, openKeptStore } from './kept-store.ts';
import { verify } from './measure.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { fillWatchedStore, watchedAtMs } from './watch/watched-store.ts';
import { Watching } from './watch/watching.ts';

const smaller = 10;
/** Half minutes of one bucket after the first look that a median is of; at least. */
const leastLooks = 3;
/** Minutes after the first look, which is at 10:31: where buckets begin, and then 11:05 and 11:10. */
const newBuckets = [4, 9, 14, 19, 24, 29];
const [hourIsRead, hourIsNew] = [34, 39];
/** One agent's burst, and what it is part of: its human, server and tools may be told by themselves before it is over. */
const mostTold = 6;

interface Ticks {
  /** With nothing known, as after a start. */
  readonly firstMs: number;
  /** In the half minutes after it. */
  readonly nextMs: number;
  /** Where a bucket has begun. */
  readonly bucketMs: number;
  /** While what changes slowly is read anew beside the looks, once an hour. */
  readonly besideMs: number;
  /** The first one that goes by that. */
  readonly hourMs: number;
  readonly storeBytes: number | null;
}

async function measureTicks(series: number, { seed, runs, keptIn, signal, onProgress }: BenchOptions): Promise<Ticks> {
  signal.throwIfAborted();
  await using store = await openKeptStore(keptIn, `watch-${labelOf(series)}-seed-${seed}`, ({ client }) =>
    fillWatchedStore(client, { series, seed, signal, onProgress }),
  );
  const watching = new Watching(store.client, watchedAtMs, signal);
  const say = (what: string) => onProgress(`ticks of ${series} series: ${what}`);
  say('the first one');
  const firstMs = await watching.look(0);
  verify(watching.seen >= 0.8 * series, `A look saw ${watching.seen} series of ${series}.`);
  say('the next ones');
  const looks = Math.max(leastLooks, runs);
  const nextMs = await watching.medianOf(Array.from({ length: looks }, (_, at) => (1 + (2 * at) / looks) / 2));
  say('new buckets');
  const bucketMs = await watching.medianOf(newBuckets);
  say('a new hour');
  const besideMs = await watching.medianOf(Array.from({ length: 10 }, (_, at) => hourIsRead + at / 2));
  const hourMs = await watching.look(hourIsNew);
  const told = watching.steps.length;
  verify(told > 0 && told <= mostTold, `Of one burst among what is usual ${told} steps were told.`);
  return { firstMs, nextMs, bucketMs, besideMs, hourMs, storeBytes: peakMemoryBytes(store.pid) };
}

function figuresOf(series: number, ticks: Ticks): Figures {
  const first = duration(ticks.firstMs);
  return {
    [`first_tick_${series}_series`]: first,
    [`next_tick_${series}_series`]: duration(ticks.nextMs),
    [`tick_of_a_new_bucket_${series}_series`]: duration(ticks.bucketMs, { [`first_tick_${series}_series`]: first }),
    [`tick_beside_reading_an_hour_${series}_series`]: duration(ticks.besideMs),
    [`tick_of_a_new_hour_${series}_series`]: duration(ticks.hourMs),
    ...memoryFigure(`store_rss_peak_${series}_series`, ticks.storeBytes),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const fewer = Math.max(1, Math.floor(options.rows / smaller));
  const small = await measureTicks(fewer, options);
  const large = await measureTicks(options.rows, options);
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
