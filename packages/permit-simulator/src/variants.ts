/** Behaviour of the API that Permit does not document; each can be had in every variant. */
export interface Variants {
  /** Order of the audit log by timestamp. */
  readonly order: 'newest-first' | 'oldest-first';
  /** What `sort_by=None` does. */
  readonly sortByNone: 'as-timestamp' | 'unordered';
  /** Order of entries with equal timestamps. */
  readonly ties: 'stable' | 'shuffled';
  /** Order inside one page; the pages themselves follow `order` all the same. */
  readonly pageOrder: 'sorted' | 'shuffled';
  /** Where a listing begins with `timestamp_from=N`. */
  readonly lowerBound: 'inclusive' | 'exclusive' | 'whole-second';
  /** Where a listing ends with `timestamp_to=N`. */
  readonly upperBound: 'inclusive' | 'exclusive' | 'whole-second';
  /** What `total_count` says; `absent` leaves every count out. */
  readonly totalCount: 'exact' | 'capped' | 'estimated' | 'absent';
  /** What `pagination_count` says. */
  readonly paginationCount: 'reachable' | 'total' | 'absent';
  /** Whether there is a `page_count`. */
  readonly pageCount: 'present' | 'absent';
  /** What the `resources` filter takes. */
  readonly resources: 'type' | 'instance' | 'both';
  /** How list parameters are written. */
  readonly arrays: 'repeated' | 'brackets-too';
  /** What one `permit/bulk` check leaves in the log. */
  readonly bulk: 'many' | 'one';
  /** Form of an entry's id on the list. */
  readonly idForm: 'stable' | 'changing';
  /** Whether the list carries the engine's own log. */
  readonly rawDataOnList: boolean;
  /** Whether the list carries `input` and `result` beside it. */
  readonly inputOnList: boolean;
  /** Whether the list carries `created_at`. */
  readonly createdAtOnList: 'some' | 'always' | 'never';
  /** Whether a 429 of the rate limit says how long to wait, and how. */
  readonly retryAfter: 'seconds' | 'date' | 'absent';
  /** Answer to an unknown key. */
  readonly wrongKeyStatus: 401 | 403;
}

export const defaultVariants: Variants = {
  order: 'newest-first',
  sortByNone: 'as-timestamp',
  ties: 'stable',
  pageOrder: 'sorted',
  lowerBound: 'inclusive',
  upperBound: 'inclusive',
  totalCount: 'exact',
  paginationCount: 'reachable',
  pageCount: 'present',
  resources: 'type',
  arrays: 'repeated',
  bulk: 'many',
  idForm: 'stable',
  rawDataOnList: true,
  inputOnList: false,
  createdAtOnList: 'some',
  retryAfter: 'absent',
  wrongKeyStatus: 401,
};
