import {
  canonicalUuid,
  formatTimestamp,
  humanOfProfile,
  isTrustLevel,
  parseTimestamp,
  type TrustLevel,
} from '@custody/decision';
import { z } from 'zod';

/** A consent as Permit lists it now. Times are RFC 3339 in UTC, cut to the millisecond. */
export interface ListedConsent {
  readonly grantId: string;
  readonly agentKey: string;
  readonly humanKey: string;
  readonly server: string;
  readonly level: TrustLevel;
  readonly createdAt: string | null;
}

/** An admin's ceiling as Permit lists it now. */
export interface ListedCeiling {
  readonly grantId: string;
  readonly humanKey: string;
  readonly server: string;
  readonly level: TrustLevel;
  readonly createdAt: string | null;
}

/** A user's name and e-mail address; `''` where Permit has none. */
export interface ListedIdentity {
  readonly grantId: string;
  readonly userKey: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: string | null;
}

const text = z.string().nullish();

export const roleAssignment = z.looseObject({
  id: z.string(),
  user: z.string(),
  role: z.string(),
  resource_instance: text,
  created_at: text,
});

export const relationshipTuple = z.looseObject({
  id: z.string(),
  subject: z.string(),
  relation: z.string(),
  object: z.string(),
  created_at: text,
});

export const user = z.looseObject({
  id: text,
  key: z.string(),
  email: text.catch(undefined),
  first_name: text.catch(undefined),
  last_name: text.catch(undefined),
  attributes: z.looseObject({}).nullish().catch(undefined),
  created_at: text.catch(undefined),
});

/** An id in one form, since Permit writes the same UUID with and without hyphens. */
export function grantIdOf(id: string): string {
  return canonicalUuid(id) ?? id;
}

function createdAt(value: string | null | undefined): string | null {
  const ms = parseTimestamp(value ?? '');
  return ms === null ? null : formatTimestamp(ms);
}

/** `{server}-{level}`; the level is split off the end, since a server's key may contain hyphens. */
function serverAndLevel(role: string): { server: string; level: TrustLevel } | null {
  const at = role.lastIndexOf('-');
  const level = role.slice(at + 1);
  return at > 0 && isTrustLevel(level) ? { server: role.slice(0, at), level } : null;
}

/** `null` for a role assignment that is no consent, such as the ownership of a profile. */
export function consentOf(row: z.infer<typeof roleAssignment>): ListedConsent | null {
  const humanKey = humanOfProfile(row.resource_instance ?? '');
  const granted = serverAndLevel(row.role);
  if (humanKey === null || granted === null) return null;
  return { grantId: grantIdOf(row.id), agentKey: row.user, humanKey, ...granted, createdAt: createdAt(row.created_at) };
}

/** `null` for a tuple that is no ceiling: only `user_profile:{subject}` –level→ `{server}:{server}` is one. */
export function ceilingOf(row: z.infer<typeof relationshipTuple>): ListedCeiling | null {
  const humanKey = humanOfProfile(row.subject);
  const at = row.object.indexOf(':');
  const server = row.object.slice(0, Math.max(0, at));
  if (humanKey === null || server === '' || row.object.slice(at + 1) !== server) return null;
  if (!isTrustLevel(row.relation)) return null;
  return { grantId: grantIdOf(row.id), humanKey, server, level: row.relation, createdAt: createdAt(row.created_at) };
}

export function identityOf(row: z.infer<typeof user>): ListedIdentity {
  const given = [row.first_name, row.last_name].filter((part) => part !== undefined && part !== null && part !== '');
  // Where the gateway keeps a client's name is not documented: these are read where present, and relied on nowhere.
  const attributes = [row.attributes?.client_name, row.attributes?.name];
  const named = attributes.find((value) => typeof value === 'string');
  return {
    grantId: row.key,
    userKey: row.key,
    name: given.length > 0 ? given.join(' ') : String(named ?? ''),
    email: row.email ?? '',
    createdAt: createdAt(row.created_at),
  };
}
