import type { Consent, GrantRecord } from '@custody/decision';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from '../src/index.ts';
import { call, records } from './arbitraries.ts';
import { envId, history } from './facts.ts';

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

interface ConsentAround extends Consent {
  readonly isObserved: boolean;
}

/**
 * The consents that the caller held, or may have held, at a moment, and whether listings before and after it show them;
 * worked out anew from the records, not by the code under test.
 */
function consentsAround(known: readonly GrantRecord[], agentKey: string, atMs: number): ConsentAround[] {
  const listed = known.find((record) => record.kind === 'listing' && record.of === 'consent');
  const firstMs = listed?.kind === 'listing' ? Date.parse(listed.first_completed_at) : Number.NaN;
  const newestMs = listed?.kind === 'listing' ? Date.parse(listed.completed_at) : 0;
  return known.flatMap((record) => {
    if (record.kind !== 'consent' || record.agent_key !== agentKey) return [];
    const seenMs = Date.parse(record.first_seen);
    const wasLacking = record.valid_from === null && atMs <= firstMs && firstMs < seenMs;
    const isLater = record.valid_from !== null && Date.parse(record.valid_from) > atMs;
    const isOver = record.first_missing !== null && Date.parse(record.first_missing) <= atMs;
    if (wasLacking || isLater || isOver) return [];
    const lastMs = Math.max(Date.parse(record.last_seen), record.first_missing === null ? newestMs : 0);
    return [{ ...record, isObserved: seenMs <= atMs && atMs <= lastMs }];
  });
}

test('exact means: the caller is the human, the evidence names one, or listings before and after show all consents', () => {
  const seen = { self: 0, rebac: 0, consent: 0, server: 0, level: 0, '': 0 };
  fc.assert(
    fc.property(records, call, (known, made) => {
      const { certainty, evidence, humanKey } = attribute(made, envId, history(...known));
      if (certainty !== 'exact') return;
      seen[evidence] += 1;
      if (evidence === 'self') expect(humanKey).toBe(made.agentKey);
      else if (evidence === 'rebac') expect([made.verdict, ...made.evidenceHumans]).toEqual(['allow', humanKey]);
      else {
        const consents = consentsAround(known, made.agentKey, made.occurredAtMs);
        expect(consents.map(({ isObserved }) => isObserved)).not.toContain(false);
        expect(consents.map(({ human_key }) => human_key)).toContain(humanKey);
        const humans = new Set(consents.map(({ human_key }) => human_key));
        const here = consents.filter(({ human_key, server }) => human_key === humanKey && server === made.server);
        // Only what an allowed call needed tells one human of several for certain.
        if (humans.size > 1) expect([made.verdict, here.length > 0]).toEqual(['allow', true]);
      }
    }),
    runs,
  );
  expect(Math.min(seen.self, seen.rebac, seen.consent)).toBeGreaterThan(0);
  expect([seen.level, seen['']]).toEqual([0, 0]);
});
