import { derivedRole, roleEvidence } from '@custody/decision';
import { z } from 'zod';

/** The roles that the policy derived, by the decision's own evidence. */
export const decisionRoles = z
  .object({
    roles: z.array(derivedRole),
    absent: z
      .enum(['', 'none_derived', 'debug_off', 'other_engine', 'not_read', 'expired', 'not_kept', 'not_an_entry'])
      .describe('Why there are none; empty where there are'),
    sentence: z.string().describe('The same in words'),
  })
  .meta({ id: 'DerivedRoles' });
type DecisionRoles = z.infer<typeof decisionRoles>;

const sentences: Readonly<Record<Exclude<DecisionRoles['absent'], ''>, string>> = {
  none_derived: 'The debug output names no derived role: none allowed the call',
  debug_off: 'The detailed entry was read and has no debug output: the PDP does not log it',
  other_engine: 'An engine decided that knows no derived roles',
  not_read:
    'What Permit lists has no debug output, and the detailed entry was not read: that is done for denials and for agents of several humans, while Permit still has it (custody coverage tells what is owed and what was deleted first)',
  expired: 'The entry expired here (custody retention)',
  not_kept: 'The entry is not kept (CUSTODY_KEEP_ENTRIES)',
  not_an_entry: 'The entry cannot be read',
};

interface KnownEntry {
  readonly entry: string;
  readonly is_detailed: boolean;
}

function absence(known: KnownEntry | undefined, isExpired: boolean): DecisionRoles['absent'] {
  if (known === undefined) return isExpired ? 'expired' : 'not_kept';
  const evidence = roleEvidence(known.entry);
  if (evidence === null) return 'not_an_entry';
  if (evidence.roles.length > 0) return '';
  if (evidence.hasDebug) return 'none_derived';
  if (!['', 'OPA'].includes(evidence.engine)) return 'other_engine';
  return known.is_detailed ? 'debug_off' : 'not_read';
}

/** The derived roles that an entry tells of with their sources, or why there are none. */
export function rolesOfDecision(known: KnownEntry | undefined, isExpired: boolean): DecisionRoles {
  const absent = absence(known, isExpired);
  if (absent !== '') return { roles: [], absent, sentence: sentences[absent] };
  const roles = [...(roleEvidence(known?.entry ?? '')?.roles ?? [])];
  const allowing = roles.filter((role) => role.allowing).map(({ role, resource }) => `${role} on ${resource}`);
  const sentence =
    allowing.length === 0 ? 'Roles were looked at and none allowed the call' : `Allowed by ${allowing.join(', ')}`;
  return { roles, absent, sentence };
}
