import { type AlertTransition, dayMs, minuteMs, parseTimestamp, type TimeRange } from '@custody/decision';
import { contributorsOf, type DeniedCalls, dimensions, type Finding, type UsualDenials } from '@custody/detect';
import {
  ask,
  type Dimension,
  everything,
  type Filter,
  grantChangesInScope,
  oneOf,
  type PlanningOptions,
  readAggregate,
  readDecisionsPage,
  readUserNames,
  type Selection,
  type StatementOptions,
  type StoreClient,
  subjectFilters,
} from '@custody/store';
import { grantChangesOf } from './grant-changes.ts';

/** What is known of a finding beyond what it says itself. */
export type Explanation = Pick<AlertTransition, 'contributors' | 'newPairs' | 'grantChanges'> & {
  readonly examples: readonly Omit<AlertTransition['examples'][number], 'url'>[];
  /** Names of agents and humans, by key. */
  readonly names: ReadonlyMap<string, string>;
};

const usualDays = 28;
const grantsBeforeMs = 30 * minuteMs;
const most = { kinds: 2_000, keys: 1_000, pairs: 5_000, changes: 200, shownChanges: 10, examples: 5, newPairs: 10 };
const groups = ['agent', 'human', 'server', 'tool', 'reason_code'] as const satisfies readonly Dimension[];
const denied = oneOf('decision', ['deny']);

/** Those that count denials; the others are about calls of any verdict, or about none. */
const ofDenials: readonly Finding['detector'][] = ['spike', 'sweep', 'first_denial', 'deny_rate_step', 'threshold'];
const ofNoCalls: readonly Finding['detector'][] = ['source_silent', 'coverage_lost'];

function selectionOf(range: TimeRange, filters: readonly Filter[]): Selection {
  return { range, filters, scope: everything, human: null, candidates: null, certainty: 'sure', reasonText: '' };
}

/** Reads explanations of findings out of the store. */
export class Explainer {
  readonly #client: StoreClient;

  constructor(client: StoreClient) {
    this.#client = client;
  }

  /** Throws `STORE_*`. */
  async explain(finding: Finding, given: StatementOptions = {}): Promise<Explanation> {
    // One look at what is stored does for all that is asked of one finding.
    const options: PlanningOptions = { ...given, sinceMs: performance.now() };
    const filters = subjectFilters(finding.subject);
    if (ofNoCalls.includes(finding.detector)) {
      return { contributors: {}, newPairs: [], grantChanges: [], examples: [], names: new Map() };
    }
    const range = { fromMs: finding.window.fromMs, toMs: Math.max(finding.window.toMs, finding.window.fromMs + 1) };
    const calls = await this.#deniedCalls(range, filters, options);
    const usual = calls.length === 0 ? null : await this.#usual(range.fromMs, filters, options);
    const { by, newPairs } = contributorsOf(await this.#withNewPairs(calls, range, finding, options), usual);
    const examples = await this.#examples(finding, range, filters, options);
    const grantChanges = await this.#grantChanges(range, finding, calls, options);
    const keys = [...by.agent, ...by.human].map(({ key }) => key);
    const users = [...keys, finding.subject.key, ...examples.flatMap((it) => [it.agentKey, it.humanKey])];
    const names = await readUserNames(this.#client, finding.subject.envId, [...new Set(users)], options);
    const contributors = Object.fromEntries(
      dimensions.map((it) => [it, by[it].map((one) => ({ ...one, name: names.get(one.key) ?? one.key }))]),
    );
    return { contributors, newPairs: newPairs.slice(0, most.newPairs), grantChanges, examples, names };
  }

  #aggregate(
    range: TimeRange,
    filters: readonly Filter[],
    groupBy: readonly Dimension[],
    limit: number,
    options: PlanningOptions,
  ) {
    const request = {
      ...{ selection: selectionOf(range, filters), measures: ['decisions'] as const, groupBy, limit, timeZone: 'UTC' },
      order: { by: 'decisions' as const, descending: true },
    };
    return readAggregate(this.#client, request, options);
  }

  async #deniedCalls(range: TimeRange, filters: readonly Filter[], options: PlanningOptions): Promise<DeniedCalls[]> {
    const rows = await this.#aggregate(range, [...filters, denied], groups, most.kinds, options);
    return rows.map((row) => ({
      ...{ agent: String(row.g_agent), human: String(row.g_human), server: String(row.g_server) },
      ...{ tool: row.g_tool === '' ? '' : `${row.g_server}:${row.g_tool}`, reason: String(row.g_reason_code) },
      ...{ denials: Number(row.m_decisions), isNewPair: false },
    }));
  }

  /** Denials of the four weeks before, by each dimension. */
  async #usual(beforeMs: number, filters: readonly Filter[], options: PlanningOptions): Promise<UsualDenials> {
    const range = { fromMs: beforeMs - usualDays * dayMs, toMs: beforeMs };
    const read = async (groupBy: readonly Dimension[], keyOf: (row: Record<string, unknown>) => string) => {
      const rows = await this.#aggregate(range, [...filters, denied], groupBy, most.keys, options);
      return new Map(rows.map((row) => [keyOf(row), Number(row.m_decisions)]));
    };
    const [agent, human, server, tool, reason] = await Promise.all([
      read(['agent'], (row) => String(row.g_agent)),
      read(['human'], (row) => String(row.g_human)),
      read(['server'], (row) => String(row.g_server)),
      read(['server', 'tool'], (row) => `${row.g_server}:${row.g_tool}`),
      read(['reason_code'], (row) => String(row.g_reason_code)),
    ]);
    return { agent, human, server, tool, reason };
  }

