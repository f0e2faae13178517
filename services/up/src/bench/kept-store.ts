import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustodyError } from '@custody/runtime';
import { benchErrors } from './errors.ts';
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

/** A store with something in it, made now or kept from an earlier run in a directory of that name. */
export async function openKeptStore(
  keptIn: string | null,
  name: string,
  make: (store: TemporaryStore) => Promise<unknown>,
): Promise<TemporaryStore> {
  const kept = keptIn === null ? undefined : join(keptIn, name);
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openTemporaryStore(kept));
  await makeOnce(kept, () => make(store));
  const owned = opened.move();
  return { ...store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
