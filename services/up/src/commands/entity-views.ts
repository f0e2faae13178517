import { z } from 'zod';
import { sparkline } from './sparkline.ts';
import { formatFields, formatTable } from './table.ts';
import type { View } from './views.ts';
import { agentText, instantText, rateText } from './wording.ts';

const entity = z.looseObject({
  agent: z.string().optional(),
  human: z.string().optional(),
  server: z.string().optional(),
  name: z.string().default(''),
  email: z.string().default(''),
  decisions: z.number(),
  denials: z.number(),
  undecided: z.number().default(0),
  agents: z.number().optional(),
  humans: z.number().optional(),
  servers: z.number().optional(),
  tools: z.number(),
  first_seen: z.string().nullable(),
  last_seen: z.string().nullable(),
});
type Entity = z.infer<typeof entity>;

function summary({ agent, human, server, name, email, ...row }: Entity, timeZone: string): Record<string, unknown> {
  const who = server === undefined ? { name } : { server };
  const counts = { agents: row.agents, humans: row.humans, servers: row.servers };
  // As the measure `deny_rate` has it.
  const decided = row.decisions - row.undecided;
  return {
    ...who,
    ...(human === undefined ? {} : { email }),
    decisions: row.decisions,
    denials: row.denials,
    denied: rateText(decided === 0 ? null : row.denials / decided),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)),
    tools: row.tools,
    [`last seen (${timeZone})`]: instantText(row.last_seen, timeZone),
    ...(agent === undefined && human === undefined ? {} : { key: agent ?? human }),
  };
}

/** Rows of `agents`, `humans` and `servers`. */
export const entitiesView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(entity)
      .parse(data)
      .map((row) => summary(row, timeZone)),
  );

const grant = z.object({
  kind: z.string(),
  agent_key: z.string(),
  agent_name: z.string(),
  human_key: z.string(),
  human_name: z.string(),
  server: z.string(),
  tool: z.string(),
  level: z.string(),
});
const heldGrant = grant.extend({
  valid_from: z.string().nullable(),
  first_seen: z.string(),
  last_seen: z.string(),
  active: z.boolean(),
});
const tool = z.object({ server: z.string(), tool: z.string(), decisions: z.number(), denials: z.number() });
const trend = z.looseObject({
  bucket: z.string(),
  rows: z.array(z.looseObject({ decisions: z.number(), denials: z.number() })),
});
const detail = entity.extend({
  connected: z.looseObject({
    agents: z.array(entity).optional(),
    humans: z.array(entity).optional(),
    servers: z.array(entity).optional(),
    tools: z.array(tool),
  }),
  trend: trend.optional(),
  consents: z.array(heldGrant),
  ceilings: z.array(heldGrant),
  tool_levels: z.array(heldGrant),
});

function parties({ agent_key, agent_name, human_key, human_name, server, tool: of, level }: z.infer<typeof grant>) {
  return {
    agent: agent_key === '' ? '' : agentText(agent_name, agent_key),
    human: human_name || human_key,
    server,
    tool: of,
    level,
  };
}

/** Leaves out what no row has. */
function withoutEmpty(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const isUsed = (name: string) => rows.some((row) => row[name] !== '');
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => isUsed(name))));
}

function section(title: string, rows: readonly Record<string, unknown>[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${formatTable(withoutEmpty(rows))}`;
}

function trendFields(given: z.infer<typeof trend> | undefined): Record<string, string> {
  if (given === undefined) return {};
  return {
    [`by ${given.bucket}`]: sparkline(given.rows.map(({ decisions }) => decisions)),
    denied: sparkline(given.rows.map(({ denials }) => denials)),
  };
}

/** One agent, human or server. */
export const entityView: View = (data, { timeZone }) => {
  const row = detail.parse(data);
  const { agents = [], humans = [], servers = [], tools } = row.connected;
  const held = (grants: readonly z.infer<typeof heldGrant>[]) =>
    grants.map((one) => ({
      ...parties(one),
      since: instantText(one.valid_from ?? one.first_seen, timeZone, 16),
      until: one.active ? '' : `${instantText(one.last_seen, timeZone, 16)} or later`,
    }));
  const about = formatFields({
    key: row.agent ?? row.human ?? row.server ?? '',
    name: row.name,
    email: row.email,
    decisions: `${row.decisions.toLocaleString('en-US')}, ${row.denials.toLocaleString('en-US')} of them denied`,
    'first seen': instantText(row.first_seen, timeZone),
    'last seen': instantText(row.last_seen, timeZone),
    ...trendFields(row.trend),
  });
  return [
    about,
    section('CONSENTS', held(row.consents)),
    section('CEILINGS', held(row.ceilings)),
    section('LEVELS OF TOOLS', held(row.tool_levels)),
    section(
      'AGENTS',
      agents.map((one) => summary(one, timeZone)),
    ),
    section(
      'HUMANS',
      humans.map((one) => summary(one, timeZone)),
    ),
    section(
      'SERVERS',
      servers.map((one) => summary(one, timeZone)),
    ),
    section('TOOLS', tools),
  ]
    .filter((text) => text !== '')
    .join('\n');
};

const change = grant.extend({
  at: z.string(),
  not_before: z.string(),
  change: z.string(),
  grant_id: z.string().default(''),
  cause: z.string().default(''),
  decision_id: z.string().nullable().default(null),
  followed_at: z.string().nullable().default(null),
});

/** Why a verdict flipped, with the grant that shows it; of a changed grant, whether a call has shown it yet. */
function shownBy({ kind, cause, grant_id, followed_at }: z.infer<typeof change>, timeZone: string): string {
  if (kind === 'decision') return [cause.replaceAll('_', ' '), grant_id].filter((text) => text !== '').join(': ');
  return followed_at === null ? 'no call since' : `last call ${instantText(followed_at, timeZone, 16)}`;
}

/** Rows of an agent's access changes. */
export const accessChangesView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(change)
      .parse(data)
      .map((row) => ({
        [`time (${timeZone})`]: instantText(row.at, timeZone),
        'not before': row.not_before === row.at ? '' : instantText(row.not_before, timeZone),
        what: row.kind.replace('_', ' '),
        change: row.change,
        ...parties(row),
        why: shownBy(row, timeZone),
        decision: row.decision_id ?? '',
      })),
  );
