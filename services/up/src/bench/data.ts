import { type DecisionHeaders, formatTimestamp, hourMs, hourOf } from '@custody/decision';
import type { NewRecord } from '@custody/log';
import { drawOf, uuidOf, zipf } from './random.ts';
import {
  agentCount,
  agentKey,
  agentName,
  envName,
  humansOf,
  permittedTools,
  servers,
  serversOf,
  tools,
  yearEndMs,
  yearStartMs,
} from './world.ts';

/**
 * Decisions for benchmarks: a year of 600 agents, called by Zipf's law with the exponent 1.1, 12 servers of 20 tools,
 * 150 humans, 8 % denials. Everything is a function of the seed and the row's number. It knows nothing of the simulator.
 */
export const denialShare = 0.08;
export const chooseAgent = zipf(agentCount, 1.1);

/** A decision before it is written down. Agents, humans and servers are numbers. */
export interface BenchDecision {
  readonly row: number;
  readonly id: string;
  readonly occurredAtMs: number;
  readonly agent: number;
  /** Who may be behind it; several where it cannot be told. */
  readonly humans: readonly number[];
  readonly server: string;
  readonly tool: string;
  readonly requiredLevel: string;
  readonly isDenied: boolean;
  /** Permit's text; `''` for an allowed call. */
  readonly reason: string;
}

/** What a decision's random numbers are for, each a stream of its own. */
export const purposes = {
  time: 1,
  agent: 2,
  denial: 3,
  server: 4,
  tool: 5,
  id: 6,
  engineId: 7,
  delay: 8,
  poll: 9,
} as const;
/** Permit's words for a denial. */
export function denialReason(agent: string, server: string, tool: string): string {
  return `user '${agent}' does not have any role that grants '${tool}' on resource '${server}:${server}'`;
}

const calledServers = new Map<string, readonly number[]>();

function serversFor(agent: number, seed: number): readonly number[] {
  const key = `${seed}/${agent}`;
  const known = calledServers.get(key) ?? serversOf(agent, seed);
  calledServers.set(key, known);
  return known;
}

/** Row number `row` of a year that has `perYear` of them; rows come in the order of time. */
export function benchDecision(row: number, seed: number, perYear: number): BenchDecision {
  const draw = (purpose: number) => drawOf(seed, row, purpose);
  const agent = chooseAgent(draw(purposes.agent));
  const isDenied = draw(purposes.denial) < denialShare;
  const given = serversFor(agent, seed);
  const server = servers[given[Math.floor(draw(purposes.server) * given.length)] ?? 0] ?? '';
  // What is denied asks for more than anybody consented to, so that verdicts and grants agree.
  const [first, count] = isDenied ? [permittedTools, tools.length - permittedTools] : [0, permittedTools];
  const tool = tools[first + Math.floor(draw(purposes.tool) * count)];
  const name = tool?.name ?? '';
  return {
    row,
    id: uuidOf(seed, row, purposes.id),
    occurredAtMs: Math.floor(yearStartMs + ((row + draw(purposes.time)) / perYear) * (yearEndMs - yearStartMs)),
    agent,
    humans: humansOf(agent),
    server,
    tool: name,
    requiredLevel: tool?.level ?? '',
    isDenied,
    reason: isDenied ? denialReason(agentKey(agent), server, name) : '',
  };
}

const [orgId, projectId, envId, pdpId] = [1, 2, 3, 4].map((n) => uuidOf(0, n, 9));

/** The entry as Permit's API lists it, about 1.2 KB, without the debug output that would name the human by itself. */
export function entryBytes(decision: BenchDecision, seed: number): Uint8Array {
  const { id, agent, server, tool, isDenied, reason } = decision;
  const timestamp = `${formatTimestamp(decision.occurredAtMs).slice(0, -1)}412+00:00`;
  const code = 'no_permission';
  const user = { key: agentKey(agent), firstName: 'Assistant', lastName: String(agent), email: null, attributes: null };
  const entry = {
    id,
    timestamp,
    created_at: timestamp,
    query: 'check',
    user_key: agentKey(agent),
    user_name: agentName(agent),
    user_email: null,
    resource_type: server,
    tenant: 'default',
    action: tool,
    decision: !isDenied,
    reason: reason === '' ? null : reason,
    org_id: orgId,
    project_id: projectId,
    env_id: envId,
    pdp_config_id: pdpId,
    raw_data: {
      engine: 'OPA',
      decision_id: uuidOf(seed, decision.row, purposes.engineId),
      labels: { id: pdpId, version: '0.9.4' },
      timestamp,
      path: 'permit/root',
      input: {
        user,
        action: tool,
        resource: { type: server, key: server, tenant: 'default', attributes: null, context: {} },
        context: {},
        sdk: null,
      },
      result: isDenied
        ? { allow: false, debug: { rbac: { allow: false, code }, rebac: { allow: false, code } } }
        : { allow: true, debug: { rbac: { allow: false, code } } },
      metrics: {
        timer_rego_input_parse_ns: 41_204,
        timer_rego_query_eval_ns: 812_455,
        timer_server_handler_ns: 1_002_317,
      },
    },
  };
  return Buffer.from(JSON.stringify(entry), 'utf8');
}

/** An entry with what every engine sends and nothing else, about 350 bytes. */
export function shortEntryBytes({
  id,
  agent,
  server,
  tool,
  isDenied,
  reason,
  occurredAtMs,
}: BenchDecision): Uint8Array {
  const entry = {
    id,
    timestamp: `${formatTimestamp(occurredAtMs).slice(0, -1)}412+00:00`,
    query: 'check',
    user_key: agentKey(agent),
    user_name: agentName(agent),
    resource_type: server,
    tenant: 'default',
    action: tool,
    decision: !isDenied,
    reason: reason === '' ? null : reason,
    pdp_config_id: pdpId,
  };
  return Buffer.from(JSON.stringify(entry), 'utf8');
}

/** A record of the decisions topic, as the poller appends it. */
export function decisionRecord(decision: BenchDecision, bytes: Uint8Array, envId: string): NewRecord {
  const hour = hourOf(decision.occurredAtMs);
  const headers: DecisionHeaders = {
    'custody-env-id': envId,
    'custody-env-name': envName,
    'custody-hour': formatTimestamp(hour),
    'custody-read-at': formatTimestamp(hour + hourMs),
    'custody-mode': 'backfill',
  };
  return { key: agentKey(decision.agent), value: bytes, headers };
}

/** How many decisions the year has, for a benchmark that takes its first `rows` only: their density stays the same. */
export function rowsOfYear(rows: number): number {
  return Math.max(rows, 1_000_000);
}

/** As many decisions, scattered over the whole year: neighbours lie in other months. */
export function scatteredDecisions(rows: number, seed: number): BenchDecision[] {
  const step = Math.max(1, Math.floor(rows / 12));
  const order = Array.from({ length: step }, (_, first) =>
    Array.from({ length: Math.ceil((rows - first) / step) }, (_unused, month) => first + month * step),
  ).flat();
  return order.map((row) => benchDecision(row, seed, rows));
}

/** The first `rows` decisions of a year. */
export function firstDecisions(rows: number, seed: number): BenchDecision[] {
  return Array.from({ length: rows }, (_, row) => benchDecision(row, seed, rowsOfYear(rows)));
}
