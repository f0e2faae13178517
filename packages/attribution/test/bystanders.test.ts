import type { Decision, GrantRecord } from '@custody/decision';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from '../src/index.ts';
import { aGrant, call, records } from './arbitraries.ts';
import { envId, history, listing } from './facts.ts';

/** Facts that bear on nothing at the decision's time, added to whatever is known: attribution must stay as it was. */

const runs = { numRuns: 1_000 };
/** Four lengths of time, the longest first, in minutes: a grant is first seen, last seen and missing within them. */
const minutes = fc
  .array(fc.integer({ min: 0, max: 600 }), { minLength: 4, maxLength: 4 })
  .map((lengths) => lengths.sort((a, b) => b - a));

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** A grant with times of its own, under a key that nothing else has. */
function timed(grant: GrantRecord, times: object): GrantRecord {
  return { ...grant, ...times, grant_id: 'bystander' } as GrantRecord;
}

function expectSame(known: readonly GrantRecord[], added: readonly GrantRecord[], made: Decision): void {
  expect(attribute(made, envId, history(...known, ...added))).toEqual(attribute(made, envId, history(...known)));
}

test('a grant that ended before the decision, or at its very moment', () => {
  fc.assert(
    fc.property(records, aGrant, call, minutes, fc.boolean(), (known, grant, made, lengths, hasStart) => {
      const [start = '', first_seen, last_seen, first_missing] = lengths.map((m) =>
        iso(made.occurredAtMs - m * 60_000),
      );
      const ended = timed(grant, { valid_from: hasStart ? start : null, first_seen, last_seen, first_missing });
      expectSame(known, [ended], made);
    }),
    runs,
  );
});

test('a grant that the source created after the decision, by a millisecond or by hours', () => {
  fc.assert(
    fc.property(records, aGrant, call, minutes, fc.boolean(), (known, grant, made, lengths, hasEnded) => {
      const after = lengths.map((m) => iso(made.occurredAtMs + m * 60_000 + 1)).reverse();
      const [valid_from, first_seen, last_seen, end = ''] = after;
      const later = timed(grant, { valid_from, first_seen, last_seen, first_missing: hasEnded ? end : null });
      expectSame(known, [later], made);
    }),
    runs,
  );
});

test('a grant without a time of creation that the first listing after the decision lacked', () => {
  fc.assert(
    fc.property(records, aGrant, call, minutes, (known, grant, made, lengths) => {
      const after = lengths.map((m) => iso(made.occurredAtMs + m * 60_000)).reverse();
      const [first_completed_at = '', , , completed_at = ''] = after;
      const kinds = ['consent', 'ceiling', 'tool_level', 'identity'] as const;
      const listed = kinds.map((of) => ({ ...listing(of), first_completed_at, completed_at }));
      const first_seen = iso(Date.parse(first_completed_at) + 1);
      const later = timed(grant, { valid_from: null, first_seen, last_seen: first_seen, first_missing: null });
      expectSame([...known.filter(({ kind }) => kind !== 'listing'), ...listed], [later], made);
    }),
    runs,
  );
});

test('whatever is known of another environment, its listings included', () => {
  fc.assert(
    fc.property(records, records, call, (known, others, made) => {
      const foreign = others.map((other) => ({ ...other, env_id: 'other' }));
      expectSame(known, foreign, made);
    }),
    runs,
  );
});

test('the consents of another agent', () => {
  fc.assert(
    fc.property(records, records, call, (known, others, made) => {
      const consents = others.filter((other) => other.kind === 'consent');
      expectSame(
        known,
        consents.map((other, index) => ({ ...other, agent_key: 'agent|other', grant_id: `other ${index}` })),
        made,
      );
    }),
    runs,
  );
});
