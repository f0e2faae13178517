/**
 * ClickHouse, server or embedded, as the services use it: client, migrations, writers, queries as values.
 * Promises: a decision written any number of times is one row at every moment, and older knowledge never replaces newer;
 * what comes from outside reaches SQL through bound parameters only; every failure is one of `STORE_*`.
 * It does not retry, schedule, or decide who may see what.
 */
export { type ApiRequest, writeApiRequests } from './access/api-requests.ts';
export {
  createToken,
  type ListedToken,
  listTokens,
  readTokens,
  revokeToken,
  type StoredToken,
  scopeOfToken,
  type TokenToCreate,
  writeTokenUses,
} from './access/tokens.ts';
export {
  actionsLastMs,
  readActionsOfAlert,
  readAlertActions,
  type StoredAlertAction,
  writeAlertAction,
} from './alerting/actions.ts';
export { alertSteps, findingKinds, kindsAboutOthers } from './alerting/alert-steps.ts';
export {
  type AlertLabel,
  type AlertPosition,
  type AlertsWanted,
  alertById,
  alertCounts,
  alertLabels,
  alertRow,
  alertsPage,
} from './alerting/alerts.ts';
export { type LookOfSubject, readLookOfSubject } from './alerting/look-of-subject.ts';
export {
  type RecordedRuleChange,
  type RuleChange,
  readRuleChanges,
  readStoredRules,
  type StoredRule,
  writeRule,
} from './alerting/rules.ts';
export { readSilences, type StoredSilence, writeSilence } from './alerting/silences.ts';
export { type AlertSubject, oneOf, subjectFilters } from './alerting/subject-filters.ts';
export { readUserNames } from './alerts/read-names.ts';
export {
  alertTransitionColumns,
  alertTransitionRow,
  readAlertLook,
  readAlertTransition,
  recordedTransitionOf,
} from './alerts/read-transitions.ts';
export { type RecordedDelivery, writeAlertDeliveries } from './alerts/write-deliveries.ts';
export { type RecordedLook, writeAlertLooks } from './alerts/write-looks.ts';
export { type RecordedTransition, writeAlertTransitions } from './alerts/write-transitions.ts';
export { assertMigrated } from './assert-migrated.ts';
export {
  createStoreClient,
  type InsertBlock,
  type StatementCost,
  type StatementOptions,
  type StoreClient,
  type StoreClientOptions,
  type StoreSettings,
} from './client.ts';
export { coverageOf, type Gap, gapsOf, type History, readHistory } from './coverage.ts';
export { type BacktestRowsRequest, readBacktestPast } from './detection/backtest-rows.ts';
export { type CoarseDenials, readDeniedCells } from './detection/denied-cells.ts';
export { readDeniedMinutes } from './detection/denied-minutes.ts';
export { DetectionMemory } from './detection/detection-memory.ts';
export { type HistoryRange, readHistoryAskedFor } from './detection/history-asked-for.ts';
export { type LateBucket, type LateBuckets, type LateRequest, readLateBuckets } from './detection/late-buckets.ts';
export { type DetectionRequest, readDetection } from './detection/read-detection.ts';
export { storeErrors } from './errors.ts';
export {
  type HourOfDecisions,
  readHoursOfDecisions,
  readHoursStored,
  writeFlipHours,
} from './flips/due-hours.ts';
export { computeFlips, type FlipRange } from './flips/find-flips.ts';
export { idsXorSql } from './ids-xor.ts';
export { claimSource, installedSource, recordLateness } from './installation.ts';
export { type HoursToSumWanted, type HourToSum, readHoursToSum } from './interim/hours-to-sum.ts';
export { nameSums, type SumsToName } from './interim/name-sums.ts';
export { readStandingBuild } from './interim/standing-build.ts';
export { type LandingHead, readLandingHead } from './landings/landing-head.ts';
export { comparePositions, type LandingPosition } from './landings/landing-position.ts';
export { type LandedDecision, type Landings, readLandings } from './landings/read-landings.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export type { Migration } from './migration-files.ts';
export { believedMs } from './plan/answer-memory.ts';
export type { PlanningOptions, SourcesOfAnswer } from './plan/answer-planned.ts';
export { areRight, type Basis, lookForNews, noteRows } from './plan/basis.ts';
export { type SourceLevel, sourceLevels } from './plan/cover.ts';
export { byEnvironmentIds, environmentAsked, readEnvironmentNames } from './plan/environments.ts';
export { readSealedVersion, type SealedVersion } from './plan/sealed-version.ts';
export { UnderWay } from './plan/under-way.ts';
export { defineQuery, type Query, runQuery } from './query.ts';
export {
  type AggregateRequest,
  type Comparison,
  type Order,
  readAggregate,
  readCompared,
  readOthers,
  readSeries,
  type SeriesRequest,
} from './questions/aggregate.ts';
export { readBucketStarts } from './questions/bucket-starts.ts';
export { type BucketSize, bucketSizeNames, bucketStarts, bucketsWithin } from './questions/buckets.ts';
export { type ChainRow, chainRelations, readChains } from './questions/chains.ts';
export { countsByHour } from './questions/counts-by-hour.ts';
export { type Coverage, coverageBetween } from './questions/coverage.ts';
export { decisionById, entryOfDecision, wholeDecisionRow } from './questions/decision-by-id.ts';
export { decisionRow, type PagePosition, readDecisionsPage } from './questions/decisions-page.ts';
export { type DecisionsWalk, type StoredDecision, walkDecisions } from './questions/decisions-walk.ts';
export { denialKinds } from './questions/denial-kinds.ts';
export { type Dimension, dimensions } from './questions/dimensions.ts';
export { type EntityKind, readEntities, readEntitiesPage } from './questions/entities.ts';
export { findExpiredRange, readExpiredRange } from './questions/expired-range.ts';
export { accessChangeRow, accessChanges, type GrantSubject, grantRow, grantsOf } from './questions/grants.ts';
export type { GrantBehind } from './questions/grants-behind.ts';
export { readSealOfHour, type SealOfHour } from './questions/hour-seal.ts';
export { listedHours } from './questions/listed-hours.ts';
export { emptyMeasure, type Measure, measures } from './questions/measures.ts';
export { pollerReports } from './questions/poller-reports.ts';
export { readPossibleCount } from './questions/possible-count.ts';
export { type PrincipalKind, principalsNamed } from './questions/principals.ts';
export { ask, type Question } from './questions/question.ts';
export { type DecisionReading, readDecision } from './questions/read-decision.ts';
export { recentTimes } from './questions/recent-times.ts';
export { everything, isWithinEnvironments, type Scope } from './questions/scope.ts';
export { type AccessChange, changesInScope, type GrantChange, grantChangesInScope } from './questions/scope-changes.ts';
export { type SealedHours, sealedHoursOf } from './questions/sealed-hours.ts';
export { sealRow, sealsPage } from './questions/seals-page.ts';
export type { CandidateMatch, Filter, FilterColumn, Match, Selection } from './questions/selection.ts';
export { readStoredSummary, type StoredSummary } from './questions/stored-summary.ts';
export { unsettledHours } from './questions/unsettled-hours.ts';
export { readerObjects } from './reader-objects.ts';
export {
  type Correction,
  finishCorrections,
  type ReattributionProgress,
  readProgress,
  readUnsettledHours,
  type TouchedHour,
  touchHours,
  writeCorrections,
  writeProgress,
} from './reattribution/bookkeeping.ts';
export {
  type HourOfRows,
  type KindOfCall,
  type RowsBehind,
  readHoursInScope,
  readKindsOfCalls,
  readRowsBehind,
} from './reattribution/kinds-of-calls.ts';
export {
  type AttributionOutcome,
  type ChangedRows,
  type OutcomeStep,
  readChanges,
  rewriteRows,
  stageOutcomes,
} from './reattribution/outcomes.ts';
export type { RowScope } from './reattribution/rows-in-scope.ts';
export { RecentlyUsed, type RecentlyUsedLimits } from './recently-used.ts';
export { readEnvironments } from './retention/environments.ts';
export { type ExpireParts, type Expiry, expire } from './retention/expire.ts';
export { type Hold, type HoldToPlace, placeHold, readHolds, releaseHold } from './retention/holds.ts';
export {
  nothingExpires,
  type RetentionPolicies,
  retentionOf,
  type StoredEnvironment,
} from './retention/policy.ts';
export { readRetention } from './retention/retention-config.ts';
export {
  type RetentionReport,
  readRetentionReport,
  type SomeRows,
  type TableRetention,
} from './retention/retention-report.ts';
export { buildHours, type HourBuild, type HoursToBuild } from './rollups/build-hours.ts';
export { buildSpan, buildSpans, type SpanToBuild, type SumsOf } from './rollups/build-span.ts';
export { type Cube, type CubeColumn, cubes, type Level, levelStart } from './rollups/cubes.ts';
export { openFutureSeals } from './seals/future-seals.ts';
export type { HourFacts, ListedFacts, NewestSeal } from './seals/hour-facts.ts';
export { readHourFacts, readUnsealedHours, type UnsealedHours } from './seals/hours.ts';
export { removeIdleBuilds } from './seals/idle-builds.ts';
export {
  canonicalSeal,
  linkSeal,
  type SealedHour,
  type SealState,
  type SealStatement,
  sealDigest,
} from './seals/seal.ts';
export { type DueSpan, isSpanDue, readSpansDue, type SpansToFind } from './seals/spans.ts';
export { sumsOnly } from './seals/sums-only.ts';
export {
  mostAttemptMinutes,
  readStoreClock,
  type SealsToWrite,
  type SealToWrite,
  writeSeals,
} from './seals/write-seals.ts';
export { openServiceStore, untilStoreIsOurs } from './service-store.ts';
export { flipTerms, reattributionTerms, type Terms } from './terms.ts';
export { storeUrl, storeVariables } from './variables.ts';
export { countIds, type MonthOfIds } from './verification/count-ids.ts';
export {
  type Difference,
  type DifferenceKind,
  differenceKey,
  differenceKinds,
  joinVerifications,
  type Verification,
  type VerifiedSpan,
} from './verification/difference.ts';
export { findDoubled, type IdSlice, readIdSlices } from './verification/doubles.ts';
export {
  type FindingAction,
  goneAmong,
  type NewFinding,
  type OpenFinding,
  readOpenFindings,
  recordFindings,
  resolveFindings,
} from './verification/findings.ts';
export { reopenSpan } from './verification/reopen.ts';
export {
  noteVerified,
  readVerifiableSpans,
  readVerificationState,
  type SpansWanted,
  type VerifiableSpan,
  type VerificationState,
} from './verification/verified-spans.ts';
export { type BrokenLink, type MonthOfChains, verifyChains } from './verification/verify-chains.ts';
export { type HoursToVerify, verifyHours } from './verification/verify-hours.ts';
export { type SpanToVerify, verifySpan } from './verification/verify-span.ts';
export { DecisionBlock, type DecisionRow, type WriteDecisionsOptions, writeDecisions } from './write-decisions.ts';
export { type PositionedRecord, writeFacts } from './write-facts.ts';
export { writeReports } from './write-reports.ts';
export { writeWindows } from './write-windows.ts';
