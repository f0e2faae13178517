import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustodyError } from '@custody/runtime';
import type { BenchOptions } from './bench.ts';
import { benchErrors } from './errors.ts';
import { prepareSealedYear } from './query-year.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';

/** As part of a figure's name and of a directory's: `10m`, `20k`. */
export function labelOf(rows: number): string {
  if (rows % 1_000_000 === 0) return `${rows / 1_000_000}m`;
  return rows % 1_000 === 0 ? `${rows / 1_000}k` : String(rows);
}

/** Makes what a kept store has, unless an earlier run made all of it. Throws `BENCH_REFUSED` for one that was cut short. */
async function makeOnce(kept: string | undefined, make: () => Promise<unknown>): Promise<void> {
  if (kept === undefined) {
    await make();
    return;
  }
  const [begun, made] = [join(kept, 'begun'), join(kept, 'made')];
  if (existsSync(made)) return;
  if (existsSync(begun)) throw new CustodyError(benchErrors.BENCH_REFUSED, `${kept} was left half made: remove it.`);
  writeFileSync(begun, '');
  await make();
  writeFileSync(made, '');
}

/** A store with a sealed year of so many decisions, made now or kept from an earlier run. */
export async function openSealedYear(options: BenchOptions, rows: number, envId: string): Promise<TemporaryStore> {
  const name = `query-${labelOf(rows)}-seed-${options.seed}`;
  const kept = options.keptIn === null ? undefined : join(options.keptIn, name);
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openTemporaryStore(kept));
  await makeOnce(kept, () => prepareSealedYear({ client: store.client, envId, rows }, options));
  const owned = opened.move();
  return { ...store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The same, to be written to: what is kept stays as it is. */
export async function openSealedYearCopy(options: BenchOptions, rows: number, envId: string): Promise<TemporaryStore> {
  const { keptIn, seed } = options;
  if (keptIn === null) return openSealedYear(options, rows, envId);
  // Ended before it is copied: an engine moves its files about.
  await (await openSealedYear(options, rows, envId))[Symbol.asyncDispose]();
  await using opened = new AsyncDisposableStack();
  const { path } = opened.use(temporaryDirectory());
  const copy = join(path, 'store');
  cpSync(join(keptIn, `query-${labelOf(rows)}-seed-${seed}`), copy, { recursive: true });
  const store = opened.use(await openTemporaryStore(copy));
  const owned = opened.move();
  return { ...store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
