import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, migrate, type StoreClient } from '@custody/store';
import { verify } from './measure.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface TemporaryStore extends AsyncDisposable {
  readonly client: StoreClient;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Of the engine's process. */
  readonly pid: number;
  /** Sends a body to the store's port as one INSERT, past our client. */
  insertRaw(into: string, body: Uint8Array): Promise<void>;
}

/**
 * An embedded store with its tables and nothing in them; `await using` ends and removes it. One in a directory that is to be
 * kept has what was put into it before, and stays.
 */
export async function openTemporaryStore(keptAt?: string): Promise<TemporaryStore> {
  await using opened = new AsyncDisposableStack();
  const directory = keptAt === undefined ? opened.use(temporaryDirectory()) : { path: keptAt };
  if (keptAt !== undefined) mkdirSync(keptAt, { recursive: true });
  const [user, password] = ['bench', randomBytes(18).toString('base64url')];
  const users = [{ name: user, password, access: 'full' }] as const;
  const engine = await startEmbeddedClickHouse({ directory: directory.path, port: 0, users });
  opened.defer(() => engine.stop());
  const { url, pid } = engine;
  const logger = createLogger({ service: 'bench', level: 'silent' });
  const client = createStoreClient({ url, username: user, password, application: 'custody-bench', logger });
  opened.defer(() => client.close());
  await migrate(client);
  const owned = opened.move();
  return {
    ...{ client, url, user, password, pid },
    async insertRaw(into, body) {
      const query = new URLSearchParams({ query: `INSERT INTO ${into}`, async_insert: '0', wait_end_of_query: '1' });
      query.set('date_time_input_format', 'best_effort');
      const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password };
      const response = await fetch(`${url}/?${query}`, { method: 'POST', headers, body });
      const answer = await response.text();
      verify(response.ok, `The store refused an INSERT: ${answer.slice(0, 300)}`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
