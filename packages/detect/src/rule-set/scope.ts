import { type FilterValue, passesFilter } from '@custody/decision';
import type { DeniedCalls } from '../contributors.ts';
import type { DeniedCell } from '../denied-cell.ts';
import type { EnvironmentInput, LimitedCount } from '../environment-input.ts';
import { type SeriesKind, type Subject, seriesKinds } from '../finding.ts';
import { kindsWithin } from './applicable.ts';
import type { Rule, RuleScope } from './rule.ts';

/** The names that a principal goes by in a filter: its key and its bare id. */
function namesOf(key: string): string[] {
  return key.includes('|') ? [key, key.slice(key.indexOf('|') + 1)] : [key];
}

/** The names of a tool: alone and with its server. */
function toolNames(server: string, tool: string): string[] {
  const bare = tool.startsWith(`${server}:`) ? tool.slice(server.length + 1) : tool;
  return [bare, `${server}:${bare}`];
}

function splitTool(tool: string): [server: string, tool: string] {
  const at = tool.indexOf(':');
  return at === -1 ? ['', tool] : [tool.slice(0, at), tool.slice(at + 1)];
}

function passesTool({ server, tool }: RuleScope, named: string): boolean {
  const [onServer, bare] = splitTool(named);
  return passesFilter(server, [onServer]) && passesFilter(tool, toolNames(onServer, bare));
}

function passesSeries(scope: RuleScope, kind: SeriesKind, key: string): boolean {
  switch (kind) {
    case 'agent':
      return passesFilter(scope.agent, namesOf(key));
    case 'human':
      return passesFilter(scope.human, namesOf(key));
    case 'server':
      return passesFilter(scope.server, [key]);
    case 'tool':
      return passesTool(scope, key);
    case 'reason':
      return passesFilter(scope.reason, [key]);
    case 'environment':
      return true;
  }
}

/** Whether an environment lies within a rule's scope. */
export function passesEnvironment(scope: RuleScope, { envId, names = [] }: EnvironmentInput): boolean {
  return passesFilter(scope.env, [envId, ...names]);
}

/** Whether denials lie within a scope, but for the environment. */
export function passesCell(scope: RuleScope, { agent, human, server, tool, reason }: DeniedCell): boolean {
  return (
    passesFilter(scope.agent, namesOf(agent)) &&
    passesFilter(scope.human, namesOf(human)) &&
    passesFilter(scope.server, [server]) &&
    passesFilter(scope.tool, toolNames(server, tool)) &&
    passesFilter(scope.reason, [reason])
  );
}

/** The key that denials count for, of a kind; `''` for none, and of environments. */
export function keyOf(
  kind: SeriesKind,
  { agent, human, server, tool, reason }: Omit<DeniedCalls, 'denials' | 'isNewPair'>,
): string {
  const [, bare] = toolNames(server, tool);
  return { agent, human, server, tool: bare ?? tool, reason, environment: '' }[kind];
}

/** Counts for a rule's limit: the denials within its scope, by the key that they are counted together for. */
function limitsOf({ threshold, scope }: Rule, { envId, denied = [] }: EnvironmentInput, atMs: number): LimitedCount[] {
  if (threshold === null) return [];
  const { per, withinMs, atLeast } = threshold;
  const counts = new Map<string, number>();
  for (const cell of denied) {
    if (cell.atMs < atMs - withinMs || cell.atMs >= atMs || !passesCell(scope, cell)) continue;
    const key = keyOf(per, cell);
    // What nobody is known to have authorized is no human's.
    if (key !== '' || per === 'environment') counts.set(key, (counts.get(key) ?? 0) + cell.denials);
  }
  return [...counts].map(([key, observed]) => {
    const subject: Subject = { envId, kind: per, key };
    return { counted: { subject, observed, noun: 'denial' }, atLeast, windowMs: withinMs };
  });
}

/** How many keys a filter names one by one; `null` where it may fit any number. */
function named(filter: readonly FilterValue[]): number | null {
  const isClosed = filter.length > 0 && filter.every(({ isPrefix, isNegated }) => !isPrefix && !isNegated);
  return isClosed ? filter.length : null;
}

/** Servers and the environment, whose shares of denials are watched: all that is active beside the counts, where that is known. */
function sharesWatched({ activeSeries: all, activeByKind, rates }: EnvironmentInput): number {
  const counted = seriesKinds.map((kind) => activeByKind?.[kind] ?? null);
  return counted.includes(null) ? rates.length : all - counted.reduce((sum: number, it) => sum + (it ?? 0), 0);
}

/**
 * How many series the rule's budget is shared over. Only what is surely fewer counts as fewer: a budget that is shared over
 * too many is kept all the same.
 */
function activeSeries(rule: Rule, environment: EnvironmentInput, kinds: readonly SeriesKind[]): number {
  const { scope, detectors } = rule;
  const watched =
    (detectors.includes('deny_rate_step') ? sharesWatched(environment) : 0) +
    (detectors.includes('source_silent') ? 1 : 0);
  if (!detectors.includes('spike')) return watched;
  const most = { ...scope, environment: [], kinds: [] };
  const each = kinds.map((kind) => {
    const keys = kind === 'environment' ? 1 : named(most[kind]);
    return keys ?? environment.activeByKind?.[kind] ?? null;
  });
  const known = each.every((it) => it !== null) ? each.reduce((sum: number, it) => sum + (it ?? 0), 0) : null;
  return known === null ? environment.activeSeries : Math.min(environment.activeSeries, known + watched);
}

/** What a rule looks at of an environment: that of its detectors, within its scope. */
export function narrow(rule: Rule, environment: EnvironmentInput, atMs: number): EnvironmentInput {
  const { scope } = rule;
  const watches = (detector: Rule['detectors'][number]) => rule.detectors.includes(detector);
  const kinds = watches('spike') ? kindsWithin(scope) : [];
  const isAgent = (key: string) => passesFilter(scope.agent, namesOf(key));
  const isBoundByTool = scope.server.length > 0 || scope.tool.length > 0;
  return {
    ...environment,
    activeSeries: activeSeries(rule, environment, kinds),
    activeAgents: named(scope.agent) ?? environment.activeByKind?.agent ?? environment.activeSeries,
    series: environment.series.filter(({ kind, key }) => kinds.includes(kind) && passesSeries(scope, kind, key)),
    deniedTools: !watches('sweep')
      ? []
      : environment.deniedTools
          .filter(({ agentKey }) => isAgent(agentKey))
          .map((it) => (isBoundByTool ? { ...it, tools: it.tools.filter((tool) => passesTool(scope, tool)) } : it)),
    agentCalls: !watches('privileged_after_denials')
      ? []
      : environment.agentCalls
          .filter(({ agentKey }) => isAgent(agentKey))
          .map((it) => (isBoundByTool ? { ...it, calls: it.calls.filter(({ tool }) => passesTool(scope, tool)) } : it)),
    pairs: environment.pairs.filter(
      ({ agentKey, server }) => watches('first_denial') && isAgent(agentKey) && passesFilter(scope.server, [server]),
    ),
    rates: environment.rates.filter(
      ({ subject: { kind, key } }) =>
        watches('deny_rate_step') &&
        (scope.server.length === 0 || kind === 'server') &&
        (kind !== 'server' || passesFilter(scope.server, [key])),
    ),
    awake: environment.awake.filter(({ agentKey }) => watches('dormant_agent') && isAgent(agentKey)),
    decisions: watches('source_silent') ? environment.decisions : null,
    coverage: watches('coverage_lost') ? environment.coverage : null,
    limits: watches('threshold') ? limitsOf(rule, environment, atMs) : [],
  };
}
