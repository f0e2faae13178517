import { type AuditLogEntry, auditLogEntry } from './audit-log-entry.ts';
import { humanOfProfile } from './principal.ts';

/** A member of an object of whatever shape; by hand, since a schema for this costs more than the rest of the entry. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A list of whatever, empty for anything else. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What the debugger of the policy said, where debug logging was on. */
export function debugOutput({ raw_data, result }: AuditLogEntry): unknown {
  return raw_data?.result?.debug ?? result?.debug;
}

/** Whether the entry carries the debug output: then its detailed form tells no more. False for what is no entry. */
export function carriesEvidence(bytes: Uint8Array): boolean {
  try {
    const parsed = auditLogEntry.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    const debug = parsed.success ? debugOutput(parsed.data) : undefined;
    return typeof debug === 'object' && debug !== null;
  } catch {
    return false;
  }
}

/**
 * The humans whose profiles the decision's own ReBAC debug output names as the source of the allowing roles: the only
 * evidence inside a decision of whom it was made for. Sorted and distinct; empty for denials, and wherever the PDP
 * logged without debug output. A part of another shape is passed over and hides no other.
 */
export function humansInEvidence(entry: AuditLogEntry): string[] {
  const debug = debugOutput(entry);
  if (debug === undefined) return [];
  const humans = new Set<string>();
  for (const role of list(member(member(debug, 'rebac'), 'allowing_roles'))) {
    for (const source of list(member(role, 'sources'))) {
      const resource = member(source, 'resource');
      const human = typeof resource === 'string' ? humanOfProfile(resource) : null;
      if (human !== null) humans.add(human);
    }
  }
  return [...humans].sort();
}
