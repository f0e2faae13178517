/** Kinds of audit-log query that an entry can stem from, as the list's `query` filter names them. */
export type QueryKind = 'check' | 'get_user_permissions' | 'get_authorized_users';

/** Who was really behind an entry. Never served by the API. */
export interface Truth {
  /** The human who was working; null where there is none or nobody can know. */
  readonly human_key: string | null;
  /** Keys of the humans whose consent for this server the agent held at that moment. */
  readonly candidates: readonly string[];
}

/** One entry of the audit log: what its filters look at, and the JSON text that is served verbatim. */
export interface EntryRecord {
  /** 32 hex digits. */
  readonly id: string;
  /** Unix microseconds of the entry's own timestamp. */
  readonly micros: number;
  /** From this moment on the API lists the entry. */
  readonly visibleAtMs: number;
  /** From this moment on it does so no more; Infinity where it is kept. */
  readonly deletedAtMs: number;
  readonly query: QueryKind;
  readonly userKey: string | null;
  readonly userEmail: string | null;
  readonly type: string | null;
  readonly action: string | null;
  readonly tenant: string | null;
  readonly decision: boolean | null;
  readonly pdpId: string | null;
  /** Whether it stems from a `permit/bulk` call. */
  readonly isBulk: boolean;
  readonly truth: Truth;
  text(): string;
}

/** Entries of a stretch of time, oldest first. */
export interface Segment {
  readonly checks: readonly EntryRecord[];
  readonly others: readonly EntryRecord[];
}

/** A stretch of time `fromMicros <= t < toMicros`, whose number of checks is known before it is loaded. */
export interface Stretch {
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly checks: number;
  load(): Segment;
}

/** Where the audit log's entries come from. */
export interface EntrySource {
  /** No entry with a later timestamp is visible at a moment. */
  lastMicros(nowMs: number): number;
  /** Every entry with a timestamp up to here is visible at a moment, and none was deleted. */
  settledMicros(nowMs: number): number;
  /** Stretches that together cover [fromMicros, toMicros], in order of time or against it. */
  stretches(fromMicros: number, toMicros: number, newestFirst: boolean): Iterable<Stretch>;
  /** Checks with `fromMicros <= t <= toMicros`, arrived or not. */
  countChecks(fromMicros: number, toMicros: number): number;
  find(id: string): EntryRecord | undefined;
}

/** Entries in the order in which stretches and pages rely on: by time, then by id. */
export function byTime(left: EntryRecord, right: EntryRecord): number {
  return left.micros - right.micros || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

/** Index of the first record with `micros >= bound`. */
export function lowerIndex(records: readonly EntryRecord[], bound: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.micros ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
