import type { AlertAction, EnvironmentInput, Finding, Rule, Silence } from '@custody/detect';
import type { HistoryRange, LateBuckets } from '@custody/store';
import type { Explanation } from '../explain/explanation.ts';
import type { AlerterState } from '../judge/alerter-state.ts';

/** Environments as a look has them, with the names that people know. */
export interface Surroundings {
  readonly environments: readonly EnvironmentInput[];
  /** By id. */
  readonly names: ReadonlyMap<string, string>;
}

/** What a tick reads. Every method throws `STORE_*` only. */
export interface TickStore {
  /**
   * All that is looked at of a moment. `isPast`: it was over before, and is looked at once more; `withHistory`: also by what was
   * read since as history, which counts for nothing else.
   */
  surroundings(
    at: { readonly atMs: number; readonly nowMs: number; readonly isPast: boolean; readonly withHistory?: boolean },
    state: AlerterState,
    signal: AbortSignal,
  ): Promise<Surroundings>;
  /** The environments, those that are named with their denials of the hour before the moment. */
  withDenied(
    environments: readonly EnvironmentInput[],
    envIds: readonly string[],
    atMs: number,
    signal: AbortSignal,
  ): Promise<readonly EnvironmentInput[]>;
  /** What landed since, of moments that were looked at already. */
  late(since: AlerterState['landed'], beforeMs: number, signal: AbortSignal): Promise<LateBuckets>;
  /** What is history of the time since an instant, though it may land now: nobody is told of it. */
  history(sinceMs: number, signal: AbortSignal): Promise<readonly HistoryRange[]>;
  explain(finding: Finding, signal: AbortSignal): Promise<Explanation>;
}

/** What people have said: read at each tick. */
export interface Orders {
  readonly rules: readonly Rule[];
  /** What was done to alerts in the last days. */
  readonly actions: readonly AlertAction[];
  /** Those that are not over. */
  readonly silences: readonly Silence[];
}

export type ReadOrders = (nowMs: number, signal: AbortSignal) => Promise<Orders>;
