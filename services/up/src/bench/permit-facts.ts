import { trustLevels } from '@custody/decision';
import type { GivenFacts } from '@custody/permit-simulator';
import {
  agentCount,
  agentKey,
  agentName,
  ceilingLevel,
  consentId,
  consentLevel,
  humanCount,
  humanEmail,
  humanKey,
  humanName,
  humanSubject,
  humansOf,
  servers,
  serversOf,
  tools,
} from './world.ts';

/** One level of trust is worth as much as the tools that ask for it. */
function resource(server: string) {
  const permissionsOf = (level: string) => tools.flatMap((tool) => (tool.level === level ? [tool.name] : []));
  const roles = trustLevels.map((level) => [level, { key: level, permissions: permissionsOf(level) }]);
  return { id: server, key: server, roles: Object.fromEntries(roles) };
}

/** The facts of the benchmark's world as Permit's endpoints list them, for its first agents and their humans. */
export function permitFacts(seed: number, agents = agentCount): GivenFacts {
  const agentNumbers = Array.from({ length: agents }, (_, agent) => agent);
  const humans = [...new Set(agentNumbers.flatMap(humansOf))].filter((human) => human < humanCount);
  return {
    users: [
      ...agentNumbers.map((n) => ({ id: agentKey(n), key: agentKey(n), first_name: agentName(n) })),
      ...humans.map((n) => ({ id: humanKey(n), key: humanKey(n), first_name: humanName(n), email: humanEmail(n) })),
    ],
    role_assignments: agentNumbers.flatMap((agent) =>
      humansOf(agent).flatMap((human) =>
        serversOf(agent, seed).map((server) => ({
          id: consentId(agent, human, server),
          user: agentKey(agent),
          role: `${servers[server]}-${consentLevel}`,
          resource_instance: `user_profile:${humanSubject(human)}`,
        })),
      ),
    ),
    relationship_tuples: humans.flatMap((human) =>
      servers.map((server) => ({
        id: `ceiling-${human}-${server}`,
        subject: `user_profile:${humanSubject(human)}`,
        relation: ceilingLevel,
        object: `${server}:${server}`,
      })),
    ),
    resources: servers.map(resource),
  };
}
