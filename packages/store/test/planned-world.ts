import type { AttributedDecision, Certainty, ReasonCode, TrustLevel, Verdict } from '@custody/decision';
import type { DecisionRow } from '../src/index.ts';
import { localTime } from './local-time.ts';

/** A small generator: the store and the oracle get the same rows of it. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A decision as the oracle sees it. */
export interface Flat {
  readonly id: string;
  readonly atMs: number;
  readonly env: string;
  readonly agent: string;
  human: string;
  readonly candidates: readonly string[];
  readonly server: string;
  readonly tool: string;
  readonly decision: Verdict;
  readonly reason: string;
  readonly reason_code: ReasonCode;
  readonly attribution: Certainty;
  readonly trust_level: TrustLevel | '';
}

const humans = ['human|ada', 'human|bob', 'human|eve'];

/** Decisions of a range: more in some hours than in others, and none in many. */
export function makeDecisions(count: number, fromMs: number, toMs: number, seed: number): Flat[] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  let beforeMs = fromMs;
  return Array.from({ length: count }, (_, index) => {
    // Edges of hours and days among them.
    const free =
      random(4) === 0
        ? Math.round((fromMs + random(toMs - fromMs)) / 900_000) * 900_000
        : fromMs + random(toMs - fromMs);
    const atMs = Math.min(toMs - 1, random(3) === 0 ? beforeMs + random(600_000) : free);
    beforeMs = atMs;
    const decision = pick<Verdict>(['allow', 'allow', 'deny', 'unknown']);
    const attribution = pick<Certainty>(['exact', 'inferred', 'ambiguous', 'unknown']);
    const isKnown = attribution === 'exact' || attribution === 'inferred';
    return {
      id: `${seed.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
      atMs,
      env: pick(['env-1', 'env-1', 'env-2']),
      agent: `agent|${pick(['a', 'b', 'c', 'd', 'e'])}`,
      human: isKnown ? pick(humans) : '',
      candidates: attribution === 'ambiguous' ? ['human|ada', pick(humans.slice(1))] : [],
      server: pick(['linear', 'linear-eu', 'github', '']),
      tool: pick(['create', 'list', '']),
      decision,
      reason: decision === 'deny' ? pick(['no role', 'no such tool']) : '',
      reason_code: decision === 'deny' ? pick<ReasonCode>(['no_permission', 'other']) : '',
      attribution,
      trust_level: pick<TrustLevel | ''>(['low', 'high', '']),
    };
  });
}

/** The same decision as the consumer hands it on. */
export function rowOf(flat: Flat, grantsPosition = 1): DecisionRow {
  const decision: AttributedDecision = {
    envId: flat.env,
    envName: flat.env === 'env-1' ? 'production' : 'staging',
    decision: {
      id: flat.id,
      occurredAtMs: flat.atMs,
      agentKey: flat.agent,
      agentName: flat.agent.toUpperCase(),
      server: flat.server,
      resource: `${flat.server}:${flat.server}`,
      tool: flat.tool,
      tenant: 'default',
      verdict: flat.decision,
      reason: flat.reason,
      reasonCode: flat.reason_code,
      evidenceHumans: [],
    },
    attribution: {
      certainty: flat.attribution,
      evidence: '',
      humanKey: flat.human,
      humanName: flat.human.toUpperCase(),
      humanEmail: flat.human === '' ? '' : `${flat.human.slice(6)}@example.org`,
      candidates: [...flat.candidates],
      consentId: '',
      consentAtMs: null,
      trustLevel: flat.trust_level,
      ceilingLevel: '',
      requiredLevel: '',
    },
    grantsPosition,
    ingestedAtMs: flat.atMs + 1,
  };
  return { decision, entryBytes: Buffer.from('{}') };
}

type Value = string | number | null;

const groups: Readonly<Record<string, (row: Flat, zone: string) => string | number>> = {
  env: (row) => row.env,
  agent: (row) => row.agent,
  human: (row) => row.human,
  server: (row) => row.server,
  tool: (row) => row.tool,
  decision: (row) => row.decision,
  reason_code: (row) => row.reason_code,
  attribution: (row) => row.attribution,
  trust_level: (row) => row.trust_level,
  hour_of_day: (row, zone) => localTime(row.atMs, zone).hour,
  day_of_week: (row, zone) => localTime(row.atMs, zone).weekday + 1,
};

const distinct = (values: readonly string[]) => new Set(values.filter((value) => value !== '')).size;
const denials = (rows: readonly Flat[]) => rows.filter(({ decision }) => decision === 'deny').length;

const measures: Readonly<Record<string, (rows: readonly Flat[]) => Value>> = {
  decisions: (rows) => rows.length,
  denials,
  undecided: (rows) => rows.filter(({ decision }) => decision === 'unknown').length,
  deny_rate: (rows) => {
    const decided = rows.filter(({ decision }) => decision !== 'unknown');
    return decided.length === 0 ? null : denials(decided) / decided.length;
  },
  agents: (rows) => distinct(rows.map(({ agent }) => agent)),
  humans: (rows) => distinct(rows.map(({ human }) => human)),
  servers: (rows) => distinct(rows.map(({ server }) => server)),
  tools: (rows) => distinct(rows.map(({ server, tool }) => (tool === '' ? '' : `${server}/${tool}`))),
  first_seen: (rows) => (rows.length === 0 ? null : new Date(Math.min(...rows.map(({ atMs }) => atMs))).toISOString()),
  last_seen: (rows) => (rows.length === 0 ? null : new Date(Math.max(...rows.map(({ atMs }) => atMs))).toISOString()),
};

/** What identifies a row's group. */
export function groupKey(row: Flat, groupBy: readonly string[], zone: string): string {
  return JSON.stringify(groupBy.map((name) => groups[name]?.(row, zone)));
}

/** Rows of measures by groups, in no order, with another key beside them where there is one. */
export function measured(
  rows: readonly Flat[],
  { groupBy, wanted, zone }: { groupBy: readonly string[]; wanted: readonly string[]; zone: string },
  bucketOf?: (row: Flat) => string,
): Record<string, Value>[] {
  const found = Map.groupBy(rows, (row) => JSON.stringify([bucketOf?.(row) ?? '', groupKey(row, groupBy, zone)]));
  if (found.size === 0 && groupBy.length === 0 && bucketOf === undefined) found.set('["","[]"]', []);
  return [...found].map(([key, members]) => {
    const [bucket, group] = JSON.parse(key);
    return {
      ...(bucketOf === undefined ? {} : { bucket }),
      ...Object.fromEntries(groupBy.map((name, index) => [`g_${name}`, JSON.parse(group)[index]])),
      ...Object.fromEntries(wanted.map((name) => [`m_${name}`, measures[name]?.(members) ?? null])),
    };
  });
}

/** Rows in one order, their names too; rates to ten digits. */
export function sorted(rows: readonly object[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(Object.entries(row).sort(), (_, value) =>
        typeof value === 'number' ? Number(value.toPrecision(10)) : value,
      ),
    )
    .sort();
}
