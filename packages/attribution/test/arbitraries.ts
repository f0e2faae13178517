import { type GrantRecord, grantRecordKey, trustLevels } from '@custody/decision';
import fc from 'fast-check';
import { ceiling, consent, decision, listings, tool, user } from './facts.ts';

/** Grants, listings and calls of one day, few enough names that they meet. */

const human = fc.constantFrom('alice', 'bob', 'carol');
const server = fc.constantFrom('linear', 'github', 'linear-alice');
const toolName = fc.constantFrom('create_issue', 'delete_issue');
const level = fc.constantFrom(...trustLevels);
export const dayMs = Date.UTC(2026, 2, 10);
export const minute = fc.integer({ min: 6 * 60, max: 18 * 60 });
const time = minute.map((minutes) => new Date(dayMs + minutes * 60_000).toISOString());

const validity = fc
  .record({ times: fc.array(time, { minLength: 4, maxLength: 4 }), hasStart: fc.boolean(), hasEnded: fc.boolean() })
  .map(({ times, hasStart, hasEnded }) => {
    const [start = '', first_seen = '', last_seen = '', end = ''] = times.sort();
    return { first_seen, last_seen, valid_from: hasStart ? start : null, first_missing: hasEnded ? end : null };
  });

const agent = fc.constantFrom('agent|a', 'agent|b');
export const aConsent = fc
  .tuple(human, server, level, agent, validity)
  .map(([who, where, how, agent_key, when]) => consent(who, where, how, { agent_key, ...when }));
const aCeiling = fc
  .tuple(human, server, level, validity)
  .map(([who, where, how, when]) => ceiling(who, where, how, when));
const aTool = fc
  .tuple(server, toolName, level, validity)
  .map(([where, what, how, when]) => tool(where, what, how, when));
const aUser = fc.tuple(human, validity).map(([who, when]) => user(who, when));
export const aGrant: fc.Arbitrary<GrantRecord> = fc.oneof({ arbitrary: aConsent, weight: 4 }, aCeiling, aTool);
const aRecord: fc.Arbitrary<GrantRecord> = fc.oneof(
  { arbitrary: aGrant, weight: 8 },
  aUser,
  fc.constantFrom(...listings),
);

export const records = fc.uniqueArray(aRecord, { selector: grantRecordKey, maxLength: 25 });
export const call = fc
  .record({
    occurredAtMs: minute.map((minutes) => dayMs + minutes * 60_000),
    server: fc.oneof(server, fc.constant('nightly-export')),
    tool: toolName,
    verdict: fc.constantFrom('allow', 'deny', 'unknown'),
    agentKey: fc.constantFrom('agent|a', 'agent|a', 'agent|a', 'agent|never', 'human|alice', 'svc'),
    evidenceHumans: fc.oneof(fc.constant([]), fc.uniqueArray(human.map((who) => `human|${who}`))),
  })
  .map(decision);
