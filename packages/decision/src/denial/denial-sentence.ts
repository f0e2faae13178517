import type { ReasonCode } from '../reason-code.ts';
import type { StoredCall } from './stored-call.ts';

type Told = Pick<StoredCall, 'tool' | 'tenant' | 'resource' | 'server' | 'reason'>;

const sentences: Readonly<Record<Exclude<ReasonCode, '' | 'other'>, (call: Told) => string>> = {
  no_permission: ({ tool }) => `No permission for '${tool}'`,
  user_not_synced: () => 'User not found',
  no_such_resource: () => 'Resource not found',
  no_such_action: () => 'Action not found',
  no_such_tenant: () => 'Tenant not found',
  no_role_in_tenant: ({ tenant }) => `No role in tenant '${tenant}'`,
  no_user_roles: () => 'No roles assigned',
  no_graph_roles: ({ resource, server }) => `No graph roles on '${resource || server}'`,
  no_matching_usersets: () => 'No matching user set',
  no_matching_resourcesets: () => 'No matching resource set',
  no_matching_rules: () => 'No matching rule',
  disabled: () => 'The policy is disabled',
};

/**
 * Why a call was denied as a short sentence; the first three are those that users of the gateway know from its own page.
 * What no code fits appears as Permit reports it, as it does there.
 */
export function denialSentence({ reason_code: code, ...call }: Told & Pick<StoredCall, 'reason_code'>): string {
  const known = Object.entries(sentences).find(([name]) => name === code);
  return known?.[1](call) ?? (call.reason.trim() || 'Denied without a reason');
}
