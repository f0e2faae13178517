import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, migrate } from '@custody/store';
import { eventually } from './eventually.ts';
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

/** Workers of a run share its directory: the first that needs a store makes it for all of them, and the others wait for it. */
async function migratedOnceForAll(): Promise<string> {
  const place = join(tmpdir(), 'migrated-store');
  const claim = `${place}-under-way`;
  if (existsSync(place)) return place;
  try {
    mkdirSync(claim);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await eventually(
      () => existsSync(place) || !existsSync(claim),
      (isOver) => isOver,
    );
    return migratedOnceForAll();
  }
  try {
    // In its place only when it is whole.
    renameSync(await migratedOnce(), place);
    return place;
  } finally {
    rmSync(claim, { recursive: true });
  }
}

let original: Promise<string> | undefined;

/**
 * Puts a store without a row into `directory`, which may be empty or not there yet, as `migrate` leaves one behind. A
 * run migrates once and copies that: some fifty times cheaper, and nearly every test file needs one.
 */
export async function putMigratedStore(directory: string): Promise<void> {
  original ??= migratedOnceForAll();
  // Links as they are: others would lead into the original.
  cpSync(await original, directory, { recursive: true, verbatimSymlinks: true });
}
