import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decision, decisionOf, parseEntry } from '../src/index.ts';

const id = '1a06661a-1a9c-496a-89a6-df323af1b0e5';
const least = { id, timestamp: '2026-01-01T12:00:00+00:00' };

function read(entry: unknown): Decision {
  const outcome = parseEntry(new TextEncoder().encode(JSON.stringify(entry)));
  if (outcome.outcome !== 'kept') throw new Error(`${outcome.fault}: ${outcome.detail}`);
  return outcome.value;
}

function fault(entry: unknown): string {
  const outcome = parseEntry(new TextEncoder().encode(JSON.stringify(entry)));
  return outcome.outcome === 'kept' ? 'kept' : outcome.fault;
}

describe('a documented entry', () => {
  test('is read from its own fields', () => {
    const decision = read({
      ...least,
      org_id: id,
      project_id: id,
      env_id: id,
      pdp_config_id: id,
      created_at: '2026-01-01T12:00:04Z',
      query: 'permit/root',
      user_key: 'agent|cursor_abc123',
      user_email: null,
      user_name: 'Cursor',
      resource_type: 'linear',
      tenant: 'default',
      action: 'create_issue',
      decision: true,
      reason: "user 'agent|cursor_abc123' has the role 'medium'",
    });
    expect(decision).toEqual({
      id,
      occurredAtMs: Date.UTC(2026, 0, 1, 12),
      agentKey: 'agent|cursor_abc123',
      agentName: 'Cursor',
      server: 'linear',
      resource: 'linear:linear',
      tool: 'create_issue',
      tenant: 'default',
      verdict: 'allow',
      reason: "user 'agent|cursor_abc123' has the role 'medium'",
      reasonCode: '',
      evidenceHumans: [],
    });
  });

  test('needs nothing but id and timestamp', () => {
    expect(read(least)).toEqual({
      id,
      occurredAtMs: Date.UTC(2026, 0, 1, 12),
      agentKey: '',
      agentName: '',
      server: '',
      resource: '',
      tool: '',
      tenant: '',
      verdict: 'unknown',
      reason: '',
      reasonCode: '',
      evidenceHumans: [],
    });
  });

  const optional = [
    ...['query', 'user_key', 'user_email', 'user_name', 'resource_type', 'tenant', 'action', 'decision', 'reason'],
    ...['input', 'result', 'context', 'raw_data', 'created_at', 'pdp_config_id', 'objects'],
  ];
  test.each(optional)('reads the same with %s null as with it absent', (field) => {
    expect(read({ ...least, [field]: null })).toEqual(read(least));
  });

  test('may carry fields of later versions of the API', () => {
    expect(read({ ...least, risk_score: { value: 3 }, resource_instance: null })).toEqual(read(least));
  });

  test.each(['query', 'user_email', 'user_name', 'reason', 'input', 'result', 'raw_data'])(
    'is not refused for a field of another type that names nothing: %s',
    (field) => {
      expect(read({ ...least, [field]: 7 })).toEqual(read(least));
      expect(read({ ...least, [field]: ['a'] })).toEqual(read(least));
    },
  );
});

describe('a verdict', () => {
  test.each([
    [true, 'allow'],
    [false, 'deny'],
    [null, 'unknown'],
    ['true', 'unknown'],
    [1, 'unknown'],
    [{ allow: true }, 'unknown'],
  ])('of decision %j is %s', (decision, verdict) => {
    expect(read({ ...least, decision }).verdict).toBe(verdict);
  });
});

