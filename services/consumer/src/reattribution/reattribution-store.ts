import {
  type AttributionOutcome,
  type ChangedRows,
  type Correction,
  finishCorrections,
  type HourOfRows,
  type KindOfCall,
  type OutcomeStep,
  type ReattributionProgress,
  type RowScope,
  readChanges,
  readHoursInScope,
  readKindsOfCalls,
  readProgress,
  readUnsettledHours,
  rewriteRows,
  type StoreClient,
  stageOutcomes,
  type TouchedHour,
  touchHours,
  writeCorrections,
  writeProgress,
} from '@custody/store';

/** What re-attribution asks of the store. Each write resolves when it is stored, and may be repeated. */
export interface ReattributionStore {
  readHours(scope: RowScope, signal: AbortSignal): Promise<readonly HourOfRows[]>;
  readKinds(scope: RowScope, signal: AbortSignal): Promise<readonly (KindOfCall & { readonly rows: number })[]>;
  stage(stepId: string, outcomes: readonly AttributionOutcome[], signal: AbortSignal): Promise<void>;
  readChanges(step: OutcomeStep, signal: AbortSignal): Promise<readonly ChangedRows[]>;
  /** All rows of the step that differ, at once, with `position` as their version. */
  rewrite(step: OutcomeStep, position: number, signal: AbortSignal): Promise<void>;
  touch(hours: readonly TouchedHour[], isSettled: boolean, signal: AbortSignal): Promise<void>;
  readUnsettled(signal: AbortSignal): Promise<readonly TouchedHour[]>;
  writeCorrections(corrections: readonly Correction[], signal: AbortSignal): Promise<void>;
  finishCorrections(atMs: number, signal: AbortSignal): Promise<void>;
  readProgress(signal: AbortSignal): Promise<ReattributionProgress>;
  writeProgress(progress: ReattributionProgress, signal: AbortSignal): Promise<void>;
}

/** Looking at many rows with one core takes longer than what somebody waits for. */
const timeoutMs = 600_000;

export function clickhouseReattribution(client: StoreClient): ReattributionStore {
  return {
    readHours: (scope, signal) => readHoursInScope(client, scope, { signal, timeoutMs }),
    readKinds: (scope, signal) => readKindsOfCalls(client, scope, { signal, timeoutMs }),
    stage: (stepId, outcomes, signal) => stageOutcomes(client, stepId, outcomes, { signal }),
    readChanges: (step, signal) => readChanges(client, step, { signal, timeoutMs }),
    rewrite: (step, position, signal) => rewriteRows(client, step, position, { signal, timeoutMs }),
    touch: (hours, isSettled, signal) => touchHours(client, hours, isSettled, { signal }),
    readUnsettled: (signal) => readUnsettledHours(client, { signal }),
    writeCorrections: (corrections, signal) => writeCorrections(client, corrections, { signal }),
    finishCorrections: (atMs, signal) => finishCorrections(client, atMs, { signal }),
    readProgress: (signal) => readProgress(client, { signal }),
    writeProgress: (progress, signal) => writeProgress(client, progress, { signal }),
  };
}
