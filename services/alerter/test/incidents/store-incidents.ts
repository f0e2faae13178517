import { createHash } from 'node:crypto';
import {
  type AttributedDecision,
  formatTimestamp,
  hourMs,
  hourOf,
  type TrustLevel,
  type Verdict,
} from '@custody/decision';
import {
  DecisionBlock,
  type DecisionRow,
  type StoreClient,
  writeDecisions,
  writeReports,
  writeWindows,
} from '@custody/store';
import { beginMs, type TrueIncident } from './truth.ts';

/** A call as the consumer stores it. */
export interface StoredCall {
  readonly envId: string;
  readonly id: string;
  readonly atMs: number;
  readonly agent: string;
  readonly human: string;
  readonly server: string;
  readonly tool: string;
  readonly verdict: Verdict;
  readonly requiredLevel: TrustLevel | '';
}

function rowOf(call: StoredCall): DecisionRow {
  const { envId, id, atMs, agent, human, server, tool, verdict, requiredLevel } = call;
  const decision: AttributedDecision = {
    ...{ envId, envName: envId },
    decision: {
      ...{ id, occurredAtMs: atMs, agentKey: agent, agentName: agent, server, resource: `${server}:${server}`, tool },
      ...{ tenant: 'default', verdict, reason: '', reasonCode: verdict === 'deny' ? 'no_permission' : '' },
      evidenceHumans: [],
    },
    attribution: {
      ...{ certainty: human === '' ? 'unknown' : 'exact', evidence: '', humanKey: human, humanName: human },
      ...{ humanEmail: '', candidates: [], consentId: '', consentAtMs: null, trustLevel: '', ceilingLevel: '' },
      requiredLevel,
    },
    ...{ grantsPosition: 1, ingestedAtMs: atMs },
  };
  return { decision, entryBytes: Buffer.from('{}') };
}

export async function storeCalls(client: StoreClient, calls: readonly StoredCall[]): Promise<void> {
  for (let from = 0; from < calls.length; from += 50_000) {
    await writeDecisions(client, DecisionBlock.of(calls.slice(from, from + 50_000).map(rowOf)));
  }
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');
}

export async function storeIncidents(client: StoreClient, incidents: readonly TrueIncident[]): Promise<void> {
  const calls = incidents.flatMap(({ name, fromMs, calls: own }) =>
    own.map(({ atMs, agent, human, server, tool, decision = 'deny', requiredLevel = 'low' }, index) => ({
      ...{ envId: name, id: idOf(`${name} ${index}`), atMs: beginMs + fromMs + atMs, agent, server, tool },
      ...{ human: human ?? `human|of ${agent.slice('agent|'.length)}`, verdict: decision, requiredLevel },
    })),
  );
  await storeCalls(client, calls);
}

/** That everything of an environment was read and proven in a range. */
export async function storeProof(client: StoreClient, envId: string, fromMs: number, toMs: number): Promise<void> {
  const plain = { listed: 1, counted: 1, deleted_at_source: 0, read_at: null, reason: '' };
  const count = Math.ceil((toMs - hourOf(fromMs)) / hourMs);
  const hours = Array.from({ length: count }, (_, n) => hourOf(fromMs) + n * hourMs);
  await writeWindows(
    client,
    hours.map((hour) => ({
      ...{ env_id: envId, env_name: envId, hour: formatTimestamp(hour), updated_at: formatTimestamp(hour) },
      windows: [
        {
          ...{ from: formatTimestamp(hour), to: formatTimestamp(hour + hourMs), state: 'closed', proof: 'count' },
          ...plain,
        } as const,
      ],
    })),
  );
  await writeReports(client, [
    {
      ...{ env_id: envId, env_name: envId, as_of: formatTimestamp(toMs), open_seconds: 0, blind_seconds: 0 },
      ...{ unreadable_seconds: 0, rows_listed: 0, rows_read: 0, rows_missing: 0, oldest_open: null },
      ...{ requests_spent: 0, requests_refused: 0, requests_per_minute: null },
      ...{ read_from: formatTimestamp(fromMs), read_until: formatTimestamp(toMs) },
    },
  ]);
}
