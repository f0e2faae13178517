import type { SourceKind } from '@custody/runtime';
import { recordLateness, type StoreClient, untilStoreIsOurs } from '@custody/store';
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
  await untilStoreIsOurs(client, source, patiently, signal);
  await patiently('record the lateness', signal, () => recordLateness(client, latenessSeconds));
}
