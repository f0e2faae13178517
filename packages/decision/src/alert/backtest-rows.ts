import type { TimeRange } from '../time-range.ts';
import type { DecisionsRow, WatchedKind } from './environment-rows.ts';

/** Buckets in order, and what was counted in each. Packed, since there are millions of them. */
export interface PackedCounts {
  readonly buckets: Uint32Array;
  readonly counts: Uint32Array;
}

/** Denials of a series before those that a back-test is handed minute by minute. */
export interface PastCountsRow extends PackedCounts {
  readonly kind: WatchedKind;
  readonly key: string;
}

/** How many different tools an agent was denied in each of those buckets that has any. */
export interface PastSweepsRow extends PackedCounts {
  readonly agentKey: string;
}

/** When a series was seen first, whatever the verdict, from the memory of the range's start to its end. */
export interface SeenRow {
  readonly kind: WatchedKind;
  readonly key: string;
  readonly firstMs: number;
}

/** A quarter of an hour that has decisions. */
export type QuarterRow = DecisionsRow['quarters'][number] & { readonly firstMs: number; readonly lastMs: number };

/** What the store holds of an environment for a back-test, beside the denials that it judges. */
export interface BacktestRows {
  readonly envId: string;
  readonly envName: string;
  /** Up to where it is read and proven, from when on it was read, and what of that was not. */
  readonly readUntilMs: number;
  readonly provenUntilMs: number;
  readonly observedSinceMs: number;
  readonly unread: readonly TimeRange[];
  readonly counts: readonly PastCountsRow[];
  readonly seen: readonly SeenRow[];
  readonly sweeps: readonly PastSweepsRow[];
  /** Of all decisions, in order. */
  readonly quarters: readonly QuarterRow[];
}

/** Denials of a minute by everything that is known of them; the tool is `server:tool`. */
export interface DeniedMinuteRow {
  readonly envId: string;
  readonly atMs: number;
  readonly agent: string;
  readonly human: string;
  readonly server: string;
  readonly tool: string;
  readonly reason: string;
  readonly denials: number;
}
