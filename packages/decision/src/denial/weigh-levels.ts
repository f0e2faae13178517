import { compareLevels, effectiveLevel, isTrustLevel, type TrustLevel } from '../trust-level.ts';
import type { StoredCall } from './stored-call.ts';

type Levels = Pick<StoredCall, 'trust_level' | 'ceiling_level' | 'required_level'>;

/** The arithmetic of trust: min(consent, ceiling) against the level that the tool requires. */
export interface WeighedLevels {
  readonly consent: TrustLevel | null;
  readonly ceiling: TrustLevel | null;
  /** The lower of the two; `null` where one is not known. */
  readonly effective: TrustLevel | null;
  readonly required: TrustLevel | null;
  /** Which of the two is the lower one; `''` where one is not known. */
  readonly limitedBy: 'consent' | 'ceiling' | 'both' | '';
  /** Whether the effective level reaches the required one; `null` where one of them is not known. */
  readonly isSufficient: boolean | null;
}

function levelOf(text: string): TrustLevel | null {
  return isTrustLevel(text) ? text : null;
}

function lowerOf(consent: TrustLevel, ceiling: TrustLevel): WeighedLevels['limitedBy'] {
  const order = compareLevels(consent, ceiling);
  if (order === 0) return 'both';
  return order < 0 ? 'consent' : 'ceiling';
}

/** Whether a level is known to fall short of the required one. */
export function isTooLow(level: TrustLevel | null, required: TrustLevel | null): boolean {
  return level !== null && required !== null && compareLevels(level, required) < 0;
}

/** Weighs the levels of a stored decision; what is not known stays so. */
export function weighLevels(call: Levels): WeighedLevels {
  const [consent, ceiling] = [levelOf(call.trust_level), levelOf(call.ceiling_level)];
  const effective = effectiveLevel(consent, ceiling);
  const required = levelOf(call.required_level);
  return {
    consent,
    ceiling,
    effective,
    required,
    limitedBy: consent === null || ceiling === null ? '' : lowerOf(consent, ceiling),
    isSufficient: effective === null || required === null ? null : !isTooLow(effective, required),
  };
}

function shortfall({ consent, ceiling, required }: WeighedLevels): string {
  if (isTooLow(consent, required) && isTooLow(ceiling, required)) return 'both are too low';
  return isTooLow(consent, required) ? 'the consent is too low' : 'the ceiling is too low';
}

/** The same in words: what the human gave, what the admin allows, what that comes to, and whether it is enough. */
export function levelsSentence(levels: WeighedLevels): string {
  const { consent, ceiling, effective, required, limitedBy, isSufficient } = levels;
  if (consent === null && ceiling === null && required === null) return 'no levels are known';
  const sides = `consent ${consent ?? 'none known'}, ceiling ${ceiling ?? 'none known'}`;
  const limit = limitedBy === 'both' ? 'by both' : `by the ${limitedBy}`;
  const sum = effective === null ? sides : `${sides}: ${effective} at most, limited ${limit}`;
  const needed = `${sum}; the tool needs ${required ?? 'an unknown level'}`;
  if (isSufficient === null) return needed;
  return `${needed}: ${isSufficient ? 'enough' : `not enough (${shortfall(levels)})`}`;
}
