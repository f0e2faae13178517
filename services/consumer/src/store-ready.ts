import { CustodyError, type SourceKind } from '@custody/runtime';
import { claimSource, migrate, recordLateness, type StoreClient, storeErrors } from '@custody/store';
import type { Patience } from './patience.ts';

export interface StoreReadyOptions {
  readonly source: SourceKind;
  readonly latenessSeconds: number;
  readonly patiently: Patience;
}

/**
 * Waits for the store and makes sure that it is ours to write: brought to this version, and of our kind of source.
 * Throws `STORE_NOT_MIGRATED`, `STORE_TOO_NEW`, `STORE_OTHER_SOURCE`, `STORE_BAD_CREDENTIALS`.
 */
export async function makeStoreReady(client: StoreClient, options: StoreReadyOptions, signal: AbortSignal) {
  const { source, latenessSeconds, patiently } = options;
  const missing = await patiently('reach the store', signal, () => migrate(client, { dryRun: true }));
  if (missing.length > 0) {
    const names = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
    throw new CustodyError(storeErrors.STORE_NOT_MIGRATED, `The store lacks migrations: ${names}.`);
  }
  await patiently('claim the store', signal, () => claimSource(client, source));
  await patiently('record the lateness', signal, () => recordLateness(client, latenessSeconds));
}
