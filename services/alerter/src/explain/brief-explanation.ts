import { cellsOf, contributorsOf, type DeniedCell, type Finding, type UsualDenials } from '@custody/detect';
import type { Explanation } from './explanation.ts';

/** Nothing is known of what is usual, so nothing is called new. */
const unknown: UsualDenials | null = null;

/** What the look itself knows of a finding: who and how many. `denied`: denials of the finding's environment. */
export function briefExplanation({ subject, window }: Finding, denied: readonly DeniedCell[]): Explanation {
  const { by } = contributorsOf(cellsOf(denied, subject, window), unknown);
  const contributors = Object.fromEntries(
    Object.entries(by).map(([dimension, those]) => [dimension, those.map((one) => ({ ...one, name: one.key }))]),
  );
  return { contributors, newPairs: [], grantChanges: [], examples: [], names: new Map() };
}
