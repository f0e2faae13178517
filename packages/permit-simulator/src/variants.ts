/** Behaviour of the API that Permit does not document; each can be had in every variant. */
export interface Variants {
  /** Order of the audit log by timestamp. */
  readonly order: 'newest-first' | 'oldest-first';
  /** Whether an entry at exactly `timestamp_from` is listed. */
  readonly lowerBound: 'inclusive' | 'exclusive';
  /** Whether an entry at exactly `timestamp_to` is listed; `whole-second` lists all of that second. */
  readonly upperBound: 'inclusive' | 'exclusive' | 'whole-second';
  /** `capped` never says more than the 10,000 that can be reached; `absent` leaves the counts out. */
  readonly totalCount: 'exact' | 'capped' | 'absent';
  /** What the `resources` filter takes: `linear`, `linear:linear`, or either. */
  readonly resources: 'type' | 'instance' | 'both';
  /** Whether the list carries `raw_data`, `input`, `result`. */
  readonly rawDataOnList: boolean;
  /** Whether a 429 says how long to wait. */
  readonly retryAfter: boolean;
  /** Answer to an unknown key. */
  readonly wrongKeyStatus: 401 | 403;
}

export const defaultVariants: Variants = {
  order: 'newest-first',
  lowerBound: 'inclusive',
  upperBound: 'inclusive',
  totalCount: 'exact',
  resources: 'type',
  rawDataOnList: true,
  retryAfter: false,
  wrongKeyStatus: 401,
};
