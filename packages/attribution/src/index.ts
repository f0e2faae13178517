/**
 * From a decision and the grants of its moment to the human behind it. Pure: no clock, no store, no transport. It
 * promises the same answer for the same decision and history, and never a human that the evidence does not single out:
 * what it cannot tell apart stays ambiguous. It does not learn grants; it tells between which moments an answer holds and
 * for which a change of a fact matters, and leaves asking again to others.
 */
export { attribute } from './attribute.ts';
export { type AttributedPeriod, AttributedPeriods } from './attributed-periods.ts';
export {
  type GrantAt,
  GrantHistory,
  type KnownGrant,
  type KnownIdentity,
  listingTimesOf,
  validityOf,
} from './grant-history.ts';
export { type Held, heldAt, type ListingTimes, type Validity } from './held.ts';
export { periodOfDifference } from './turning-points.ts';