describe('caller, tool and resource', () => {
  const names = (decision: Decision) => [decision.agentKey, decision.tool, decision.server, decision.resource];
  const input = {
    user: { key: 'agent|a', attributes: null },
    action: 'read',
    resource: { type: 'linear', key: 'eu', tenant: 'default' },
  };

  test('come from the check input of an OPA log where the entry lacks them', () => {
    const decision = read({ ...least, raw_data: { engine: 'OPA', input } });
    expect([...names(decision), decision.tenant]).toEqual(['agent|a', 'read', 'linear', 'linear:eu', 'default']);
  });

  test('come from the input on the entry where there is no raw log', () => {
    expect(names(read({ ...least, input }))).toEqual(['agent|a', 'read', 'linear', 'linear:eu']);
  });

  test('of the entry itself win over those of the input', () => {
    const own = { user_key: 'agent|b', action: 'write', resource_type: 'github', tenant: 'other' };
    const decision = read({ ...least, ...own, raw_data: { input } });
    expect([...names(decision), decision.tenant]).toEqual(['agent|b', 'write', 'github', 'github:eu', 'other']);
  });

  test('may be plain texts in the input', () => {
    const plain = { user: 'agent|a', action: 'read', resource: 'linear:a:b' };
    expect(names(read({ ...least, input: plain }))).toEqual(['agent|a', 'read', 'linear', 'linear:a:b']);
    expect(names(read({ ...least, input: { resource: 'linear' } }))).toEqual(['', '', 'linear', 'linear:linear']);
  });

  test('come from a GENERIC log itself, which has no such input', () => {
    const generic = {
      engine: 'GENERIC',
      user_key: 'agent|g',
      user_name: 'G',
      action: 'go',
      resource_type: 'x',
      tenant: 't',
    };
    const decision = read({ ...least, raw_data: { ...generic, input: { source: 'custom-integration' } } });
    expect([...names(decision), decision.agentName, decision.tenant]).toEqual(['agent|g', 'go', 'x', 'x:x', 'G', 't']);
  });

  test.each([
    { engine: 'AVP', tenant: 'default', input: { principal: 'alice' }, result: { decision: 'ALLOW' } },
    { engine: 'GENERIC', decision: true, input: 'text', result: [1] },
    { engine: 'FUTURE', input: { user: 7, action: {}, resource: [] }, result: 'no' },
    { engine: 7 },
    { timestamp: '2026-01-01T12:00:00Z' },
    {},
  ])('are unknown, not a fault, where an engine logs otherwise: %j', (raw_data) => {
    expect(names(read({ ...least, raw_data }))).toEqual(['', '', '', '']);
  });
});

describe('an entry that cannot be understood says why', () => {
  test.each([
    [[], 'not_an_object'],
    ['text', 'not_an_object'],
    [null, 'not_an_object'],
    [{ timestamp: least.timestamp }, 'invalid_id'],
    [{ ...least, id: 7 }, 'invalid_id'],
    [{ ...least, id: 'not-a-uuid' }, 'invalid_id'],
    [{ id }, 'invalid_timestamp'],
    [{ ...least, timestamp: 1_767_268_800 }, 'invalid_timestamp'],
    [{ ...least, timestamp: 'yesterday' }, 'invalid_timestamp'],
    [{ ...least, user_key: 7 }, 'invalid_field'],
    [{ ...least, action: {} }, 'invalid_field'],
    [{ ...least, resource_type: ['linear'] }, 'invalid_field'],
    [{ ...least, tenant: true }, 'invalid_field'],
  ])('%j', (entry, expected) => {
    expect(fault(entry)).toBe(expected);
  });

  test('bytes that are no UTF-8, or no JSON', () => {
    expect(parseEntry(new Uint8Array([0x7b, 0xff, 0x7d]))).toMatchObject({ fault: 'not_utf8' });
    expect(parseEntry(new TextEncoder().encode('{"id":'))).toMatchObject({ fault: 'not_json' });
    expect(parseEntry(new Uint8Array())).toMatchObject({ fault: 'not_json' });
  });

  test('with a detail of bounded length, whatever was sent', () => {
    const outcome = decisionOf({ ...least, id: 'x'.repeat(100_000) });
    expect(outcome.outcome === 'deadLettered' && outcome.detail.length).toBeLessThan(300);
  });
});

describe('no input makes the reader throw', () => {
  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseEntry(bytes)));
  });

  test('any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void decisionOf(json)));
  });

  test('an entry with anything in any field', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const names = [...Object.keys(least), 'user_key', 'action', 'tenant', 'resource_type', 'decision', 'reason'];
    const fields = Object.fromEntries([...names, 'input', 'result', 'raw_data'].map((name) => [name, anything]));
    const nested = fc.record({ input: anything, result: fc.record({ debug: anything }) });
    const entry = fc.record({ ...fields, raw_data: fc.oneof(anything, nested) }, { requiredKeys: [] });
    fc.assert(fc.property(entry, (value) => void decisionOf({ ...least, ...value })));
    fc.assert(fc.property(entry, (value) => void decisionOf({ ...value, ...least })));
  });
});
