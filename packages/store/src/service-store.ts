import type { InterruptiblePatience, Lifecycle, Logger, SourceKind } from '@custody/runtime';
import type { z } from 'zod';
import { assertMigrated } from './assert-migrated.ts';
import { createStoreClient, type StoreClient } from './client.ts';
import { claimSource } from './installation.ts';
import { migrate } from './migrate.ts';
import { storeUrl, type storeVariables } from './variables.ts';

/** A client of the configured store for a service of that name, which is closed when the service ends. */
export function openServiceStore(
  config: z.infer<typeof storeVariables>,
  application: string,
  { lifecycle, logger }: { readonly lifecycle: Lifecycle; readonly logger: Logger },
): StoreClient {
  const client = createStoreClient({
    url: storeUrl(config),
    username: config.CLICKHOUSE_USER,
    password: config.CLICKHOUSE_PASSWORD,
    application,
    logger,
  });
  lifecycle.defer('store', () => client.close());
  return client;
}

/**
 * Waits for the store and makes sure that it is ours to write: brought to this version, and of our kind of source.
 * Throws `STORE_NOT_MIGRATED`, `STORE_TOO_NEW`, `STORE_OTHER_SOURCE`, `STORE_BAD_CREDENTIALS`, and what the patience says when
 * the signal aborts before.
 */
export async function untilStoreIsOurs(
  client: StoreClient,
  source: SourceKind,
  patiently: InterruptiblePatience,
  signal: AbortSignal,
): Promise<void> {
  assertMigrated(await patiently('reach the store', signal, () => migrate(client, { dryRun: true })));
  await patiently('claim the store', signal, () => claimSource(client, source));
}
