import { type Clock, createLogger } from '@custody/runtime';
import { createStoreClient, readStoredSummary } from '@custody/store';
import type { Console } from './console.ts';
import type { StoreAccess } from './store.ts';

export interface ProgressParts {
  readonly console: Console;
  readonly clock: Clock;
  readonly store: StoreAccess;
}

const intervalMs = 15_000;

function ago(ms: number): string {
  return ms < 120_000 ? `${Math.max(0, Math.round(ms / 1000))} s` : `${Math.round(ms / 60_000)} min`;
}

/** Says every few seconds how much is stored and how fresh it is, as long as something changes. */
export async function reportProgress({ console, clock, store }: ProgressParts, signal: AbortSignal): Promise<void> {
  const client = createStoreClient({
    url: store.url,
    username: store.variables.CLICKHOUSE_USER ?? 'default',
    password: store.variables.CLICKHOUSE_PASSWORD ?? '',
    application: 'custody-up',
    logger: createLogger({ service: 'up', level: 'silent' }),
  });
  let shown = -1;
  while (!signal.aborted) {
    const row = await readStoredSummary(client, { signal }).catch(() => null);
    if (row !== null && row.decisions !== shown) {
      const newest = row.newestMs === 0 ? '' : ` · newest ${ago(clock.now() - row.newestMs)} old`;
      console.event('store', `${row.decisions.toLocaleString('en-US')} decisions stored${newest}`);
      shown = row.decisions;
    }
    await clock.sleep(intervalMs, signal);
  }
  await client.close();
}
