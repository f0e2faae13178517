import { type Consent, formatTimestamp, parseEntry, trustLevels } from '@custody/decision';
import { createSimulator, type World, type WorldOptions } from '@custody/permit-simulator';
import type { StoredCall } from './store-incidents.ts';

export const simulatedEnvId = 'simulated';

/** The world of the demonstration that begins to live at a moment. */
export function simulatedWorld(anchorMs: number, given: Partial<WorldOptions> = {}): World {
  return createSimulator({ seed: 1, anchorMs, ...given });
}

/** Its calls up to a moment as they are stored: read as the poller reads them, the human and the tool's level by the truth. */
export function callsOf(world: World, untilMs: number): StoredCall[] {
  const levels = ['', 'low', 'medium', 'high'] as const;
  const rankOf = new Map(
    world.servers.flatMap(({ key, tools }) => tools.map((tool) => [`${key} ${tool.key}`, tool.rank])),
  );
  return world.entriesBetween(world.historyFromMs, untilMs, untilMs + 60_000).flatMap(({ json, truth }) => {
    const outcome = parseEntry(Buffer.from(json));
    if (outcome.outcome !== 'kept') return [];
    const { id, occurredAtMs, agentKey, server, tool, verdict } = outcome.value;
    return {
      ...{ envId: simulatedEnvId, id, atMs: occurredAtMs, agent: agentKey, human: truth.human_key ?? '', server, tool },
      ...{ verdict, requiredLevel: levels[rankOf.get(`${server} ${tool}`) ?? 0] ?? '' },
    };
  });
}

/** The consents that it lists at a moment, as the poller records them. */
export function consentsOf(world: World, atMs: number): Consent[] {
  const [first_seen, level] = [formatTimestamp(atMs), new RegExp(`^(.+)-(${trustLevels.join('|')})$`)];
  return world.facts.roleAssignments(atMs).flatMap(({ id, user, role, created_at }): Consent[] => {
    const [, server, granted] = level.exec(role) ?? [];
    const found = trustLevels.find((one) => one === granted);
    if (server === undefined || found === undefined) return [];
    const times = { valid_from: String(created_at), first_seen, last_seen: first_seen, first_missing: null };
    return [
      {
        ...{ kind: 'consent', grant_id: id, env_id: simulatedEnvId, ...times },
        ...{ agent_key: user, human_key: '', server, level: found },
      },
    ];
  });
}
