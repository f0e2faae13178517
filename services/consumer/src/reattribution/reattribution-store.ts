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
  type RowsBehind,
  readChanges,
  readHoursInScope,
  readKindsOfCalls,
  readProgress,
  readRowsBehind,
  readUnsettledHours,
  reattributionTerms,
  rewriteRows,
  type StoreClient,
  stageOutcomes,
  type TouchedHour,
  touchHours,
  writeCorrections,
  writeProgress,
} from '@custody/store';
import { clickhouseTerms, mostStatementMs, type TermStore } from '../terms.ts';
import { unlessForbidden } from '../unless-forbidden.ts';

/** What re-attribution asks of the store. Each write resolves when it is stored, and may be repeated. */
export interface ReattributionStore extends TermStore {
  readHours(scope: RowScope, signal: AbortSignal): Promise<readonly HourOfRows[]>;
  /** Where rows are that were ingested since a moment and attributed without what was known then, at `position`. */
  readBehind(ingestedFromMs: number, position: number, signal: AbortSignal): Promise<readonly RowsBehind[]>;
  readKinds(scope: RowScope, signal: AbortSignal): Promise<readonly (KindOfCall & { readonly rows: number })[]>;
  stage(stepId: string, outcomes: readonly AttributionOutcome[], signal: AbortSignal): Promise<void>;
  readChanges(step: Pick<OutcomeStep, 'id' | 'scope'>, signal: AbortSignal): Promise<readonly ChangedRows[]>;
  /**
   * All rows of the step that differ, at once, with `position` as their version. Not given up once it has begun: the
   * leadership must not go on to another one while the store still works at it.
   */
  rewrite(step: OutcomeStep, position: number): Promise<void>;
  touch(hours: readonly TouchedHour[], isSettled: boolean, signal: AbortSignal): Promise<void>;
  readUnsettled(signal: AbortSignal): Promise<readonly TouchedHour[]>;
  writeCorrections(corrections: readonly Correction[], signal: AbortSignal): Promise<void>;
  finishCorrections(atMs: number, signal: AbortSignal): Promise<void>;
  readProgress(signal: AbortSignal): Promise<ReattributionProgress>;
  writeProgress(progress: ReattributionProgress, signal: AbortSignal): Promise<void>;
}

/** Looking at many rows with one core takes longer than what somebody waits for. */
const timeoutMs = mostStatementMs;

export function clickhouseReattribution(client: StoreClient): ReattributionStore {
  return {
    readHours: (scope, signal) => readHoursInScope(client, scope, { signal, timeoutMs }),
    readBehind: (fromMs, position, signal) =>
      unlessForbidden([], readRowsBehind(client, fromMs, position, { signal, timeoutMs })),
    readKinds: (scope, signal) => readKindsOfCalls(client, scope, { signal, timeoutMs }),
    stage: (stepId, outcomes, signal) => stageOutcomes(client, stepId, outcomes, { signal }),
    readChanges: (step, signal) => readChanges(client, step, { signal, timeoutMs }),
    ...clickhouseTerms(client, reattributionTerms),
    rewrite: (step, position) => rewriteRows(client, step, position, { timeoutMs }),
    touch: (hours, isSettled, signal) => touchHours(client, hours, isSettled, { signal }),
    readUnsettled: (signal) => readUnsettledHours(client, { signal }),
    writeCorrections: (corrections, signal) => writeCorrections(client, corrections, { signal }),
    finishCorrections: (atMs, signal) => finishCorrections(client, atMs, { signal }),
    readProgress: (signal) => readProgress(client, { signal }),
    writeProgress: (progress, signal) => writeProgress(client, progress, { signal }),
  };
}
