import type { BenchOptions } from './bench.ts';
import { openSealedYearCopy } from './kept-year.ts';
import { sumUpLateHours } from './query-year.ts';
import { Landings, presentMs } from './serve-present.ts';
import { type ServedApi, startServing } from './serve-process.ts';
import type { TemporaryStore } from './temporary-store.ts';

export const servedEnvId = 'bench';

/** A sealed year whose next hour has begun, and the API over it. */
export interface ServedYear extends AsyncDisposable {
  readonly store: TemporaryStore;
  readonly api: ServedApi;
  readonly landings: Landings;
  /** How far the service is ahead of this machine's clock. */
  readonly aheadMs: number;
}

/** Makes the year or takes a copy of a kept one, and serves it in a process of its own. Throws `BENCH_*` and `STORE_*`. */
export async function serveYear(options: BenchOptions): Promise<ServedYear> {
  const { rows, seed, signal } = options;
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openSealedYearCopy(options, rows, servedEnvId));
  const year = { client: store.client, envId: servedEnvId, rows };
  const landings = new Landings({ ...year, seed });
  await sumUpLateHours(year, signal);
  await landings.begin();
  const aheadMs = presentMs - Date.now();
  const api = opened.use(await startServing(store, aheadMs));
  const owned = opened.move();
  return { store, api, landings, aheadMs, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
