import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributedDecision, Certainty, Verdict } from '@custody/decision';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import {
  createStoreClient,
  DecisionBlock,
  readerObjects,
  type StoreClient,
  writeDecisions,
  writeWindows,
} from '@custody/store';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

/** The hour that everything happens in. */
export const hourMs = Date.UTC(2026, 2, 31, 10);
export const oddKey = `agent|o'hara \\ "x"`;

interface Call {
  readonly agent: string;
  readonly human: string;
  readonly verdict: Verdict;
  readonly tool?: string;
  readonly certainty?: Certainty;
}

/** Three calls of one agent, of which two were denied; one of another that may be either human's; one of a third one. */
export const calls: readonly Call[] = [
  { agent: 'agent|a', human: 'human|ada', verdict: 'allow' },
  { agent: 'agent|a', human: 'human|ada', verdict: 'deny' },
  { agent: 'agent|a', human: 'human|bob', verdict: 'deny', tool: 'delete_issue' },
  { agent: 'agent|b', human: '', verdict: 'unknown', certainty: 'ambiguous' },
  { agent: oddKey, human: 'human|ada', verdict: 'allow' },
];

function rowOf({ agent, human, verdict, tool = 'create_issue', certainty = 'exact' }: Call, number: number) {
  const decision: AttributedDecision = {
    ...{ envId: 'env-1', envName: 'production', grantsPosition: 1, ingestedAtMs: hourMs + number * 60_000 + 2_000 },
    decision: {
      ...{ id: `00000000-0000-4000-8000-00000000000${number}`, occurredAtMs: hourMs + number * 60_000 },
      ...{ agentKey: agent, agentName: '', server: 'linear', resource: 'linear:linear', tool, tenant: 'default' },
      ...{ verdict, reason: '', reasonCode: verdict === 'deny' ? 'no_user_roles' : '', evidenceHumans: [] },
    },
    attribution: {
      ...{ certainty, evidence: '', humanKey: human, humanName: '', humanEmail: '', consentId: '', consentAtMs: 0 },
      candidates: certainty === 'ambiguous' ? ['human|ada', 'human|bob'] : [],
      ...{ trustLevel: 'low', ceilingLevel: 'high', requiredLevel: 'medium' },
    },
  };
  return { decision, entryBytes: Buffer.from('{}') };
}

export interface Store extends AsyncDisposable {
  /** With the login that dashboards have. */
  readonly reader: StoreClient;
}

/** A store with the calls, and what its poller said of the hour. */
export async function storeWithDecisions(): Promise<Store> {
  await using opened = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'custody-grafana-'));
  opened.defer(() => rmSync(directory, { recursive: true, force: true }));
  const logins = { pipeline: 'pipeline-secret', reader: 'reader-secret' };
  const users = [
    { name: 'pipeline', password: logins.pipeline, access: 'full' },
    { name: 'reader', password: logins.reader, access: 'reader' },
  ] as const;
  await putMigratedStore(directory);
  const engine = await startEmbeddedClickHouse({ directory, port: 0, users, readerObjects, logger });
  opened.defer(() => engine.stop());
  const connect = (username: keyof typeof logins) => {
    const client = createStoreClient({
      url: engine.url,
      username,
      password: logins[username],
      application: 'test',
      logger,
    });
    opened.defer(() => client.close());
    return client;
  };
  const pipeline = connect('pipeline');
  await writeDecisions(pipeline, DecisionBlock.of(calls.map(rowOf)));
  const [from, to] = [hourMs, hourMs + 3_600_000].map((ms) => new Date(ms).toISOString());
  const window = {
    ...{ from, to, facet: '', state: 'closed', proof: 'count', listed: 5, counted: 5, deleted_at_source: 0 },
    ...{ read_at: to, reason: '', ids_xor: '' },
  };
  const hour = { env_id: 'env-1', env_name: 'production', hour: from, windows: [window], updated_at: to };
  await writeWindows(pipeline, [hour as Parameters<typeof writeWindows>[1][number]]);
  const reader = connect('reader');
  const owned = opened.move();
  return { reader, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
