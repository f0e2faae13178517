import type { Json } from './facts.ts';
import type { Incident } from './incidents.ts';
import type { World } from './world.ts';

/** The truth about each incident as of a moment, with the decisions of it that the API lists by then. */
export function incidentReport(world: World, nowMs: number): Json[] {
  return world.incidents.map((incident) => {
    const { agentKey, description, fromMs, humanKey, id, kind, live, server, toMs } = incident;
    const seen = fromMs > nowMs ? [] : decisionsOf(world, incident, nowMs);
    return {
      id,
      kind,
      live,
      status: nowMs < fromMs ? 'scheduled' : nowMs < toMs ? 'running' : 'over',
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      agent_key: agentKey ?? null,
      human_key: humanKey ?? null,
      server: server ?? null,
      description,
      decisions: seen.length,
      denials: seen.filter((entry) => entry.decision === false).length,
      decision_ids: seen.map((entry) => entry.id),
    };
  });
}

/** An agent's incident is all it did in that time; a server's is every denial on the server in that time. */
function decisionsOf(
  world: World,
  { agentKey, fromMs, server, toMs }: Incident,
  nowMs: number,
): { id: string; decision: boolean | null }[] {
  return world
    .entriesBetween(fromMs, toMs, nowMs)
    .map(
      ({ json }) => JSON.parse(json) as { id: string; user_key?: string; resource_type?: string; decision?: boolean },
    )
    .filter((entry) =>
      agentKey === undefined ? entry.resource_type === server && entry.decision === false : entry.user_key === agentKey,
    )
    .map(({ decision = null, id }) => ({ id, decision }));
}
