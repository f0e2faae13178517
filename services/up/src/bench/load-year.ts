import { formatTimestamp } from '@custody/decision';
import { type BenchDecision, benchDecision } from './data.ts';
import type { TemporaryStore } from './temporary-store.ts';
import {
  agentKey,
  agentName,
  ceilingLevel,
  consentId,
  consentLevel,
  envName,
  humanEmail,
  humanKey,
  humanName,
  servers,
  yearStartMs,
} from './world.ts';

const rowsPerInsert = 50_000;
export const yearEnvId = 'bench';

/** `2025-01-01 00:00:00.000`, which the engine reads faster than RFC 3339. */
function sqlTime(epochMs: number): string {
  return formatTimestamp(epochMs).slice(0, -1).replace('T', ' ');
}

const consentedAt = sqlTime(yearStartMs);
const serverNumbers = new Map<string, number>(servers.map((name, n) => [name, n]));

/** What attribution makes of it: one human exactly, or several candidates. */
function humanColumns({ agent, humans, server }: BenchDecision): Record<string, string> {
  const [human, ...others] = humans;
  if (human === undefined || others.length > 0) {
    const candidates = humans.map((one) => `'${humanKey(one)}'`).join(',');
    return { human_candidates: `[${candidates}]`, attribution: 'ambiguous', consented_at: sqlTime(0) };
  }
  return {
    human_key: humanKey(human),
    human_name: humanName(human),
    human_email: humanEmail(human),
    human_candidates: '[]',
    attribution: 'exact',
    evidence: 'consent',
    trust_level: consentLevel,
    ceiling_level: ceilingLevel,
    consent_id: consentId(agent, human, serverNumbers.get(server) ?? 0),
    consented_at: consentedAt,
  };
}

function columnsOf(decision: BenchDecision): Record<string, string> {
  const { id, occurredAtMs, agent, server, tool, isDenied, reason, requiredLevel } = decision;
  return {
    env_id: yearEnvId,
    env_name: envName,
    occurred_at: sqlTime(occurredAtMs),
    decision_id: id,
    tenant: 'default',
    agent_key: agentKey(agent),
    agent_name: agentName(agent),
    ...humanColumns(decision),
    server,
    resource: `${server}:${server}`,
    tool,
    decision: isDenied ? 'deny' : 'allow',
    reason,
    reason_code: isDenied ? 'no_permission' : '',
    required_level: requiredLevel,
    evidence_humans: '[]',
    grants_position: '1',
    ingested_at: sqlTime(occurredAtMs + 60_000),
  };
}

const columns = [
  ...['env_id', 'env_name', 'occurred_at', 'decision_id', 'tenant', 'agent_key', 'agent_name'],
  ...['human_key', 'human_name', 'human_email', 'human_candidates', 'attribution', 'evidence'],
  ...['server', 'resource', 'tool', 'decision', 'reason', 'reason_code'],
  ...['trust_level', 'ceiling_level', 'required_level', 'consent_id', 'consented_at'],
  ...['evidence_humans', 'grants_position', 'ingested_at'],
];

function lineOf(decision: BenchDecision): string {
  const values = columnsOf(decision);
  return columns.map((column) => values[column] ?? '').join('\t');
}

function* chunks(rows: number, seed: number, isWanted: (row: number) => boolean): Generator<Uint8Array> {
  let lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    if (!isWanted(row)) continue;
    lines.push(lineOf(benchDecision(row, seed, rows)));
    if (lines.length < rowsPerInsert) continue;
    yield Buffer.from(`${lines.join('\n')}\n`, 'utf8');
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`, 'utf8');
}

/**
 * Puts the wanted rows of a year of `rows` decisions into the row table. Not through the writer, and without entries: a
 * question's time does not depend on how its rows came, and the writer would take ten times as long.
 */
export async function loadYear(
  store: TemporaryStore,
  { rows, seed, signal }: { readonly rows: number; readonly seed: number; readonly signal: AbortSignal },
  isWanted: (row: number) => boolean,
): Promise<void> {
  const into = `custody_internal.decisions (${columns.join(', ')}) FORMAT TabSeparated`;
  // One insert runs in the engine's process while the next one is made in this one.
  let sending = Promise.resolve();
  for (const chunk of chunks(rows, seed, isWanted)) {
    await sending;
    signal.throwIfAborted();
    sending = store.insertRaw(into, chunk);
  }
  await sending;
}
