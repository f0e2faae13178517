import { CustodyError } from '@custody/runtime';
import { z } from 'zod';
import type { StoreClient } from './client.ts';
import { storeErrors } from './errors.ts';
import { type Migration, migrationsPath, readMigrations } from './migration-files.ts';
import { defineQuery, runQuery } from './query.ts';

const register = [
  'CREATE DATABASE IF NOT EXISTS custody_internal',
  `-- Grain: one row a migration and run; two processes may both have applied one, which does no harm.
CREATE TABLE IF NOT EXISTS custody_internal.migrations
(
    number UInt32,
    name String,
    checksum String, -- SHA-256 of the file
    is_breaking Bool,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY number`,
];

const registerExists = defineQuery({
  name: 'migrations.exists',
  sql: `SELECT count() AS tables FROM system.tables WHERE database = 'custody_internal' AND name = 'migrations'`,
  params: z.object({}),
  row: z.object({ tables: z.number() }),
});

const appliedMigrations = defineQuery({
  name: 'migrations.applied',
  sql: 'SELECT number, name, checksum, is_breaking FROM custody_internal.migrations FINAL ORDER BY number',
  params: z.object({}),
  row: z.object({ number: z.number(), name: z.string(), checksum: z.string(), is_breaking: z.boolean() }),
});
type Applied = z.infer<typeof appliedMigrations.row>;

export interface MigrateOptions {
  /** Applies nothing; what it would do is in the result. */
  readonly dryRun?: boolean;
  /** Where the files are; a test's own. */
  readonly path?: string;
}

function assertUnderstood(applied: readonly Applied[], known: readonly Migration[]): void {
  for (const { number, name, checksum, is_breaking } of applied) {
    const own = known.find((migration) => migration.number === number);
    if (own === undefined && is_breaking) {
      throw new CustodyError(storeErrors.STORE_TOO_NEW, `The store has migration ${number} (${name}), unknown here.`);
    }
    if (own !== undefined && own.checksum !== checksum) {
      throw new CustodyError(storeErrors.STORE_MIGRATION_CHANGED, `Migration ${number} (${name}) was changed.`);
    }
  }
}

/** A statement may look at everything that is stored. */
const timeoutMs = 1_800_000;

async function readApplied(client: StoreClient): Promise<Applied[]> {
  const [found] = await runQuery(client, registerExists, {});
  return found?.tables ? runQuery(client, appliedMigrations, {}) : [];
}

/**
 * Brings the store to this version; returns the migrations that were missing, in order. Files are idempotent and are
 * recorded after their last statement, so that a crash between has the whole file run again. Throws `STORE_TOO_NEW`
 * where a newer version made a breaking change; its other changes do no harm and are left alone.
 */
export async function migrate(
  client: StoreClient,
  { dryRun = false, path = migrationsPath }: MigrateOptions = {},
): Promise<Migration[]> {
  const known = readMigrations(path);
  const applied = await readApplied(client);
  assertUnderstood(applied, known);
  const done = new Set(applied.map(({ number }) => number));
  const missing = known.filter(({ number }) => !done.has(number));
  if (dryRun || missing.length === 0) return missing;
  for (const statement of register) await client.command('migrate.register', statement);
  for (const { number, name, statements, checksum, isBreaking } of missing) {
    for (const statement of statements) await client.command(`migrate.${number}`, statement, {}, { timeoutMs });
    await client.insert('migrate.record', 'custody_internal.migrations', [
      { number, name, checksum, is_breaking: isBreaking },
    ]);
  }
  return missing;
}
