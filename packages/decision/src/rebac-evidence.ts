import { z } from 'zod';
import type { AuditLogEntry } from './audit-log-entry.ts';
import { humanOfProfile } from './principal.ts';

// Each part is read for itself: one of another shape must not hide the others.
const source = z.looseObject({ resource: z.string().nullish() }).catch({ resource: null });
const role = z.looseObject({ sources: z.array(source).nullish().catch(undefined) }).catch({ sources: null });
const allowingRoles = z.array(role);

function rebacDebug(entry: AuditLogEntry): unknown {
  const debug = entry.raw_data?.result?.debug ?? entry.result?.debug;
  if (typeof debug !== 'object' || debug === null || !('rebac' in debug)) return undefined;
  const { rebac } = debug;
  return typeof rebac === 'object' && rebac !== null && 'allowing_roles' in rebac ? rebac.allowing_roles : undefined;
}

/**
 * The humans whose profiles the decision's own ReBAC debug output names as the source of the allowing roles: the only
 * evidence inside a decision of whom it was made for. Sorted and distinct; empty for denials, and wherever the PDP
 * logged without debug output.
 */
export function humansInEvidence(entry: AuditLogEntry): string[] {
  const roles = allowingRoles.safeParse(rebacDebug(entry));
  if (!roles.success) return [];
  const humans = roles.data
    .flatMap(({ sources }) => sources ?? [])
    .map(({ resource }) => humanOfProfile(resource ?? ''))
    .filter((human) => human !== null);
  return [...new Set(humans)].sort();
}
