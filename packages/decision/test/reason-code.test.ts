import { describe, expect, test } from 'vitest';
import { decisionOf, permitReasonCodes } from '../src/index.ts';

function codeOf(reason: string | null, debug?: unknown, decision: unknown = false): string {
  const entry = { id: '0e82b2e3d2ed42c1ae0c525256b052f0', timestamp: '2026-01-01T12:00:00Z', decision, reason };
  const outcome = decisionOf({ ...entry, raw_data: { engine: 'OPA', result: { allow: false, debug } } });
  if (outcome.outcome !== 'kept') throw new Error(outcome.detail);
  return outcome.value.reasonCode;
}

const agent = 'agent|ed730536-8da4-4a8a-ac06-2237bb646726';

describe('the wordings of Permit’s policy', () => {
  test.each([
    [
      `user '${agent}' does not have any role that grants him the 'delete_issue' permission on resources of type 'linear'`,
      'no_permission',
    ],
    [`user '${agent}' is not synced and therefore has no known role assignments`, 'user_not_synced'],
    ["tenant 'acme' does not exist. existing tenants: default", 'no_such_tenant'],
    [`no roles assigned to user '${agent}'`, 'no_user_roles'],
    ["resource type 'linear' is not defined. known resource types: github, slack", 'no_such_resource'],
    ["action 'x' is not defined on resource type 'linear'. known actions on 'linear': create_issue", 'no_such_action'],
    [
      `user '${agent}' has no assigned roles in tenant 'default'. user has roles in these tenants: acme`,
      'no_role_in_tenant',
    ],
    [
      `user '${agent}' does not match any rule that grants him the 'delete' permission on the given resource of type 'task'`,
      'no_matching_rules',
    ],
    [`user '${agent}' did not match any userset conditions. known usersets: no_matching_rules`, 'no_matching_usersets'],
    [
      'the given resource did not match any resourceset conditions. known resourcesets: every user set',
      'no_matching_resourcesets',
    ],
  ])('%s', (reason, code) => expect(codeOf(reason)).toBe(code));

  test.each([
    ["No permission for 'delete_comment'", 'no_permission'],
    ['User not found', 'user_not_synced'],
    ['Resource not found', 'no_such_resource'],
    ["user 'o'brien' is not synced", 'user_not_synced'],
    ['Tenant not found', 'no_such_tenant'],
    ['Action not found', 'no_such_action'],
    ['no role in tenant', 'no_role_in_tenant'],
    ['user has no graph roles on the resource', 'no_graph_roles'],
    ['no matching user sets', 'no_matching_usersets'],
    ['no matching resource sets', 'no_matching_resourcesets'],
    ['no rules matched', 'no_matching_rules'],
    ['ABAC is disabled', 'disabled'],
    ['ABAC is not activated', 'disabled'],
  ])('shortened or varied: %s', (reason, code) => expect(codeOf(reason)).toBe(code));

  test.each(permitReasonCodes)('the bare code %s', (code) => expect(codeOf(` ${code} `)).toBe(code));

  test.each([
    `user '${agent}' does not have any role that grants him the 'tenant does not exist' permission on resources of type 'x'`,
    "No permission for 'user not found'",
  ])('a name inside quotes never decides: %s', (reason) => expect(codeOf(reason)).toBe('no_permission'));
});

test('a long or hostile text is read no further than its beginning', () => {
  expect(codeOf(`computer says no ${'no match '.repeat(100_000)} user sets`)).toBe('other');
  expect(codeOf(`No permission for 'x'. ${'relationship no '.repeat(100_000)}`)).toBe('no_permission');
});

test('that the cloud PDP has no attribute-based policies is none of the public codes, in words or as a code', () => {
  const text = 'The Cloud PDP does not support ABAC policies at the moment, run the PDP container';
  expect(codeOf(text, { abac: { code: 'cloud_pdp_not_supporting_abac' } })).toBe('other');
});

describe('debug codes', () => {
  test.each(permitReasonCodes)('%s is known', (code) => expect(codeOf('', { rebac: { code } })).toBe(code));

  test('of a model that knows no public one leave the word to the next', () => {
    const abac = { code: 'cloud_pdp_not_supporting_abac' };
    expect(codeOf(null, { rebac: { code: 'allow' }, rbac: { code: 'no_user_roles' }, abac })).toBe('no_user_roles');
  });

  test.each(['rebac', 'rbac', 'abac'])('of %s serve where the reason says nothing known', (model) => {
    expect(codeOf('computer says no', { [model]: { code: 'no_graph_roles' } })).toBe('no_graph_roles');
    expect(codeOf(null, { [model]: { code: 'no_graph_roles' } })).toBe('no_graph_roles');
  });

  test('of ReBAC come first, which is the model of the gateway', () => {
    expect(codeOf('', { rbac: { code: 'no_user_roles' }, rebac: { code: 'no_permission' } })).toBe('no_permission');
  });

  test('yield to a wording that says otherwise: the reason speaks of the call as a whole', () => {
    const reason = `user '${agent}' is not synced and therefore has no known role assignments`;
    expect(codeOf(reason, { rebac: { code: 'no_permission' } })).toBe('user_not_synced');
  });

  test.each([undefined, null, 'text', [], { rebac: null }, { rebac: { code: 7 } }, { rebac: { code: 'novel' } }])(
    'of another shape leave a denial unclassified: %j',
    (debug) => expect(codeOf('', debug)).toBe('other'),
  );

  test('are found on the entry where there is no raw log', () => {
    const entry = { id: '0e82b2e3d2ed42c1ae0c525256b052f0', timestamp: '2026-01-01T12:00:00Z', decision: false };
    const outcome = decisionOf({ ...entry, result: { debug: { rebac: { code: 'no_such_tenant' } } } });
    expect(outcome).toMatchObject({ value: { reasonCode: 'no_such_tenant' } });
  });
});

test.each([true, null])('a decision of %j has no code of denial, whatever its reason says', (decision) => {
  expect(codeOf("No permission for 'x'", { rebac: { code: 'no_permission' } }, decision)).toBe('');
});
