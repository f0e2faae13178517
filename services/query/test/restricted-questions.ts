import { placesTried, restrictedAlerts } from './restricted-alerts.ts';
import { createRandom } from './world.ts';

const values: Readonly<Record<string, readonly string[]>> = {
  env: ['env-1', 'env-2', 'staging', '!production', '!env-2', 'env*', '!e*', 's*'],
  server: ['linear', 'github', '!linear', '!github', 'g*', 'github:github', 'linear,github'],
  human: [
    'human|bob',
    'Bob',
    'bob@example.org',
    '!human|auth0:ada',
    '!human|bob',
    'human|*',
    'B*',
    'human|auth0:ada',
    'Ada of env-2',
  ],
  agent: ['agent|client-0', 'agent|idle-env-2-github-bob', 'Cursor', 'Claude', 'agent|*', '!agent|client-1', 'C*'],
  tool: ['delete', '!delete', 'd*'],
  decision: ['deny', 'allow,deny', '!deny'],
  reason_code: ['no_permission', '!no_permission', 'other'],
  attribution: ['ambiguous', 'exact', '!exact'],
  trust_level: ['low', '!high'],
  include: ['possible'],
  q: ['user', 'it’s'],
};
const grouped = ['env', 'human', 'server', 'agent,human', 'tool,reason_code', 'attribution', 'hour_of_day'];
const counting = 'measures=decisions,denials,deny_rate,agents,humans,servers,tools,first_seen,last_seen';
const aboutAlerts: Readonly<Record<string, readonly string[]>> = {
  ...{ env: values.env ?? [], server: values.server ?? [], human: values.human ?? [], agent: values.agent ?? [] },
  status: ['open', '!open', 'resolved'],
  severity: ['critical', '!critical'],
  kind: ['agent', 'server,tool', '!human', 'pair'],
  key: ['linear', 'github', 'human|bob', 'agent|client-0 → linear', '!linear', 'github:merge'],
  rule: ['denial-spike', '!denial-spike'],
  q: ['bob', 'github', 'now also', 'larger cause', 'linear', 'Grew'],
};
const alertIds = placesTried.flatMap((place) => restrictedAlerts(place).map(({ alertId }) => alertId));
const names = ['Bob', 'human|bob', 'bob@example.org', 'human|auth0:ada', 'ada@example.org', 'Ada of env-2'];

/** A question about alerts by some of their parameters, or none. */
function alertFilters(random: (below: number) => number): URLSearchParams {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const drawn = Array.from({ length: random(3) }, () => pick(Object.keys(aboutAlerts)));
  return new URLSearchParams(drawn.map((name): [string, string] => [name, pick(aboutAlerts[name] ?? [])]));
}

/** A question of the route of that number by some parameters, those that aim past a restriction among them. */
function draw(random: (below: number) => number, route: number): string {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const common = Array.from({ length: random(3) + 1 }, () => pick(Object.keys(values)));
  const drawn = new Map(common.map((name) => [name, pick(values[name] ?? [])]));
  if (drawn.has('include')) drawn.set('human', 'human|auth0:ada');
  const filters = new URLSearchParams([['from', '-2d'], ...drawn]);
  const env = drawn.has('env') ? `&env=${encodeURIComponent(drawn.get('env') ?? '')}` : '';
  const routes = [
    () => `/v1/decisions?${filters}&limit=${pick([3, 1000])}`,
    () => `/v1/aggregate?${filters}&${counting}&group_by=${pick(grouped)}${pick(['', '&compare=previous', '&top=2'])}`,
    () => `/v1/humans/${encodeURIComponent(pick(names))}?from=-2d${env}`,
    () => `/v1/${pick(['agents', 'humans', 'servers'])}?${filters}`,
    () => `/v1/agents/${encodeURIComponent(pick(['Cursor', 'Claude', 'agent|client-0']))}?from=-2d${env}`,
    () => `/v1/trends?${filters}&bucket=day&group_by=${pick(grouped)}${pick(['', '&compare=last_week'])}`,
    () => `/v1/agents/${pick(['client-0', 'idle-env-2-github-bob'])}/access-changes?from=-3d${env}`,
    () => `/v1/servers/${pick(['linear', 'github', 'github:github'])}?from=-2d${env}`,
    () => `/v1/${pick(['coverage', 'seals'])}?from=-2d${env}`,
    () => `/v1/coverage/hours?from=-2d${env}`,
    () => `/v1/decisions?from=-2d&human=${encodeURIComponent(pick(names))}${pick(['', '&include=possible'])}`,
    () => `/v1/decisions?${filters}&format=${pick(['ndjson', 'csv'])}`,
    () => `/v1/chains?${filters}`,
    () => `/v1/remedies?${filters}`,
    () => `/v1/humans/${encodeURIComponent(pick(names))}/access-changes?from=-3d${env}`,
    () => `/v1/servers/${pick(['linear', 'github'])}/access-changes?from=-3d${env}`,
    () => `/v1/alerts?${alertFilters(random)}${pick(['', '&limit=2', '&from=-2d'])}`,
    () => `/v1/alerts/${pick(alertIds)}`,
  ];
  return routes[route % routes.length]?.() ?? '';
}

/** So many questions, of all routes in turn. */
export function drawQuestions(count: number, seed: number): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, route) => draw(random, route));
}
