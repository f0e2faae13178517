import { cpSync } from 'node:fs';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, migrate } from '@custody/store';
import { temporaryDirectory } from './temporary-directory.ts';

const user = { name: 'migrating', password: 'for this copy only', access: 'full' } as const;

/** The data directory of a store that has been migrated and ended; it goes with the run's directory. */
async function migratedOnce(): Promise<string> {
  const { path: directory } = temporaryDirectory();
  const engine = await startEmbeddedClickHouse({ directory, port: 0, users: [user] });
  const logger = createLogger({ service: 'test', level: 'silent' });
  const login = { username: user.name, password: user.password, application: 'test' };
  const client = createStoreClient({ url: engine.url, ...login, logger });
  await migrate(client);
  await client.close();
  await engine.stop();
  return directory;
}

let original: Promise<string> | undefined;

/**
 * Puts a store without a row into `directory`, which may be empty or not there yet, as `migrate` leaves one behind. A
 * process migrates once and copies that: some fifty times cheaper, and nearly every test file needs one.
 */
export async function putMigratedStore(directory: string): Promise<void> {
  original ??= migratedOnce();
  // Links as they are: others would lead into the original.
  cpSync(await original, directory, { recursive: true, verbatimSymlinks: true });
}
