import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from './bench.ts';
import { labelOf, openKeptStore } from './kept-store.ts';
import { prepareSealedYear } from './query-year.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';

/** A store with a sealed year of so many decisions, made now or kept from an earlier run. */
export function openSealedYear(options: BenchOptions, rows: number, envId: string): Promise<TemporaryStore> {
  const name = `query-${labelOf(rows)}-seed-${options.seed}`;
  return openKeptStore(options.keptIn, name, ({ client }) => prepareSealedYear({ client, envId, rows }, options));
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
