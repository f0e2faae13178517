import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  type AttributedCall,
  agentSentence,
  consentSentence,
  humanSentence,
  permitCheck,
  roleEvidence,
  verdictSentence,
} from '../../src/index.ts';
import { deniedCall } from '../denial/stored-call.ts';

function call(rest: Partial<AttributedCall> = {}): AttributedCall {
  const consent = { consent_id: 'c-1', consented_at: '2026-01-01T08:00:00.000Z' };
  return { ...deniedCall(), human_email: 'bob@example.org', evidence: 'consent', ...consent, ...rest };
}

describe('the links of the chain', () => {
  test('name the human, how sure that is and why', () => {
    expect(humanSentence(call())).toBe(
      'Bob <bob@example.org> (human|bob), for certain (nobody else’s consent to this agent covers the moment)',
    );
    const nameless = { human_name: '', human_email: '', evidence: '', attribution: 'inferred' };
    expect(humanSentence(call(nameless))).toBe('(human|bob), most likely: the moment itself was not observed');
    const several = { human_key: '', human_candidates: ['human|a', 'human|b'], attribution: 'ambiguous' };
    expect(humanSentence(call(several))).toBe('one of human|a, human|b: several fit, and nothing tells them apart');
    expect(humanSentence(call({ human_key: '', attribution: 'none' }))).toBe('no human is involved');
    expect(humanSentence(call({ human_key: '', attribution: 'novel' }))).toBe('novel');
  });

  test('tell the consent, or why there is none', () => {
    expect(consentSentence(call({ trust_level: 'low' }))).toBe('low for linear since 2026-01-01T08:00:00.000Z (c-1)');
    expect(consentSentence(call({ trust_level: 'low', consent_id: '', consented_at: null }))).toBe('low for linear');
    expect(consentSentence(call())).toBe('none is known for linear');
    expect(consentSentence(call({ agent_key: 'human|bob' }))).toContain('the human made the call');
    expect(consentSentence(call({ attribution: 'none' }))).toBe('none is involved');
  });

  test('name the caller', () => {
    expect(agentSentence(call())).toBe('Cursor (agent|a)');
    expect(agentSentence(call({ agent_name: '' }))).toBe('agent|a');
    expect(agentSentence(call({ agent_key: 'human|bob', agent_name: 'Bob' }))).toBe(
      'Bob (human|bob), without an agent',
    );
    expect(agentSentence(call({ agent_key: '' }))).toBe('the entry names no caller');
  });

  test('say why it was allowed or denied', () => {
    const levels = { trust_level: 'high', ceiling_level: 'medium', required_level: 'medium' };
    expect(verdictSentence(call())).toBe("Denied: No permission for 'delete_issue'");
    expect(verdictSentence(call({ decision: 'unknown' }))).toContain('does not say');
    expect(verdictSentence(call({ decision: 'allow', ...levels }))).toMatch(/^Allowed: consent high, .*: enough$/);
    expect(verdictSentence(call({ decision: 'allow' }))).toBe('Allowed by Permit; no levels are known');
    const short = { ...levels, required_level: 'high' };
    expect(verdictSentence(call({ decision: 'allow', ...short }))).toMatch(/not enough .*So another policy/);
  });
});

describe('the check to be copied', () => {
  const hostile = [`a"b'c\\d`, 'line\nbreak\u0000\u007f\u2028', '\u202egnp.exe', '`y` $1', 'Zoë 😀', '\ud800', ''];

  test.each(hostile)('means the same text when it is run: %j', (text) => {
    const checked: unknown[][] = [];
    const permit = { check: (...given: unknown[]) => checked.push(given) };
    const names = { agent_key: text, tool: text, server: 'x', resource: `linear:${text}` };
    const plain = permitCheck({ ...names, tenant: 'default' });
    runInNewContext(plain, { permit });
    runInNewContext(permitCheck({ ...names, tenant: `t${text}` }), { permit });
    expect(JSON.parse(JSON.stringify(checked))).toEqual([
      [text, text, `linear:${text}`],
      [text, text, { type: 'linear', key: text, tenant: `t${text}` }],
    ]);
    // A terminal shows it and does nothing else with it.
    expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test('is as short as the call: the default tenant is not named, and the server stands in for its instance', () => {
    const names = { agent_key: 'agent|a', tool: 'create_issue', server: 'linear', resource: 'linear:linear' };
    const text = 'permit.check("agent|a", "create_issue", "linear:linear")';
    expect(permitCheck({ ...names, tenant: 'default' })).toBe(text);
    expect(permitCheck({ ...names, tenant: '', resource: '' })).toContain('"create_issue", "linear")');
    expect(permitCheck({ ...names, tenant: 'acme', resource: '' })).toContain('{"type": "linear", "tenant": "acme"}');
  });
});

describe('derived roles', () => {
  const entry = (rest: object) => JSON.stringify({ id: 'x', timestamp: 'y', ...rest });
  const debugged = (rebac: unknown) => entry({ raw_data: { engine: 'OPA', result: { debug: { rebac } } } });

  test('are told with their sources and the humans whose profiles those are', () => {
    const source = { type: 'role_derivation', role: 'user_profile#linear-high', relation: 'high' };
    const roles = [
      { role: 'linear#high', resource: 'linear:linear', sources: [{ ...source, resource: 'user_profile:ada' }, 7] },
    ];
    const found = roleEvidence(
      debugged({ allow: true, allowing_roles: roles, other_roles: [{ role: 'x' }], code: 'y' }),
    );
    expect(found).toMatchObject({ engine: 'OPA', hasDebug: true });
    expect(found?.roles).toEqual([
      {
        ...{ role: 'linear#high', resource: 'linear:linear', allowing: true, reason: '' },
        sources: [
          { ...source, resource: 'user_profile:ada', human: 'human|ada' },
          { type: '', role: '', resource: '', relation: '', human: '' },
        ],
      },
      { role: 'x', resource: '', allowing: false, reason: '', sources: [] },
    ]);
  });

  test('are none where nothing is told of them, and an entry that is none is told apart', () => {
    expect(roleEvidence(entry({}))).toEqual({ engine: '', hasDebug: false, roles: [] });
    expect(roleEvidence(debugged('off'))).toEqual({ engine: 'OPA', hasDebug: true, roles: [] });
    expect(roleEvidence(debugged({ allowing_roles: { role: 'x' } }))?.roles).toEqual([]);
    for (const text of ['', '{', '[]', '{"id": 1}']) expect(roleEvidence(text)).toBeNull();
  });
});
