/** How many false alerts the installation is willing to have, and what they are shared over. */
export interface Budget {
  /** Wanted a day, of all series together. */
  readonly falseAlertsADay: number;
  /** Series that were active lately, of all environments and kinds. */
  readonly activeSeries: number;
  /** Independent looks a day at each. */
  readonly looksADay: number;
}

/** Windows of five minutes. */
export const windowsADay = 288;
/** Two windows every five minutes; a look a minute sees mostly what the last one saw. */
export const looksADay = 2 * windowsADay;

/**
 * The probability below which a count is a finding, α = B / (K·T): so that all series together, where nothing happens,
 * raise about B findings a day. More series make each of them stricter, not the whole noisier.
 */
export function alphaOf({ falseAlertsADay, activeSeries, looksADay: looks }: Budget): number {
  return Math.min(0.05, falseAlertsADay / (Math.max(1, activeSeries) * looks));
}
