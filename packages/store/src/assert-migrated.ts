import { CustodyError } from '@custody/runtime';
import { storeErrors } from './errors.ts';
import type { Migration } from './migration-files.ts';

/** Throws `STORE_NOT_MIGRATED` where the store lacks migrations, by what a dry run of `migrate` found. */
export function assertMigrated(missing: readonly Migration[]): void {
  if (missing.length === 0) return;
  const names = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
  throw new CustodyError(storeErrors.STORE_NOT_MIGRATED, `The store lacks migrations: ${names}.`);
}
