/** What can be wrong of what is stored, as the migration `verifications` tells. */
export const differenceKinds = ['sums', 'rows_missing', 'rows_extra', 'ids', 'content', 'doubled', 'entries'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export interface VerifiedSpan {
  readonly envId: string;
  readonly span: 'hour' | 'day' | 'month';
  readonly startMs: number;
}

/** Something that is not as it has to be. */
export interface Difference extends VerifiedSpan {
  readonly kind: DifferenceKind;
  /** The cube, or the id that is stored several times; else `''`. */
  readonly subject: string;
  /** In words. */
  readonly expected: string;
  readonly found: string;
}

export interface Verification {
  /** Whose seals held before the look and after it. Of all others it says nothing. */
  readonly verified: readonly VerifiedSpan[];
  readonly differences: readonly Difference[];
}

/** What a difference is known by: of two with the same name, the later one is the same still. */
export function differenceKey({ envId, span, startMs, kind, subject }: Omit<Difference, 'expected' | 'found'>): string {
  return [envId, span, startMs, kind, subject].join('/');
}

export function joinVerifications(parts: readonly Verification[]): Verification {
  return {
    verified: parts.flatMap(({ verified }) => verified),
    differences: parts.flatMap(({ differences }) => differences),
  };
}
