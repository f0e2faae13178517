import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, type StoreClient } from '@custody/store';
import { putMigratedStore } from '../../../../test/kit/migrated-store.ts';
import type { ExpectedRow } from './entries.ts';

export const silent = createLogger({ service: 'test', level: 'silent' });
const user = { name: 'pipeline', password: 'for tests only', access: 'full' } as const;

export function clientOf(url: string): StoreClient {
  return createStoreClient({ url, username: user.name, password: user.password, application: 'test', logger: silent });
}

export interface TestStore {
  readonly url: string;
  readonly client: StoreClient;
  /** Rows of an environment as the public view shows them, by id. */
  rows(envId: string): Promise<Map<string, ExpectedRow & { grants_position: number; [column: string]: unknown }>>;
  /** How many rows the public view counts, and how many distinct ids they have. */
  counts(envId: string): Promise<{ rows: number; ids: number }>;
  entryBytes(envId: string): Promise<Map<string, string>>;
  stopEngine(): Promise<void>;
  startEngine(): Promise<void>;
  close(): Promise<void>;
}

const rowsSql = `SELECT v.decision_id AS decision_id, toUnixTimestamp64Milli(v.occurred_at) AS occurred_ms, v.agent_key AS agent_key,
  v.server AS server, v.tool AS tool, v.decision AS decision, v.human_key AS human_key, v.attribution AS attribution,
  v.agent_name AS agent_name, v.env_name AS env_name
FROM custody.decisions AS v WHERE v.env_id = {env:String}`;
const positionsSql = `SELECT decision_id, grants_position FROM custody_internal.decisions FINAL WHERE env_id = {env:String}`;

/** A migrated store of its own on the real engine. */
export async function startStore(): Promise<TestStore> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-consumer-store-'));
  await putMigratedStore(directory);
  const start = (port: number) => startEmbeddedClickHouse({ directory, port, users: [user] });
  let engine: EmbeddedClickHouse = await start(0);
  const { url, port } = engine;
  const client = clientOf(url);
  const settings = { output_format_json_quote_64bit_integers: 0 } as const;
  const select = (sql: string, env: string) => client.select('test', sql, { env }, { settings });
  return {
    url,
    client,
    async rows(envId) {
      const rows = (await select(rowsSql, envId)) as (ExpectedRow & { grants_position: number })[];
      const positions = (await select(positionsSql, envId)) as { decision_id: string; grants_position: number }[];
      const position = new Map(positions.map((row) => [row.decision_id, row.grants_position]));
      return new Map(
        rows.map((row) => [row.decision_id, { ...row, grants_position: position.get(row.decision_id) ?? -1 }]),
      );
    },
    async counts(envId) {
      const sql =
        'SELECT count() AS rows, uniqExact(decision_id) AS ids FROM custody.decisions WHERE env_id = {env:String}';
      const [row] = (await select(sql, envId)) as { rows: number; ids: number }[];
      return row ?? { rows: -1, ids: -1 };
    },
    async entryBytes(envId) {
      const sql = 'SELECT decision_id, entry FROM custody_internal.entries FINAL WHERE env_id = {env:String}';
      const rows = (await select(sql, envId)) as { decision_id: string; entry: string }[];
      return new Map(rows.map((row) => [row.decision_id, row.entry]));
    },
    stopEngine: () => engine.stop(),
    async startEngine() {
      engine = await start(port);
    },
    async close() {
      await client.close();
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
