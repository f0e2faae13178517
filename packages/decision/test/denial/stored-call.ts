import type { StoredCall } from '../../src/index.ts';

/** A denied call of `linear:delete_issue` by Cursor for Bob, of whom no level is known. */
export function deniedCall(rest: Partial<StoredCall> = {}): StoredCall {
  const server = rest.server ?? 'linear';
  return {
    decision: 'deny',
    reason: '',
    reason_code: 'no_permission',
    tenant: 'default',
    agent_key: 'agent|a',
    agent_name: 'Cursor',
    human_key: 'human|bob',
    human_name: 'Bob',
    human_candidates: [],
    attribution: 'exact',
    server,
    resource: `${server}:${server}`,
    tool: 'delete_issue',
    trust_level: '',
    ceiling_level: '',
    required_level: '',
    ...rest,
  };
}
