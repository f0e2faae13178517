import type { AuditLogEntry } from './audit-log-entry.ts';

/** Denial codes as Permit names them. */
export const permitReasonCodes = [
  'no_permission',
  'no_such_action',
  'no_such_resource',
  'no_such_tenant',
  'no_role_in_tenant',
  'no_user_roles',
  'no_graph_roles',
  'user_not_synced',
  'no_matching_usersets',
  'no_matching_resourcesets',
  'no_matching_rules',
  'disabled',
] as const;

/** `other` is a denial that none of Permit's codes fits; `''` is anything that was not denied. */
export type ReasonCode = (typeof permitReasonCodes)[number] | 'other' | '';

/** Tried in order: the specific wordings before the general ones. */
const wordings: readonly (readonly [RegExp, ReasonCode])[] = [
  [
    /does ?n.t have any role that grants|does not have any role that grants|no permission for|lacks? (the )?permission/i,
    'no_permission',
  ],
  [/user .*(not (been )?synced|not found|does not exist|is unknown)|user not found/i, 'user_not_synced'],
  [/tenant .*(not (been )?synced|not found|does not exist)|no such tenant/i, 'no_such_tenant'],
  [/action .*(not found|does not exist|is not (defined|configured)|unknown)|no such action/i, 'no_such_action'],
  [/resource .*(not found|does not exist|is not (defined|configured)|unknown)|no such resource/i, 'no_such_resource'],
  [/no role.* in (the )?tenant|(does not have|has no) (any )?roles? in (the )?tenant/i, 'no_role_in_tenant'],
  [/graph roles?|no (derived|rebac|resource) roles?|relationship.*(no|not).*role/i, 'no_graph_roles'],
  [/user .*(has no|does not have any|no assigned) roles?|no user roles/i, 'no_user_roles'],
  [/user ?sets?/i, 'no_matching_usersets'],
  [/resource ?sets?/i, 'no_matching_resourcesets'],
  [/no matching (condition )?rules?|no rules? match/i, 'no_matching_rules'],
  [/\bdisabled\b/i, 'disabled'],
];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first code that one of the policy's engines left in the debug output, where debug logging was on. */
function debugCode(entry: AuditLogEntry): ReasonCode | null {
  const debug = entry.raw_data?.result?.debug ?? entry.result?.debug;
  if (!isRecord(debug)) return null;
  for (const model of ['rebac', 'rbac', 'abac']) {
    const code = isRecord(debug[model]) ? debug[model].code : undefined;
    const known = permitReasonCodes.find((candidate) => candidate === code);
    if (known) return known;
  }
  return null;
}

function wordingCode(reason: string): ReasonCode | null {
  const named = permitReasonCodes.find((code) => code === reason.trim());
  return named ?? wordings.find(([pattern]) => pattern.test(reason))?.[1] ?? null;
}

/**
 * Why a call was denied, as one of Permit's codes. The reason text decides where its wording is known, since it is
 * what Permit reports of the call as a whole; the engines' own codes, one per policy model, come second.
 */
export function denialCode(entry: AuditLogEntry): ReasonCode {
  return wordingCode(entry.reason ?? '') ?? debugCode(entry) ?? 'other';
}
