import { expect, test } from 'vitest';
import { type DenialKind, type StoredCall, tallyRemedies } from '../../src/index.ts';
import { deniedCall } from './stored-call.ts';

let second = 0;

/** So many denials alike, later than those made before. */
function kind(denials: number, call: Partial<StoredCall>): DenialKind {
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();
  second += 10;
  const lastId = `id-${second}`;
  return { call: deniedCall(call), denials, firstAt: at(second), lastAt: at(second + denials), lastId };
}

const levels = (trust_level: string, ceiling_level: string, required_level: string) => ({
  ...{ trust_level, ceiling_level, required_level },
});

test('a higher level removes what a lower one does, and a level given is one raised', () => {
  const kinds = [
    kind(5, levels('high', 'low', 'high')),
    kind(3, levels('high', 'low', 'medium')),
    kind(2, levels('medium', '', 'medium')),
  ];
  // In whatever order they come.
  const { changes, ...rest } = tallyRemedies(kinds.toReversed());
  const target = { human: 'human|bob', agent: '', server: 'linear', tool: '', tenant: '', resource: '', assumes: '' };
  expect(changes).toEqual([
    {
      ...{ code: 'raise_ceiling', ...target, level: 'high', removes: 10, helps: 0 },
      sentence: "An admin must set Bob's maximum for linear at high or more",
      ...{ firstAt: kinds[0]?.firstAt, lastAt: kinds[2]?.lastAt, lastId: kinds[2]?.lastId },
    },
    {
      ...{ code: 'set_ceiling', ...target, level: 'medium', removes: 5, helps: 0 },
      sentence: "An admin must set Bob's maximum for linear at medium or more",
      ...{ firstAt: kinds[1]?.firstAt, lastAt: kinds[2]?.lastAt, lastId: kinds[2]?.lastId },
    },
  ]);
  expect(rest).toEqual({ denials: 10, oneLevel: 10, oneOther: 0, two: 0, none: 0, pairs: [], unmended: [] });
});

test('what needs two changes is promised to neither of them', () => {
  const both = levels('low', 'medium', 'high');
  const kinds = [
    kind(4, both),
    kind(2, { ...both, tool: 'archive_issue' }),
    kind(1, { ...both, human_key: 'human|eve', human_name: '', agent_name: '' }),
    kind(1, { ...both, server: 'github' }),
    kind(3, levels('low', 'high', 'high')),
  ];
  const { changes, pairs, ...counts } = tallyRemedies(kinds);
  const effect = changes.map(({ code, human, server, removes, helps }) => [code, human, server, removes, helps]);
  expect(effect).toEqual([
    ['raise_consent', 'human|bob', 'linear', 3, 6],
    ['raise_ceiling', 'human|bob', 'linear', 0, 6],
    ['raise_ceiling', 'human|bob', 'github', 0, 1],
    ['raise_ceiling', 'human|eve', 'linear', 0, 1],
    ['raise_consent', 'human|bob', 'github', 0, 1],
    ['raise_consent', 'human|eve', 'linear', 0, 1],
  ]);
  expect(pairs.map(({ human, server, removes }) => [human, server, removes])).toEqual([
    ['human|bob', 'linear', 6],
    ['human|bob', 'github', 1],
    ['human|eve', 'linear', 1],
  ]);
  expect(pairs[2]).toMatchObject({
    ...{ agent: 'agent|a', level: 'high' },
    sentences: [
      "An admin must set human|eve's maximum for linear at high or more",
      'human|eve must give agent|a consent for linear, at high or more',
    ],
  });
  expect(counts).toEqual({ denials: 11, oneLevel: 3, oneOther: 0, two: 8, none: 0, unmended: [] });
});

test('what no change of levels mends is a change of its own, and says what it rests on', () => {
  const kinds = [
    kind(3, { reason_code: 'user_not_synced' }),
    kind(2, { reason_code: 'no_such_tenant', tenant: 'acme' }),
    kind(1, { attribution: 'none', human_key: '', agent_key: 'svc', agent_name: '' }),
  ];
  const { changes, oneLevel, oneOther } = tallyRemedies(kinds);
  expect(changes).toMatchObject([
    { code: 'register_caller', agent: 'agent|a', removes: 3, assumes: expect.stringContaining('then requires') },
    { code: 'create_tenant', tenant: 'acme', removes: 2, assumes: expect.stringContaining('then requires') },
    { code: 'change_policy', agent: 'svc', resource: 'linear:linear', tool: 'delete_issue', removes: 1, assumes: '' },
  ]);
  expect([oneLevel, oneOther]).toEqual([0, 6]);
});

test('levels and humans that are not known are no levels and nobody', () => {
  const nobody = { attribution: 'unknown', human_key: '', human_name: '' };
  const kinds = [
    kind(9, levels('medium', '', '')),
    kind(8, levels('medium', 'low', 'medium')),
    kind(2, { ...nobody, required_level: 'medium' }),
  ];
  const { changes } = tallyRemedies(kinds);
  expect(changes.map(({ code, level, removes, assumes }) => [code, level, removes, assumes === ''])).toEqual([
    ['set_ceiling', '', 9, false],
    ['raise_ceiling', 'medium', 8, true],
    ['give_consent', 'medium', 2, false],
  ]);
  expect(changes[0]?.sentence).toContain('at the level that the tool requires');
  expect(changes[2]?.sentence).toContain('who that is cannot be told');
});

test('denials for which no change can be named are counted by why', () => {
  const kinds = [
    kind(1, levels('medium', 'medium', '')),
    kind(1, levels('high', 'high', 'low')),
    kind(4, { attribution: 'ambiguous', human_key: '', human_candidates: ['human|a', 'human|b'] }),
    kind(7, { decision: 'allow' }),
  ];
  const { none, denials, changes, unmended } = tallyRemedies(kinds);
  expect([denials, none, changes]).toEqual([6, 6, []]);
  expect(unmended.map((one) => [one.code, one.denials])).toEqual([
    ['tell_human', 4],
    ['find_level', 1],
    ['unexplained', 1],
  ]);
});
