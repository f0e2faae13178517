import { CustodyError } from '@custody/runtime';
import { attribute } from './attribute.ts';
import { backtestBench } from './backtest.ts';
import type { Bench } from './bench.ts';
import { consumer } from './consumer.ts';
import { dashboard } from './dashboard.ts';
import { detect } from './detect.ts';
import { benchErrors } from './errors.ts';
import { exportBench } from './export.ts';
import { log } from './log.ts';
import { parse } from './parse.ts';
import { poller } from './poller.ts';
import { query } from './query.ts';
import { reattribution } from './reattribution.ts';
import { sealing } from './seal.ts';
import { serve } from './serve.ts';
import { simulator } from './simulator.ts';
import { storage } from './storage.ts';
import { store } from './store.ts';
import { storm } from './storm.ts';
import { watch } from './watch.ts';

/** Every benchmark, in the order of a decision's way. */
export const benches: readonly Bench[] = [
  simulator,
  poller,
  parse,
  attribute,
  log,
  store,
  storage,
  consumer,
  reattribution,
  sealing,
  query,
  serve,
  exportBench,
  dashboard,
  detect,
  backtestBench,
  watch,
  storm,
];

/** Throws `BENCH_REFUSED` for a name that no benchmark has. */
export function benchNamed(name: string): Bench {
  const found = benches.find((bench) => bench.name === name);
  if (found !== undefined) return found;
  const known = benches.map((bench) => bench.name).join(', ');
  throw new CustodyError(
    benchErrors.BENCH_REFUSED,
    `There is no benchmark ${JSON.stringify(name)}; there are ${known}.`,
  );
}
