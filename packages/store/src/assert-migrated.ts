import { CustodyError } from '@custody/runtime';
import type { StoreClient } from './client.ts';
import { storeErrors } from './errors.ts';
import { migrate } from './migrate.ts';

/** Throws `STORE_NOT_MIGRATED` unless the store has everything that this version needs, and `STORE_TOO_NEW`. */
export async function assertMigrated(client: StoreClient): Promise<void> {
  const missing = await migrate(client, { dryRun: true });
  if (missing.length === 0) return;
  const names = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
  throw new CustodyError(storeErrors.STORE_NOT_MIGRATED, `The store lacks migrations: ${names}.`);
}
