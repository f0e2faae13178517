import { levelOf } from './level.ts';
import type { Verdict } from './policy.ts';

/** What a reason speaks about. */
export interface ReasonSubject {
  readonly userKey: string;
  readonly type: string;
  readonly action: string;
  readonly knownActions: readonly string[];
  readonly knownTypes: readonly string[];
}

/** The debugger's text in its long form, for allowed calls too. */
export function reasonText(verdict: Verdict, about: ReasonSubject): string {
  const { userKey, type, action } = about;
  switch (verdict.code) {
    case '': {
      const role = levelOf(verdict.required) ?? 'owner';
      return `user '${userKey}' has the role '${role}' on resource '${type}:${type}', role '${role}' has the '${action}' permission on resources of type '${type}'`;
    }
    case 'no_permission':
      return `user '${userKey}' does not have any role that grants him the '${action}' permission on resources of type '${type}'`;
    case 'no_such_action':
      return `action '${action}' is not defined on resource type '${type}'. known actions on '${type}': ${list(about.knownActions)}`;
    case 'no_such_resource':
      return `resource type '${type}' is not defined. known resource types: ${list(about.knownTypes)}`;
    case 'no_user_roles':
      return `no roles assigned to user '${userKey}'`;
    case 'user_not_synced':
      return `user '${userKey}' is not synced and therefore has no known role assignments`;
  }
}

function list(names: readonly string[]): string {
  return JSON.stringify(names);
}
