import { type GrantRecord, grantRecordKey, trustLevels } from '@custody/decision';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from '../src/index.ts';
import { ceiling, consent, decision, envId, history, listings, tool, user } from './facts.ts';

const human = fc.constantFrom('alice', 'bob', 'carol');
const server = fc.constantFrom('linear', 'github', 'linear-alice');
const toolName = fc.constantFrom('create_issue', 'delete_issue');
const level = fc.constantFrom(...trustLevels);
const dayMs = Date.UTC(2026, 2, 10);
const minute = fc.integer({ min: 6 * 60, max: 18 * 60 });
const time = minute.map((minutes) => new Date(dayMs + minutes * 60_000).toISOString());

const validity = fc
  .record({ times: fc.array(time, { minLength: 4, maxLength: 4 }), hasStart: fc.boolean(), hasEnded: fc.boolean() })
  .map(({ times, hasStart, hasEnded }) => {
    const [start = '', first_seen = '', last_seen = '', end = ''] = times.sort();
    return { first_seen, last_seen, valid_from: hasStart ? start : null, first_missing: hasEnded ? end : null };
  });

const agent = fc.constantFrom('agent|a', 'agent|b');
const aConsent = fc
  .tuple(human, server, level, agent, validity)
  .map(([who, where, how, agent_key, when]) => consent(who, where, how, { agent_key, ...when }));
const aCeiling = fc
  .tuple(human, server, level, validity)
  .map(([who, where, how, when]) => ceiling(who, where, how, when));
const aTool = fc
  .tuple(server, toolName, level, validity)
  .map(([where, what, how, when]) => tool(where, what, how, when));
const aUser = fc.tuple(human, validity).map(([who, when]) => user(who, when));
const aGrant: fc.Arbitrary<GrantRecord> = fc.oneof({ arbitrary: aConsent, weight: 4 }, aCeiling, aTool);
const aRecord: fc.Arbitrary<GrantRecord> = fc.oneof(
  { arbitrary: aGrant, weight: 8 },
  aUser,
  fc.constantFrom(...listings),
);

const records = fc.uniqueArray(aRecord, { selector: grantRecordKey, maxLength: 25 });
const call = fc
  .record({
    occurredAtMs: minute.map((minutes) => dayMs + minutes * 60_000),
    server: fc.oneof(server, fc.constant('nightly-export')),
    tool: toolName,
    verdict: fc.constantFrom('allow', 'deny', 'unknown'),
    agentKey: fc.constantFrom('agent|a', 'agent|a', 'agent|a', 'agent|never', 'human|alice', 'svc'),
    evidenceHumans: fc.oneof(fc.constant([]), fc.uniqueArray(human.map((who) => `human|${who}`))),
  })
  .map(decision);
const runs = { numRuns: 1_000 };

test('the order in which records of distinct keys arrive changes nothing', () => {
  const twice = records.chain((known) =>
    fc.tuple(fc.constant(known), fc.shuffledSubarray(known, { minLength: known.length })),
  );
  fc.assert(
    fc.property(twice, call, ([known, shuffled], made) => {
      expect(attribute(made, envId, history(...shuffled))).toEqual(attribute(made, envId, history(...known)));
    }),
    runs,
  );
});

test('a grant that ended before the decision changes nothing', () => {
  fc.assert(
    fc.property(records, aGrant, call, (known, grant, made) => {
      const isEnded = 'first_missing' in grant && grant.first_missing !== null;
      fc.pre(isEnded && Date.parse(grant.first_missing ?? '') <= made.occurredAtMs);
      fc.pre(known.every((other) => grantRecordKey(other) !== grantRecordKey(grant)));
      expect(attribute(made, envId, history(...known, grant))).toEqual(attribute(made, envId, history(...known)));
    }),
    runs,
  );
});

test('a grant that the source created after the decision changes nothing', () => {
  fc.assert(
    fc.property(records, aGrant, call, (known, grant, made) => {
      fc.pre('valid_from' in grant && grant.valid_from !== null && Date.parse(grant.valid_from) > made.occurredAtMs);
      fc.pre(known.every((other) => grantRecordKey(other) !== grantRecordKey(grant)));
      expect(attribute(made, envId, history(...known, grant))).toEqual(attribute(made, envId, history(...known)));
    }),
    runs,
  );
});

test('the consents of another agent change nothing', () => {
  fc.assert(
    fc.property(records, fc.array(aConsent, { maxLength: 5 }), call, (known, others, made) => {
      const foreign = others.map((other) => ({
        ...other,
        agent_key: 'agent|other',
        grant_id: `other ${other.grant_id}`,
      }));
      expect(attribute(made, envId, history(...known, ...foreign))).toEqual(attribute(made, envId, history(...known)));
    }),
    runs,
  );
});

test('a human is named exactly where one is certain enough, and candidates are kept exactly where several fit', () => {
  fc.assert(
    fc.property(records, call, (known, made) => {
      const found = attribute(made, envId, history(...known));
      expect(found.humanKey !== '').toBe(found.certainty === 'exact' || found.certainty === 'inferred');
      expect(found.candidates.length > 1).toBe(found.certainty === 'ambiguous');
      expect(found.candidates).toEqual([...new Set(found.candidates)].sort());
      expect(found.evidence !== '').toBe(found.humanKey !== '');
      if (found.humanKey === '') expect([found.consentId, found.trustLevel, found.ceilingLevel]).toEqual(['', '', '']);
    }),
    runs,
  );
});

test('only humans of the agent’s own grants, of the evidence, of the server’s name or the caller are ever named', () => {
  fc.assert(
    fc.property(records, call, (known, made) => {
      const found = attribute(made, envId, history(...known));
      const mine = known.flatMap((record) =>
        record.kind === 'consent' && record.agent_key === made.agentKey ? [record.human_key] : [],
      );
      const allowed = [
        ...mine,
        ...made.evidenceHumans,
        made.agentKey,
        ...(made.server === 'linear-alice' ? ['human|alice'] : []),
      ];
      for (const who of [found.humanKey, ...found.candidates]) if (who !== '') expect(allowed).toContain(who);
    }),
    runs,
  );
});
