/**
 * From counts and calls to findings with their explanation, and the life of the alerts that they open. Pure: no clock, no
 * store, no transport; everything that is looked at is given as plain values, so that a recorded look judges the same
 * again. It promises about as many false findings of the count model a day as the budget says, whatever the number of
 * series. It delivers nothing and stores nothing; docs/detection.md has formulas and figures.
 */
export { type Advanced, advance, maskOf } from './alert/advance.ts';
export type { Alert, AlertEvent, Sign } from './alert/alert.ts';
export { type AlertRules, defaultAlertRules } from './alert/alert-rules.ts';
export { type CountWindow, frozenMeasure, type WindowMeasure } from './alert/frozen-measure.ts';
export {
  Backtest,
  type BacktestRequest,
  type BacktestResult,
  backtestedDetectors,
  type LeftOut,
  warmUpMs,
} from './backtest/backtest.ts';
export type { BacktestAlert } from './backtest/backtest-alert.ts';
export { alphaOf, type Budget, looksADay } from './budget.ts';
export type { ExplainedFinding } from './cause/candidate.ts';
export type { Cause } from './cause/cause.ts';
export { causesOf } from './cause/causes-of.ts';
export {
  type Contributor,
  type Contributors,
  contributorsOf,
  type DeniedCalls,
  type Dimension,
  dimensions,
  type UsualDenials,
} from './contributors.ts';
export { type Baseline, baselineOf, expectedIn } from './count/baseline.ts';
export { type Breadth, bucketsByTools, mostTools } from './count/breadth.ts';
export { type BreadthPrior, breadthPriorOf, logTailOfTools } from './count/breadth-prior.ts';
export { bucketOf, type Calendar, fiveMinutes } from './count/calendar.ts';
export { binOf, type CountHistogram, countOfBin, momentsOf, quantileOf, tally } from './count/count-histogram.ts';
export { type CountModel, decayOf, defaultCountModel } from './count/count-model.ts';
export { defaultPrior, type KindPrior, priorOf, type WatchedSeries } from './count/kind-prior.ts';
export { type LargestCounts, largestCounts, logTailOfLargest } from './count/largest-counts.ts';
export { type Exposure, ObservedTime } from './count/observed-time.ts';
export { RollingHistory } from './count/rolling-history.ts';
export {
  type BucketCount,
  emptyHistory,
  type LearnedRange,
  learnedRange,
  type SeriesHistory,
  summarize,
} from './count/series-history.ts';
export { bucketsIn, type Span, spanOf, spans } from './count/span.ts';
export { isElevated, isSpike, type Observed, spikeBound, type Weighed, weigh } from './count/spike.ts';
export { cellsOf, type DeniedCell, isOf } from './denied-cell.ts';
export { expectedTools } from './denied-tools-input.ts';
export type {
  AgentCalls,
  AllDecisions,
  EnvironmentInput,
  LimitedCount,
  SeriesInput,
} from './environment-input.ts';
export { environmentInputOf, type InputOptions } from './environment-rows.ts';
export {
  type Detector,
  detectors,
  type Finding,
  probabilityOf,
  type SeriesKind,
  type Subject,
  seriesKinds,
  subjectId,
} from './finding.ts';
export { type LookInput, type LookResult, look } from './look.ts';
export { logShareHead, logShareTail, type ShareDistribution } from './numerics/beta-binomial.ts';
export { logGamma } from './numerics/log-gamma.ts';
export { type CountDistribution, leastUnlikely, logNone, logTail } from './numerics/negative-binomial.ts';
export { type Completeness, completenessOf, type Reading } from './reading.ts';
export type { AlertAction } from './rule-set/alert-action.ts';
export { digestOf, uuidOf } from './rule-set/canonical-json.ts';
export { settle, unsettledMoments } from './rule-set/confirm.ts';
export { defaultRuleDocuments } from './rule-set/default-rules.ts';
export { durationText, parseDurationText } from './rule-set/duration-text.ts';
export { growLate } from './rule-set/grow-late.ts';
export { alertIdOf, type HeldAlert, subjectOf, transitionIdOf } from './rule-set/held-alert.ts';
export { groupingMs, type Judged, judge } from './rule-set/judge.ts';
export type { CauseMember, JudgedTransition } from './rule-set/judged-transition.ts';
export {
  deniedWanted,
  type JudgeInput,
  limitsWithinMs,
  lookByRules,
  openSubjects,
  type RuleFinding,
  type RuleLook,
} from './rule-set/look-by-rules.ts';
export { isMuted, type Mute, muteText } from './rule-set/mute.ts';
export { defaultSeverities, type ParsedRule, type ParsedRules, parseRule, parseRules } from './rule-set/parse-rules.ts';
export { masksOf, type PastAlert, placeOf, placeOfHeld, remembered } from './rule-set/past-alert.ts';
export { type Rule, type RuleOrigin, type RuleScope, ruleOrigins, settingsOf } from './rule-set/rule.ts';
export { type RuleDocument, ruleDocument } from './rule-set/rule-document.ts';
export { nearest, type RuleFault } from './rule-set/rule-faults.ts';
export { defaultRuleSet, defaultRules, enabledRules, type RuleSet, ruleSetOf } from './rule-set/rule-set.ts';
export { parseRulesDocument, type RulesDocument } from './rule-set/rules-document.ts';
export {
  matches,
  type Silence,
  type Silenceable,
  type SilenceLabel,
  type SilenceMatcher,
  silencedBy,
  silenceLabels,
  silenceMatcher,
} from './rule-set/silence.ts';
export { titleOf } from './rule-set/title.ts';
export { type Coverage, type CoverageRule, coverageLost } from './rules/coverage-lost.ts';
export {
  type Calls,
  denyRateStep,
  latestRateStep,
  latestRateStepRule,
  type RateSeries,
  type RateStepRule,
  usualShare,
} from './rules/deny-rate-step.ts';
export { type AwakeAgent, type DormantRule, dormantAgent } from './rules/dormant-agent.ts';
export { type FirstDenialRule, firstDenial, type PairCalls } from './rules/first-denial.ts';
export { type AgentCall, type EscalationRule, privilegedAfterDenials } from './rules/privileged-after-denials.ts';
export { type QuietSource, type SilenceRule, sourceSilent } from './rules/source-silent.ts';
export { type DeniedTools, sweep } from './rules/sweep.ts';
export { type Counted, threshold } from './rules/threshold.ts';
export { type DetectSettings, defaultSettings } from './settings.ts';
