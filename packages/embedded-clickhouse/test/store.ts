import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedClickHouse, type EmbeddedClickHouseOptions, startEmbeddedClickHouse } from '../src/index.ts';

export const pipeline = { username: 'pipeline', password: 'pipeline-secret' };
export const reader = { username: 'reader', password: 'reader-secret' };
export const users = [
  { name: pipeline.username, password: pipeline.password, access: 'full' },
  { name: reader.username, password: reader.password, access: 'reader' },
] as const;

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'custody-store-test-'));
}

export interface TestStore extends EmbeddedClickHouse {
  readonly directory: string;
  readonly pipeline: typeof pipeline;
  close(): Promise<void>;
}

/** A store of its own on a free port, its directory gone after `close`. */
export async function startStore(options: Partial<EmbeddedClickHouseOptions> = {}): Promise<TestStore> {
  const directory = options.directory ?? temporaryDirectory();
  const store = await startEmbeddedClickHouse({ port: 0, users, ...options, directory }).catch((error: unknown) => {
    if (!options.directory) rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const close = async () => {
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...store, directory, pipeline, close };
}
