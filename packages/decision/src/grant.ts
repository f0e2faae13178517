import { z } from 'zod';
import { parseTimestamp } from './timestamp.ts';
import { trustLevels } from './trust-level.ts';

/** RFC 3339. Checked here, so that whoever reads the topic never meets a time that it cannot compare. */
const instant = z.string().refine((text) => parseTimestamp(text) !== null, 'not an RFC 3339 time');

/**
 * When a fact held, as far as listings show. `valid_from` is the source's own time of creation, `null` where it has
 * none (then it may have held for ever before `first_seen`). Without `first_missing` the fact was in the newest complete
 * listing of its kind, see `listing`; with it, it ended somewhere in `[last_seen, first_missing]`.
 */
const validity = {
  env_id: z.string(),
  valid_from: instant.nullable(),
  first_seen: instant,
  last_seen: instant,
  first_missing: instant.nullable(),
};

const level = z.enum(trustLevels);

/** An agent's role `{server}-{level}` on a human's profile: the human's consent. */
export const consent = z.object({
  kind: z.literal('consent'),
  grant_id: z.string(),
  ...validity,
  agent_key: z.string(),
  human_key: z.string(),
  server: z.string(),
  level,
});

/** The admin's maximum for a human on a server. */
export const ceiling = z.object({
  kind: z.literal('ceiling'),
  grant_id: z.string(),
  ...validity,
  human_key: z.string(),
  server: z.string(),
  level,
});

/** The level that a tool of a server requires. */
export const toolLevel = z.object({
  kind: z.literal('tool_level'),
  grant_id: z.string(),
  ...validity,
  server: z.string(),
  tool: z.string(),
  level,
});

/** A user's name and e-mail address, whatever its kind. */
export const identity = z.object({
  kind: z.literal('identity'),
  grant_id: z.string(),
  ...validity,
  user_key: z.string(),
  name: z.string(),
  email: z.string(),
});

/** Kinds of facts, as they are listed. */
export const factKinds = ['consent', 'ceiling', 'tool_level', 'identity'] as const;
export type FactKind = (typeof factKinds)[number];

/** The times of complete listings of one kind: what was there all the while is known to have been there. */
export const listing = z.object({
  kind: z.literal('listing'),
  env_id: z.string(),
  of: z.enum(factKinds),
  first_completed_at: instant,
  completed_at: instant,
});

/** A value of the grants topic. */
export const grantRecord = z.discriminatedUnion('kind', [consent, ceiling, toolLevel, identity, listing]);

export type Consent = z.infer<typeof consent>;
export type Ceiling = z.infer<typeof ceiling>;
export type ToolLevel = z.infer<typeof toolLevel>;
export type Identity = z.infer<typeof identity>;
export type Listing = z.infer<typeof listing>;
/** A fact with its validity: one of the grants, or an identity. */
export type Fact = Consent | Ceiling | ToolLevel | Identity;
export type GrantRecord = z.infer<typeof grantRecord>;

/** The compaction key of a value: a grant that ended and came back is a new one, and both are kept. */
export function grantRecordKey(record: GrantRecord): string {
  if (record.kind === 'listing') return `${record.env_id}/listing/${record.of}`;
  return `${record.env_id}/${record.kind}/${record.grant_id}/${record.valid_from ?? record.first_seen}`;
}
