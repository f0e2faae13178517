import type { Baseline } from '../count/baseline.ts';
import type { Detector, Finding, Subject } from '../finding.ts';

/**
 * `fires`: unusual enough to open an alert. `elevated`: not that, but above what scatters around the expected, which holds
 * an open one. `quiet`: neither. `unknown`: it cannot be told, since part of the time was not read.
 */
export type Sign =
  | { readonly kind: 'fires'; readonly finding: Finding; readonly measure: number; readonly tools: readonly string[] }
  | { readonly kind: 'elevated'; readonly measure: number; readonly tools: readonly string[] }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'unknown' };

/** An alert between two looks, as a plain value. */
export interface Alert {
  /** What it is about and when it opened: the same for the same inputs, whoever computes it. */
  readonly id: string;
  readonly detector: Detector;
  readonly subject: Subject;
  readonly status: 'open' | 'resolved';
  /** Where the window began that it was opened for. */
  readonly sinceMs: number;
  readonly openedAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly lookedAtMs: number;
  /** When it last fired or was elevated. */
  readonly lastSignMs: number;
  /** How much quiet, read time has passed since. */
  readonly quietMs: number;
  readonly peak: number;
  /** The measure and the tools that were told last. */
  readonly toldPeak: number;
  readonly toldTools: readonly string[];
  readonly toldAtMs: number;
  /** What was normal when it opened; `null` where its rule has none, or once it is no longer frozen. */
  readonly baseline: Baseline | null;
  readonly isFrozen: boolean;
  readonly finding: Finding;
}

/** What there is to tell of an alert. */
export interface AlertEvent {
  readonly kind: 'opened' | 'reopened' | 'escalated' | 'resolved' | 'ongoing' | 'reminded';
  readonly alertId: string;
  readonly atMs: number;
  readonly sentence: string;
  readonly finding: Finding;
}
