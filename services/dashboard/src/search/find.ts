import { api } from '../api/api.ts';
import type { IconName } from '../components/icon.tsx';
import { shortId } from '../format/names.ts';
import { counted } from '../format/numbers.ts';
import { literal } from '../state/filters.ts';
import { hrefTo } from '../state/view.ts';
import { beginningWith, isDecisionId } from './spellings.ts';

export interface Hit {
  readonly href: string;
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
}

const since = { from: '-90d', limit: '40' };
const mostOfKind = 6;

async function findDecision(text: string, signal: AbortSignal): Promise<Hit[]> {
  if (!isDecisionId(text)) return [];
  const { data } = await api.GET('/v1/decisions/{id}', { params: { path: { id: text } }, signal });
  if (data === undefined) return [];
  const { decision_id, tool, server, agent_name } = data.data;
  const detail = `${agent_name} · ${server} · ${tool}`;
  return [{ href: hrefTo(`/decisions/${decision_id}`), icon: 'decisions', title: 'This decision', detail }];
}

/** Agents; those of one name are one hit that leads to all of them. */
async function findAgents(text: string, signal: AbortSignal): Promise<Hit[]> {
  const { data } = await api.GET('/v1/agents', { params: { query: { ...since, agent: beginningWith(text) } }, signal });
  const byName = Map.groupBy(data?.data ?? [], ({ agent, name }) => name || agent);
  return [...byName].slice(0, mostOfKind).flatMap(([name, rows]): Hit[] => {
    const [one] = rows;
    if (one === undefined) return [];
    if (rows.length === 1) {
      const detail = shortId(one.agent);
      return [{ href: hrefTo(`/agents/${encodeURIComponent(one.agent)}`), icon: 'agents', title: name, detail }];
    }
    const href = hrefTo('/agents', { agent: `${literal(name)}*` });
    return [{ href, icon: 'agents', title: name, detail: counted(rows.length, 'registration') }];
  });
}

async function findHumans(text: string, signal: AbortSignal): Promise<Hit[]> {
  const { data } = await api.GET('/v1/humans', { params: { query: { ...since, human: beginningWith(text) } }, signal });
  return (data?.data ?? []).slice(0, mostOfKind).map(({ human, name, email }) => {
    const href = hrefTo(`/humans/${encodeURIComponent(human)}`);
    return { href, icon: 'humans', title: name || email || shortId(human), detail: email };
  });
}

async function findServers(text: string, signal: AbortSignal): Promise<Hit[]> {
  const { data } = await api.GET('/v1/servers', {
    params: { query: { ...since, server: beginningWith(text) } },
    signal,
  });
  return (data?.data ?? []).slice(0, mostOfKind).map(({ server, tools }) => {
    const href = hrefTo(`/servers/${encodeURIComponent(server)}`);
    return { href, icon: 'servers', title: server, detail: counted(tools, 'tool') };
  });
}

async function findTools(text: string, signal: AbortSignal): Promise<Hit[]> {
  const query = { ...since, tool: beginningWith(text), group_by: 'server,tool', measures: 'decisions', limit: '6' };
  const { data } = await api.GET('/v1/aggregate', { params: { query }, signal });
  return (data?.data ?? []).map(({ server, tool }) => {
    const href = hrefTo('/decisions', { server: literal(String(server)), tool: literal(String(tool)) });
    return { href, icon: 'decisions', title: String(tool), detail: `tool of ${server}` };
  });
}

/** What a text may mean: a decision's id, or the beginning of a key, bare id, name, e-mail, server or tool. */
export async function find(text: string, signal: AbortSignal): Promise<Hit[]> {
  const found = await Promise.allSettled(
    [findDecision, findHumans, findAgents, findServers, findTools].map((one) => one(text, signal)),
  );
  const hits = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  return hits.length > 0 ? hits : exactly(text);
}

/** Nothing of the last months begins so: it may still be the whole name of somebody who was there before. */
function exactly(text: string): Hit[] {
  const path = encodeURIComponent(text);
  const detail = 'by key, id, e-mail or name, in the whole history';
  return [
    { href: hrefTo(`/agents/${path}`, { from: '-365d', to: '' }), icon: 'agents', title: `Agent “${text}”`, detail },
    { href: hrefTo(`/humans/${path}`, { from: '-365d', to: '' }), icon: 'humans', title: `Human “${text}”`, detail },
  ];
}
