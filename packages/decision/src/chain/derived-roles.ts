import { z } from 'zod';
import { type AuditLogEntry, auditLogEntry } from '../audit-log-entry.ts';
import { parseJson } from '../parse-json.ts';
import { humanOfProfile } from '../principal.ts';
import { debugOutput, list, member } from '../rebac-evidence.ts';

const text = z.string().catch('');

/** A role that the policy derived for the caller, and what it derived it from. */
export const derivedRole = z.object({
  role: z.string(),
  resource: z.string(),
  allowing: z.boolean().describe('Whether it let the call pass'),
  reason: z.string(),
  sources: z.array(
    z.object({
      type: z.string().describe('role_assignment, or role_derivation from a role on another resource'),
      role: z.string(),
      resource: z.string(),
      relation: z.string(),
      human: z.string().describe('Key of the human whose profile the resource is; empty for others'),
    }),
  ),
});
export type DerivedRole = z.infer<typeof derivedRole>;

/** What an entry tells of the roles that the policy looked at. */
export interface RoleEvidence {
  /** The engine that decided, as the entry names it; `''` where it does not. */
  readonly engine: string;
  readonly hasDebug: boolean;
  readonly roles: readonly DerivedRole[];
}

function sourceOf(source: unknown): DerivedRole['sources'][number] {
  const [type, role, resource, relation] = ['type', 'role', 'resource', 'relation'].map((name) =>
    text.parse(member(source, name)),
  ) as [string, string, string, string];
  return { type, role, resource, relation, human: humanOfProfile(resource) ?? '' };
}

function roleOf(role: unknown, allowing: boolean): DerivedRole {
  const [name, resource, reason] = ['role', 'resource', 'reason'].map((one) => text.parse(member(role, one))) as [
    string,
    string,
    string,
  ];
  return { role: name, resource, allowing, reason, sources: list(member(role, 'sources')).map(sourceOf) };
}

/** Every list of roles that the debugger gives: `allowing_roles`, and what else of that name a version may add. */
function rolesOf(entry: AuditLogEntry): DerivedRole[] {
  const rebac = member(debugOutput(entry), 'rebac');
  if (typeof rebac !== 'object' || rebac === null) return [];
  return Object.entries(rebac).flatMap(([name, roles]) =>
    name.endsWith('_roles') ? list(roles).map((role) => roleOf(role, name === 'allowing_roles')) : [],
  );
}

/** Reads the roles out of an entry's text; `null` for what is no entry. Never throws. */
export function roleEvidence(entryText: string): RoleEvidence | null {
  const { success, data } = auditLogEntry.safeParse(parseJson(new TextEncoder().encode(entryText)));
  if (!success) return null;
  const debug = debugOutput(data);
  const hasDebug = typeof debug === 'object' && debug !== null;
  return { engine: data.raw_data?.engine ?? '', hasDebug, roles: rolesOf(data) };
}
