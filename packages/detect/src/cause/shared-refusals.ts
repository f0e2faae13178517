import { type Candidate, coveredBy, enoughOf, insideOf, mostOf } from './candidate.ts';
import type { SharedCause } from './cause.ts';
import { agentsOf, isRefused, leastAgentsOfServer, refusalOf } from './refused-agents.ts';
import { sharedEverywhere } from './shared-everywhere.ts';

/**
 * Whether a server's denials of one reason are those of many: of three agents at least beside those that stand out
 * themselves, and more than these explain.
 */
function isOfMany(ofServer: Candidate, members: readonly Candidate[], refusal: string): boolean {
  const own = agentsOf(members);
  const others = ofServer.calls.filter(
    ({ agent, server, reason }) => !own.has(agent) && refusalOf(server, reason) === refusal,
  );
  if (new Set(others.map(({ agent }) => agent)).size < leastAgentsOfServer) return false;
  const inside = insideOf(ofServer.cells, coveredBy(members.map(({ cells }) => cells)));
  return inside < enoughOf(ofServer, true);
}

/**
 * Three agents that meet the same refusal are a server's matter, not theirs: one cause, told by the server where it can. So
 * is one agent where the server stands out by what many others are refused.
 */
function ofServers(candidates: readonly Candidate[]): { causes: SharedCause[]; taken: Set<Candidate> } {
  const servers = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { kind, key } = candidate.finding.subject;
    if (kind === 'server' && !servers.has(key)) servers.set(key, candidate);
  }
  const groups = Map.groupBy(candidates.filter(isRefused), (candidate) =>
    mostOf(candidate, ({ server, reason }) => refusalOf(server, reason)),
  );
  const taken = new Set<Candidate>();
  const causes: SharedCause[] = [];
  for (const [refusal, members] of groups) {
    if (refusal === null) continue;
    const [server = ''] = JSON.parse(refusal) as string[];
    const ofServer = servers.get(server);
    const isServers =
      agentsOf(members).size >= leastAgentsOfServer || (ofServer !== undefined && isOfMany(ofServer, members, refusal));
    if (!isServers) continue;
    const all = ofServer === undefined ? members : [ofServer, ...members];
    for (const member of all) taken.add(member);
    const [lead, ...others] = all.map(({ finding }) => finding);
    if (lead === undefined) continue;
    causes.push({ cause: { lead, members: others, why: 'shared' }, cells: coveredBy(all.map(({ cells }) => cells)) });
  }
  return { causes, taken };
}

/** Causes that several agents have in common, and the candidates that are left. */
export function sharedRefusals(
  candidates: readonly Candidate[],
  areSharesTold: boolean,
): { causes: SharedCause[]; rest: Candidate[] } {
  const everywhere = sharedEverywhere(candidates, areSharesTold);
  const others = candidates.filter((candidate) => !everywhere.taken.has(candidate));
  const servers = ofServers(others);
  return {
    causes: [...everywhere.causes, ...servers.causes],
    rest: others.filter((candidate) => !servers.taken.has(candidate)),
  };
}
