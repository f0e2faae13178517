import type { operations } from '@custody/client';
import { questionOf, type View } from '../state/view.ts';
import { type Answer, useAnswer } from './use-answer.ts';

type Body<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Found } } };
}
  ? Found
  : never;

export type EntityKind = 'agents' | 'humans' | 'servers';
export type AgentRow = Body<'listAgents'>['data'][number];
export type HumanRow = Body<'listHumans'>['data'][number];
export type ServerRow = Body<'listServers'>['data'][number];
export type Grant = Body<'getAgent'>['data']['consents'][number];
export type ChangeRow = Body<'listAccessChanges'>['data'][number];
export type ChainRow = Body<'listChains'>['data'][number];
export type ToolRow = Body<'getAgent'>['data']['connected']['tools'][number];

/** What is known of one, whatever its kind. */
export interface Entity {
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly decisions: number;
  readonly denials: number;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly agents: readonly AgentRow[];
  readonly humans: readonly HumanRow[];
  readonly servers: readonly ServerRow[];
  readonly tools: readonly ToolRow[];
  readonly consents: readonly Grant[];
  readonly ceilings: readonly Grant[];
  readonly toolLevels: readonly Grant[];
}

type Detail = Body<'getAgent'>['data'] | Body<'getHuman'>['data'] | Body<'getServer'>['data'];

/** One shape of what the three operations answer. */
export function entityOf(data: Detail): Entity {
  const { decisions, denials, first_seen, last_seen, connected, consents, ceilings, tool_levels } = data;
  const key = 'agent' in data ? data.agent : 'human' in data ? data.human : data.server;
  return {
    key,
    name: 'name' in data ? data.name : key,
    email: 'email' in data ? data.email : '',
    ...{ decisions, denials, first_seen, last_seen, consents, ceilings },
    toolLevels: tool_levels,
    agents: 'agents' in connected ? connected.agents : [],
    humans: 'humans' in connected ? connected.humans : [],
    servers: 'servers' in connected ? connected.servers : [],
    tools: connected.tools,
  };
}

function rangeOf(view: View): Record<string, string> {
  const { from = '', to, env, tz = '' } = questionOf(view);
  return { from, ...(to && { to }), ...(env && { env }), tz };
}

/** One agent, human or server, by whatever it is called. */
export function useEntity(kind: EntityKind, key: string, view: View): Answer<{ data: Detail }> {
  const query = rangeOf(view);
  return useAnswer<{ data: Detail }>(
    `${kind} ${key} ${JSON.stringify(query)}`,
    (client, signal) => {
      const options = { params: { path: { key }, query }, signal };
      if (kind === 'agents') return client.GET('/v1/agents/{key}', options);
      if (kind === 'humans') return client.GET('/v1/humans/{key}', options);
      return client.GET('/v1/servers/{key}', options);
    },
    { everyMs: view.refreshMs === null ? null : Math.max(view.refreshMs, 30_000) },
  );
}

/** What changed in its access, newest first. */
export function useAccessChanges(kind: EntityKind, key: string, view: View): Answer<Body<'listAccessChanges'>> {
  const query = { ...rangeOf(view), limit: '500' };
  return useAnswer(`changes ${kind} ${key} ${JSON.stringify(query)}`, (client, signal) => {
    const options = { params: { path: { key }, query }, signal };
    if (kind === 'agents') return client.GET('/v1/agents/{key}/access-changes', options);
    if (kind === 'humans') return client.GET('/v1/humans/{key}/access-changes', options);
    return client.GET('/v1/servers/{key}/access-changes', options);
  });
}

/** Who called what for whom. */
export function useChains(view: View, extra: Record<string, string>): Answer<Body<'listChains'>> {
  const query = { ...questionOf(view), ...extra };
  return useAnswer(`chains ${JSON.stringify(query)}`, (client, signal) =>
    client.GET('/v1/chains', { params: { query: query as never }, signal }),
  );
}

/** Which change would have removed most denials. */
export function useRemedies(view: View, extra: Record<string, string>): Answer<Body<'listRemedies'>> {
  const { decision: _, ...query } = { ...questionOf(view), ...extra };
  return useAnswer(`remedies ${JSON.stringify(query)}`, (client, signal) =>
    client.GET('/v1/remedies', { params: { query: query as never }, signal }),
  );
}

/** All agents of the range, the busiest first. */
export function useAgents(view: View, limit: number): Answer<Body<'listAgents'>> {
  const query = { ...questionOf(view), limit: String(limit) };
  return useAnswer(
    `list agents ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/agents', { params: { query: query as never }, signal }),
    { everyMs: view.refreshMs === null ? null : Math.max(view.refreshMs, 60_000) },
  );
}

export function useHumans(view: View, limit: number): Answer<Body<'listHumans'>> {
  const query = { ...questionOf(view), limit: String(limit) };
  return useAnswer(
    `list humans ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/humans', { params: { query: query as never }, signal }),
    { everyMs: view.refreshMs === null ? null : Math.max(view.refreshMs, 60_000) },
  );
}

export function useServers(view: View, limit: number): Answer<Body<'listServers'>> {
  const query = { ...questionOf(view), limit: String(limit) };
  return useAnswer(
    `list servers ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/servers', { params: { query: query as never }, signal }),
    { everyMs: view.refreshMs === null ? null : Math.max(view.refreshMs, 60_000) },
  );
}
