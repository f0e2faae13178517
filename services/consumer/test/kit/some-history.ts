import type { GrantRecord } from '@custody/decision';
import { type Call, ceilingOf, consentOf, type Held, toolOf, userOf } from './calls.ts';
import type { random } from './random.ts';

const [subjects, servers, tools] = [
  ['alice', 'bob', 'carol'],
  ['linear', 'linear-alice', 'github', 'nightly-export'],
  ['create_issue', 'delete_issue'],
];
const levels = ['low', 'medium', 'high'] as const;
type Random = ReturnType<typeof random>;

/** Some fact with a time of its own; the same one again, at another time, has it changed or ended. */
export function someFact(envId: string, { pick, hours, chance }: Random): GrantRecord {
  const [from = 0, seen = 0, lastSeen = 0, missing = 0] = [0, 1, 2, 3].map(() => hours()).sort((a, b) => a - b);
  const held: Held = { from: pick([from, -20]), seen, lastSeen, ...(chance(0.5) ? { missing } : {}) };
  const [subject, level, server] = [pick(subjects), pick(levels), pick(servers)];
  const ids = `${subject} on ${server}`;
  return pick([
    () => ({ ...consentOf(envId, subject, held, pick(['agent|a', 'agent|b'])), server, level }) as GrantRecord,
    () => ({ ...ceilingOf(envId, subject, level, held), server, grant_id: ids }) as GrantRecord,
    () => toolOf(envId, pick(tools), level, held, pick(['linear', 'github'])),
    () => userOf(envId, subject, pick(['Al', 'Ally']), held),
    () => ({ ...userOf(envId, subject, 'Agent', held), grant_id: 'a', user_key: 'agent|a' }) as GrantRecord,
  ])();
}

/** Some call, up to nine hours before or after noon. */
export function someCall(n: number, { pick, hours, chance }: Random): Call {
  const agent = pick(['agent|a', 'agent|a', 'agent|b', 'human|alice', 'svc']);
  const humans = chance(0.2) ? [pick(subjects), pick(subjects)] : [];
  return { n, atHours: hours(), agent, server: pick(servers), tool: pick(tools), isDenied: chance(0.3), humans };
}
