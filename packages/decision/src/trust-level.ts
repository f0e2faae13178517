/** Trust levels of the gateway, weakest first. */
export const trustLevels = ['low', 'medium', 'high'] as const;
export type TrustLevel = (typeof trustLevels)[number];

export function isTrustLevel(text: string): text is TrustLevel {
  return (trustLevels as readonly string[]).includes(text);
}

export function compareLevels(a: TrustLevel, b: TrustLevel): number {
  return trustLevels.indexOf(a) - trustLevels.indexOf(b);
}

/** The effective trust: the weaker of consent and ceiling; none where either is missing. */
export function effectiveLevel(consent: TrustLevel | null, ceiling: TrustLevel | null): TrustLevel | null {
  if (consent === null || ceiling === null) return null;
  return compareLevels(consent, ceiling) <= 0 ? consent : ceiling;
}
