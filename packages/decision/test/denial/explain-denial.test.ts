import { describe, expect, test } from 'vitest';
import { decisionOf, denialExplanation, explainDenial, permitReasonCodes, type StoredCall } from '../../src/index.ts';
import { deniedCall } from './stored-call.ts';

const tooLow = { trust_level: 'low', ceiling_level: 'high', required_level: 'high' };
const enough = { trust_level: 'high', ceiling_level: 'high', required_level: 'high' };
const nobody = { human_key: '', human_name: '', attribution: 'unknown' };

function explained(call: Partial<StoredCall>) {
  const found = explainDenial(deniedCall(call));
  if (found === null) throw new Error('nothing to explain');
  return found;
}

const codesOf = (call: Partial<StoredCall>) => explained(call).remedies.map(({ code }) => code);
const onlyOf = (call: Partial<StoredCall>) => {
  const { remedies } = explained(call);
  expect(remedies).toHaveLength(1);
  return remedies[0];
};

test.each(['allow', 'unknown'])('%s is no denial to explain', (decision) => {
  expect(explainDenial(deniedCall({ decision }))).toBeNull();
});

describe('the short sentence', () => {
  test.each([
    ['no_permission', "No permission for 'delete_issue'"],
    ['user_not_synced', 'User not found'],
    ['no_such_resource', 'Resource not found'],
    ['no_such_action', 'Action not found'],
    ['no_such_tenant', 'Tenant not found'],
    ['no_role_in_tenant', "No role in tenant 'default'"],
    ['no_graph_roles', "No graph roles on 'linear:linear'"],
  ])('of %s is %s', (reason_code, sentence) => expect(explained({ reason_code }).sentence).toBe(sentence));

  test.each(permitReasonCodes)('of %s is one that the same code is read out of', (reason_code) => {
    const { sentence: reason } = explained({ reason_code });
    const entry = { id: '0e82b2e3d2ed42c1ae0c525256b052f0', timestamp: '2026-01-01T12:00:00Z', decision: false };
    expect(decisionOf({ ...entry, reason })).toMatchObject({ value: { reasonCode: reason_code } });
  });

  test('of a reason that no code fits is the reason as Permit reports it', () => {
    expect(explained({ reason_code: 'other', reason: ' computer says no ' }).sentence).toBe('computer says no');
    expect(explained({ reason_code: 'other', reason: '' }).sentence).toBe('Denied without a reason');
    expect(explained({ reason_code: 'toString', reason: 'novel' }).sentence).toBe('novel');
  });

  test('names the server where the entry tells no resource', () => {
    expect(explained({ reason_code: 'no_graph_roles', resource: '' }).sentence).toBe("No graph roles on 'linear'");
  });
});

describe('a name that the policy did not know', () => {
  test.each([
    ['no_such_resource', { code: 'import_server', server: 'linear' }],
    ['no_such_action', { code: 'add_tool', server: 'linear', tool: 'delete_issue' }],
  ])('%s: %j, unless the tool was listed at the moment', (reason_code, remedy) => {
    expect(onlyOf({ reason_code })).toMatchObject(remedy);
    expect(onlyOf({ reason_code, ...tooLow })).toMatchObject({ code: 'unexplained' });
  });

  test.each([
    [
      { tenant: 'acme', reason_code: 'no_such_tenant' },
      { code: 'create_tenant', tenant: 'acme' },
    ],
    [{ reason_code: 'user_not_synced' }, { code: 'register_caller', caller: 'agent|a' }],
  ])('%j: %j, whatever the levels', (call, remedy) => {
    for (const levels of [{}, tooLow, enough]) expect(onlyOf({ ...call, ...levels })).toMatchObject(remedy);
  });

  test('a user who is no agent has no consent to finish', () => {
    const sentenceOf = (agent_key: string) => onlyOf({ reason_code: 'user_not_synced', agent_key })?.sentence;
    expect(sentenceOf('agent|a')).toContain('finish the consent');
    expect(sentenceOf('human|bob')).not.toContain('consent');
  });
});

