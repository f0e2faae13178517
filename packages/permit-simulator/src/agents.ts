import type { Human } from './humans.ts';
import { hyphened, idOf } from './ids.ts';
import { Rng } from './rng.ts';

/**
 * What an agent does in the world:
 * `session` works with its humans, `automation` runs round the clock, `watcher` polls every few seconds, `egress` calls
 * through the HTTP proxy with no human, `unconsented` is registered but never got consent, `unknown` is not even registered, `dormant` and `prober`
 * belong to the scripted incidents.
 */
export type AgentKind =
  | 'session'
  | 'automation'
  | 'watcher'
  | 'egress'
  | 'unconsented'
  | 'unknown'
  | 'dormant'
  | 'prober';

/** An MCP client that registered by OAuth. */
export interface Agent {
  /** `agent|{client_id}` */
  readonly key: string;
  readonly name: string;
  readonly clientUri: string | null;
  readonly kind: AgentKind;
  /** Humans who use it; more than one where a client id is shared. */
  readonly humans: readonly Human[];
  /** Whole seconds, in ms. Later than the history's start for those who join while it runs. */
  readonly registeredMs: number;
  readonly weight: number;
}

const clients: readonly (readonly [name: string, uri: string | null, share: number])[] = [
  ['Claude', 'https://claude.ai', 30],
  ['Cursor', 'https://cursor.com', 26],
  ['ChatGPT', 'https://chatgpt.com', 14],
  ['VS Code', 'https://code.visualstudio.com', 14],
  ['Claude Code', null, 9],
  ['Windsurf', 'https://windsurf.com', 4],
  ['MCP Inspector', null, 3],
];
const automations = [
  'CI bot',
  'Release bot',
  'Incident triage',
  'Nightly report',
  'Metrics watcher',
  'Ticket sorter',
  'Dependency bot',
  'Billing sync',
];
const dayMs = 86_400_000;
const lateInHistory = 10;
const lateLive = 24;

/** All agents of a world; those who register later are in it too, with their moment. */
export function createAgents(seed: number, humans: readonly Human[], historyFromMs: number, anchorMs: number): Agent[] {
  const rng = Rng.of(seed, 'agents');
  const agents: Agent[] = [];
  const longAgo = () => wholeSecond(historyFromMs - rng.int(1, 60) * dayMs - rng.int(0, dayMs));
  const add = (kind: AgentKind, used: readonly Human[], name: string, over: Partial<Agent> = {}) => {
    const client = clients.find(([known]) => known === name);
    const key = `agent|${hyphened(idOf(seed, 'agent', agents.length))}`;
    const weight = 1 / (1 + agents.filter((agent) => agent.humans[0] === used[0]).length);
    agents.push({
      key,
      name,
      clientUri: client?.[1] ?? null,
      kind,
      humans: used,
      registeredMs: longAgo(),
      weight,
      ...over,
    });
  };
  const client = () => rng.weighted(clients, ([, , share]) => share)?.[0] ?? 'Claude';

  const [alice, bob] = humans as [Human, Human];
  add('session', [alice], 'Cursor', { key: 'agent|cursor_abc123' });
  add('session', [bob], 'Claude', { key: 'agent|claude_desktop_7' });
  for (const human of humans) {
    const count = rng.int(1, 3);
    for (let index = 0; index < count; index += 1) add('session', [human], client());
  }
  // Every restart of a desktop client may register anew: one human, one name, many keys.
  const collector = humans[7] as Human;
  for (let index = 0; index < 9; index += 1) add('session', [collector], 'Claude');
  for (let index = 0; index < 6; index += 1) {
    const pair = index === 0 ? [alice, bob] : rng.shuffled(humans).slice(0, 2);
    add('session', pair, index === 0 ? 'Cursor' : client(), index === 0 ? { key: 'agent|cursor_shared01' } : {});
  }
  for (const name of automations) add('automation', [rng.pick(humans)], name);
  for (let index = 0; index < 2; index += 1) add('egress', [], 'Egress proxy', { key: `agent|egress_ci_${index + 1}` });
  for (let index = 0; index < 4; index += 1) add('unconsented', [rng.pick(humans)], client());
  for (let index = 0; index < 3; index += 1) add('unknown', [rng.pick(humans)], client());
  for (let index = 0; index < lateInHistory; index += 1) {
    const registeredMs = wholeSecond(historyFromMs + rng.next() * (anchorMs - historyFromMs));
    add('session', [rng.pick(humans)], client(), { registeredMs });
  }
  for (let index = 0; index < lateLive; index += 1) {
    const registeredMs = wholeSecond(anchorMs + (index + rng.next()) * 25 * 60_000);
    add('session', [rng.pick(humans)], client(), { registeredMs });
  }
  return agents;
}

/** Agents that belong to an incident: long registered, otherwise silent. */
export function createIncidentAgent(
  seed: number,
  kind: 'dormant' | 'prober',
  label: string,
  human: Human,
  historyFromMs: number,
): Agent {
  const registeredMs = wholeSecond(historyFromMs - 45 * dayMs - Rng.of(seed, kind, label).int(0, dayMs));
  const name = kind === 'prober' ? 'MCP Inspector' : 'ChatGPT';
  const key = `agent|${hyphened(idOf(seed, 'agent', kind, label))}`;
  return { key, name, clientUri: null, kind, humans: [human], registeredMs, weight: 0 };
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
