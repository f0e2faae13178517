import { compareLevels, type Decision, effectiveLevel, type TrustLevel, type Verdict } from '@custody/decision';
import type { GrantAt, GrantHistory } from './grant-history.ts';
import { sureness } from './held.ts';

/**
 * The grant that counted at the moment, of those that held or may have held: the surest; of equally sure ones the
 * highest level, since roles add up in Permit; then the latest, then by key, so that the order of arrival never shows.
 */
export function strongest(grants: readonly GrantAt[]): GrantAt | undefined {
  let found: GrantAt | undefined;
  for (const one of grants) if (found === undefined || isStronger(one, found)) found = one;
  return found;
}

function isStronger(a: GrantAt, b: GrantAt): boolean {
  const sure = sureness(a.held) - sureness(b.held);
  if (sure !== 0) return sure > 0;
  const level = compareLevels(a.grant.level, b.grant.level);
  if (level !== 0) return level > 0;
  const startA = a.grant.validFromMs ?? a.grant.firstSeenMs;
  const startB = b.grant.validFromMs ?? b.grant.firstSeenMs;
  return startA !== startB ? startA > startB : a.grant.key > b.grant.key;
}

function isSurerOrLower(a: GrantAt, b: GrantAt): boolean {
  const sure = sureness(a.held) - sureness(b.held);
  return sure === 0 ? compareLevels(a.grant.level, b.grant.level) < 0 : sure > 0;
}

/** The level that the tool required; where schema readings disagree the surest, and then the lowest, which permits. */
export function requiredLevel(decision: Decision, envId: string, history: GrantHistory): TrustLevel | null {
  let found: GrantAt | undefined;
  for (const one of history.toolLevels(envId, decision.server, decision.tool, decision.occurredAtMs)) {
    if (found === undefined || isSurerOrLower(one, found)) found = one;
  }
  return found?.grant.level ?? null;
}

function isAtLeast(level: TrustLevel | null, required: TrustLevel): boolean {
  return level !== null && compareLevels(level, required) >= 0;
}

/** Every level that a set of grants may have given; `null`, none at all, unless one of them surely held. */
function possibleLevels(grants: readonly GrantAt[]): (TrustLevel | null)[] {
  const levels: (TrustLevel | null)[] = grants.map(({ grant }) => grant.level);
  return grants.some(({ held }) => held !== 'uncertain') ? levels : [...levels, null];
}

/**
 * Whether min(consent, ceiling) of one human may have led to the verdict. It errs on the side of yes: what is not known
 * (the tool's level, ceilings before they were first listed) excludes nobody.
 */
export function couldHaveProduced(
  verdict: Verdict,
  required: TrustLevel | null,
  consents: readonly GrantAt[],
  ceilings: readonly GrantAt[],
  areCeilingsKnown: boolean,
): boolean {
  if (verdict === 'unknown') return true;
  if (verdict === 'allow' && consents.length === 0) return false;
  if (required === null) return true;
  const ceilingLevels = possibleLevels(ceilings);
  if (ceilings.length === 0 && !areCeilingsKnown) ceilingLevels.push('high');
  const effective = possibleLevels(consents).flatMap((c) => ceilingLevels.map((ceiling) => effectiveLevel(c, ceiling)));
  return effective.some((level) => isAtLeast(level, required) === (verdict === 'allow'));
}
