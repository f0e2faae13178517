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

type Wording = readonly [RegExp, ReasonCode];

/**
 * The policy's own sentences, by what stands outside of the quotes around names: a tool may be called anything, also
 * "tenant does not exist".
 */
const sentences: readonly Wording[] = [
  [/^user '[^']*' does not have any role that grants /, 'no_permission'],
  [/^user '[^']*' is not synced\b/, 'user_not_synced'],
  [/^user '[^']*' has no assigned roles in tenant '/, 'no_role_in_tenant'],
  [/^user '[^']*' does not match any rule that grants /, 'no_matching_rules'],
  [/^user '[^']*' did not match any userset conditions\b/, 'no_matching_usersets'],
  [/^the given resource did not match any resourceset conditions\b/, 'no_matching_resourcesets'],
  [/^no roles assigned to user '/, 'no_user_roles'],
  [/^tenant '[^']*' does not exist\b/, 'no_such_tenant'],
  [/^resource type '[^']*' is not defined\b/, 'no_such_resource'],
  [/^action '[^']*' is not defined on resource type '/, 'no_such_action'],
];

/** Shortened forms and likely variants, matched with the quoted names taken out, the specific before the general. */
const variants: readonly Wording[] = [
  [/not have any role that grants|no permission for|lacks? (the )?permission/i, 'no_permission'],
  [/^user .*(not (been )?synced|not found|does not exist|is unknown)/i, 'user_not_synced'],
  [/^tenant .*(not (been )?synced|not found|does not exist)|no such tenant/i, 'no_such_tenant'],
  [/^action .*(not found|does not exist|is not (defined|configured)|unknown)|no such action/i, 'no_such_action'],
  [/^resource .*(not found|does not exist|is not (defined|configured)|unknown)|no such resource/i, 'no_such_resource'],
  [/\b(no|not have any) (assigned )?roles? in (the |this )?tenant/i, 'no_role_in_tenant'],
  [/graph roles?|no (derived|rebac|resource) roles?|relationship.*(no|not).*role/i, 'no_graph_roles'],
  [/(has no|does not have any|no assigned|no user) roles?|no roles? assigned/i, 'no_user_roles'],
  [/no.*match.*user ?sets?|user ?sets?.*no.*match/i, 'no_matching_usersets'],
  [/no.*match.*resource ?sets?|resource ?sets?.*no.*match/i, 'no_matching_resourcesets'],
  [/no matching (condition )?rules?|no rules? match|not match any rule/i, 'no_matching_rules'],
  [/\bdisabled\b|\bis not activated\b/i, 'disabled'],
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
  // Sentences say what they are about at their beginning; the bounds keep a hostile text from costing time.
  const text = reason.trim().slice(0, 2_000);
  const unnamed = text.replaceAll(/'[^']*'/g, "''").slice(0, 300);
  const named = permitReasonCodes.find((code) => code === text);
  const sentence =
    sentences.find(([pattern]) => pattern.test(text)) ?? variants.find(([pattern]) => pattern.test(unnamed));
  return named ?? sentence?.[1] ?? null;
}

/**
 * Why a call was denied, as one of Permit's codes. The reason text decides where its wording is known, since it is
 * what Permit reports of the call as a whole; the engines' own codes, one per policy model, come second.
 */
export function denialCode(entry: AuditLogEntry): ReasonCode {
  return wordingCode(entry.reason ?? '') ?? debugCode(entry) ?? 'other';
}
