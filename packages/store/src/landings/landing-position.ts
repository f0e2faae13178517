/**
 * A place in the order in which decisions landed. Within a block rows are in the order of their times and ids; without
 * `after` all of the block lies before the place.
 */
export interface LandingPosition {
  /** Number that the store gave to the block of rows. */
  readonly block: number;
  /** The last row of the block that lies before the place. */
  readonly after: { readonly occurredAtMs: number; readonly id: string } | null;
}

/** Below zero where `one` comes before `other`. */
export function comparePositions(one: LandingPosition, other: LandingPosition): number {
  if (one.block !== other.block) return one.block - other.block;
  if (one.after === null || other.after === null) return Number(one.after === null) - Number(other.after === null);
  const byTime = one.after.occurredAtMs - other.after.occurredAtMs;
  if (byTime !== 0 || one.after.id === other.after.id) return byTime;
  return one.after.id < other.after.id ? -1 : 1;
}