  async #withNewPairs(calls: readonly DeniedCalls[], range: TimeRange, { subject }: Finding, options: PlanningOptions) {
    if (calls.length === 0) return calls;
    const before = { fromMs: range.fromMs - usualDays * dayMs, toMs: range.fromMs };
    const agents = [...new Set(calls.map(({ agent }) => agent))].slice(0, most.keys);
    const filters = [oneOf('env_id', [subject.envId]), oneOf('agent_key', agents)];
    const rows = await this.#aggregate(before, filters, ['agent', 'server'], most.pairs, options);
    // Where there may be more than were read, nothing is called new.
    if (rows.length === most.pairs) return calls;
    const known = new Set(rows.map((row) => JSON.stringify([row.g_agent, row.g_server])));
    return calls.map((call) => ({ ...call, isNewPair: !known.has(JSON.stringify([call.agent, call.server])) }));
  }

  async #examples(finding: Finding, range: TimeRange, filters: readonly Filter[], options: PlanningOptions) {
    const asked = ofDenials.includes(finding.detector) ? [...filters, denied] : filters;
    const page = { selection: selectionOf(range, asked), after: null, limit: most.examples };
    const rows = await readDecisionsPage(this.#client, page, options);
    return rows.map((row) => ({
      ...{ decisionId: row.decision_id, occurredAtMs: parseTimestamp(row.occurred_at) ?? 0 },
      ...{ agentKey: row.agent_key, humanKey: row.human_key, server: row.server, tool: row.tool },
      ...{ decision: row.decision, reason: row.reason },
    }));
  }

  /** Of the same agents, humans and servers, in the half hour before and since. */
  async #grantChanges(range: TimeRange, { subject }: Finding, calls: readonly DeniedCalls[], options: PlanningOptions) {
    const values = (of: (call: DeniedCalls) => string) =>
      [...new Set(calls.map(of))].filter((it) => it !== '').slice(0, 20);
    const own = (kind: string) => (subject.kind === kind ? [subject.key] : []);
    const include = [
      { column: 'agent_key', operator: 'in', values: [...own('agent'), ...values(({ agent }) => agent)] },
      { column: 'human_key', operator: 'in', values: [...own('human'), ...values(({ human }) => human)] },
      { column: 'server', operator: 'in', values: [...own('server'), ...values(({ server }) => server)] },
    ] as const;
    if (include.every((it) => it.values.length === 0)) return [];
    const looked = { fromMs: range.fromMs - grantsBeforeMs, toMs: range.toMs };
    const filters = [oneOf('env_id', [subject.envId]), { include, exclude: [] }];
    const changes = await ask(this.#client, grantChangesInScope(selectionOf(looked, filters), most.changes), options);
    return grantChangesOf(changes, most.shownChanges);
  }
}