describe('every other reason', () => {
  const others = permitReasonCodes.filter((code) => !/^no_such_|^user_not_synced$/.test(code));

  test.each([...others, 'other'])(
    '%s means that no role sufficed: the levels tell which was missing',
    (reason_code) => {
      expect(codesOf({ reason_code, ...tooLow })).toEqual(['raise_consent']);
    },
  );

  test.each([...others, 'other'])('%s against levels that suffice is not explained by them', (reason_code) => {
    expect(codesOf({ reason_code, ...enough })).toEqual([reason_code === 'disabled' ? 'enable_policy' : 'unexplained']);
  });
});

describe('the human', () => {
  test('is named with key and name, and the agent with both', () => {
    const [ceiling, consent] = explained({ ...tooLow, ceiling_level: 'medium' }).remedies;
    expect(ceiling).toEqual({
      code: 'raise_ceiling',
      sentence: "An admin must raise Bob's maximum for linear from medium to high",
      ...{ human: 'human|bob', server: 'linear', level: 'high' },
    });
    expect(consent).toEqual({
      code: 'raise_consent',
      sentence: 'Bob must consent again for linear, at high instead of low',
      ...{ human: 'human|bob', agent: 'agent|a', server: 'linear', level: 'high' },
    });
    expect(onlyOf({ ...tooLow, human_name: '' })?.sentence).toMatch(/^human\|bob must/);
  });

  test('who never consented for the server is asked to, at the level of the tool where it is known', () => {
    const call = { ...tooLow, trust_level: '' };
    expect(onlyOf(call)?.sentence).toBe(
      'Bob must finish the consent of Cursor (agent|a) for linear, at high or more: none is known',
    );
    const unknown = onlyOf({ ...call, required_level: '', agent_name: '' });
    expect(unknown?.sentence).toBe(
      "Bob must finish the consent of agent|a for linear, at the level that 'delete_issue' requires: none is known",
    );
  });

  test('whom nothing tells is whoever uses the agent', () => {
    const found = onlyOf({ ...nobody, required_level: 'high' });
    expect(found).toMatchObject({ code: 'give_consent', human: '', agent: 'agent|a', server: 'linear', level: 'high' });
    expect(found?.sentence).toContain('who that is cannot be told');
  });

  test('who may be one of several is named as none of them', () => {
    const candidates = ['human|alice', 'human|bob'];
    const call = { ...nobody, attribution: 'ambiguous', human_candidates: candidates };
    expect(onlyOf({ ...call, required_level: 'high' })).toMatchObject({
      code: 'tell_human',
      candidates,
      level: 'high',
    });
    expect(onlyOf(call)?.sentence).toContain('cannot be told among human|alice, human|bob');
    expect(onlyOf(call)).toMatchObject({ level: '' });
  });

  test('of an entry without a caller cannot be told at all', () => {
    expect(onlyOf({ ...nobody, agent_key: '' })).toMatchObject({ code: 'tell_human', candidates: [] });
  });

  test.each([
    ['agent|egress', { ...nobody, attribution: 'none' }],
    ['svc-billing', { ...nobody, attribution: 'none' }],
    ['human|bob', { attribution: 'exact' }],
  ])('is not asked to consent where a role of the caller’s own decides: %s', (agent_key, call) => {
    expect(onlyOf({ ...call, agent_key })).toMatchObject({ code: 'change_policy', caller: agent_key });
    expect(codesOf({ ...call, agent_key, resource: '', reason_code: 'disabled' })).toEqual(['enable_policy']);
    expect(onlyOf({ ...call, agent_key, resource: '' })?.sentence).toContain("grants 'delete_issue' on the resource");
  });
});

test('an explanation is what its schema says', () => {
  for (const reason_code of [...permitReasonCodes, 'other', '']) {
    for (const levels of [{}, tooLow, enough, nobody]) {
      const found = explained({ reason_code, ...levels });
      expect(denialExplanation.parse(found)).toEqual(found);
    }
  }
});
