import { formatTimestamp } from '@custody/decision';
import { type BenchDecision, benchDecision } from './data.ts';
import type { TemporaryStore } from './temporary-store.ts';
import {
  agentCount,
  agentKey,
  agentName,
  ceilingLevel,
  consentId,
  consentLevel,
  envName,
  humanEmail,
  humanKey,
  humanName,
  humansOf,
  servers,
  yearStartMs,
} from './world.ts';

const rowsPerInsert = 50_000;
const serverNumbers = new Map<string, number>(servers.map((name, n) => [name, n]));

/**
 * Callers go in once and calls refer to them by number: the engine reads a third of the columns that it writes, which
 * makes loading several times as fast.
 */
const tables = [
  'CREATE DATABASE bench',
  `CREATE TABLE bench.agents
(
    agent UInt16, agent_key String, agent_name String, human_key String, human_name String, human_email String,
    human_candidates Array(String), attribution String, evidence String, trust_level String, ceiling_level String,
    consented_at DateTime64(3, 'UTC')
)
ENGINE = Memory`,
  `CREATE TABLE bench.calls
(
    agent UInt16, decision_id UUID, occurred_ms Int64, server LowCardinality(String), tool LowCardinality(String),
    decision LowCardinality(String), reason String, reason_code LowCardinality(String),
    required_level LowCardinality(String), consent_id LowCardinality(String)
)
ENGINE = Null`,
  // Views of hours know an hour only where it was named.
  `CREATE MATERIALIZED VIEW bench.hours TO custody_internal.stored_hours
AS SELECT DISTINCT 'bench' AS env_id, toStartOfHour(fromUnixTimestamp64Milli(occurred_ms, 'UTC')) AS hour
FROM bench.calls`,
  `CREATE MATERIALIZED VIEW bench.whole_rows TO custody_internal.decisions
AS SELECT
    'bench' AS env_id, '${envName}' AS env_name, fromUnixTimestamp64Milli(occurred_ms, 'UTC') AS occurred_at,
    decision_id, 'default' AS tenant, agent_key, agent_name, human_key, human_name, human_email, human_candidates,
    attribution, evidence, server, concat(server, ':', server) AS resource, tool, decision, reason, reason_code,
    trust_level, ceiling_level, required_level, consent_id, consented_at, 1 AS grants_position,
    occurred_at + INTERVAL 1 MINUTE AS ingested_at
FROM bench.calls AS calls
INNER JOIN bench.agents AS agents USING (agent)`,
];

/** An agent with what attribution makes of its calls: one human exactly, or several candidates. */
function agentRow(agent: number): Record<string, unknown> {
  const humans = humansOf(agent);
  const [human, ...others] = humans;
  const caller = { agent, agent_key: agentKey(agent), agent_name: agentName(agent) };
  if (human === undefined || others.length > 0) {
    return { ...caller, human_candidates: humans.map(humanKey).sort(), attribution: 'ambiguous' };
  }
  return {
    ...caller,
    human_key: humanKey(human),
    human_name: humanName(human),
    human_email: humanEmail(human),
    attribution: 'exact',
    evidence: 'consent',
    trust_level: consentLevel,
    ceiling_level: ceilingLevel,
    consented_at: formatTimestamp(yearStartMs),
  };
}

/** Makes the tables that `loadYear` goes through; once a store. */
export async function prepareYear({ client }: TemporaryStore): Promise<void> {
  for (const table of tables) await client.command('bench.prepare', table);
  const agents = Array.from({ length: agentCount }, (_, agent) => agentRow(agent));
  await client.insert('bench.agents', 'bench.agents', agents);
}

/** One line of `bench.calls`, in the order of its columns. */
function lineOf({ agent, humans, id, occurredAtMs, server, tool, ...call }: BenchDecision): string {
  const [human, ...others] = humans;
  const isSure = human !== undefined && others.length === 0;
  const consent = isSure ? consentId(agent, human, serverNumbers.get(server) ?? 0) : '';
  const verdict = call.isDenied ? ['deny', call.reason, 'no_permission'] : ['allow', '', ''];
  return [agent, id, occurredAtMs, server, tool, ...verdict, call.requiredLevel, consent].join('\t');
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
 * question's time does not depend on how its rows came, and the writer would take far longer.
 */
export async function loadYear(
  store: TemporaryStore,
  { rows, seed, signal }: { readonly rows: number; readonly seed: number; readonly signal: AbortSignal },
  isWanted: (row: number) => boolean,
): Promise<void> {
  // One insert runs in the engine's process while the next one is made in this one.
  let sending = Promise.resolve();
  for (const chunk of chunks(rows, seed, isWanted)) {
    await sending;
    signal.throwIfAborted();
    sending = store.insertRaw('bench.calls FORMAT TabSeparated', chunk);
  }
  await sending;
}
