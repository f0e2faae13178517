/**
 * The contract between the services: what Permit sends, what Custody keeps of it, how a record can end, and the values
 * of each topic. It reads tolerantly (nulls, absent and unknown fields, ids without hyphens, any precision of time) and
 * never throws on input; it knows no transport, no store and no clock.
 */
export {
  deliveredTransitionOf,
  deliveryKey,
  type JournalLook,
  journalLook,
  type TickRecord,
  tickIdOf,
  tickKey,
  tickRecord,
} from './alert/alert-journal.ts';
export {
  type AlertStatus,
  type AlertTransition,
  type AlertTransitionKind,
  alertStatuses,
  alertTransition,
  alertTransitionKinds,
  type Severity,
  severities,
  toldKinds,
} from './alert/alert-transition.ts';
export type {
  BacktestRows,
  DeniedMinuteRow,
  PackedCounts,
  PastCountsRow,
  PastSweepsRow,
  QuarterRow,
  SeenRow,
} from './alert/backtest-rows.ts';
export {
  type DeliveryOutcomeName,
  type DeliveryRecord,
  deliveryOutcomes,
  deliveryRecord,
} from './alert/delivery-record.ts';
export type {
  ActiveByKind,
  AgentCallRow,
  AgentCallsRow,
  AwakeRow,
  BreadthRow,
  CountInBucket,
  DecisionsRow,
  DeniedDetail,
  DeniedToolsRow,
  EnvironmentRows,
  HistoryModel,
  HistorySums,
  HourOfCallsRow,
  KnownSeriesRow,
  MaskedSubject,
  PairRow,
  RateRow,
  ReadingRow,
  SeriesName,
  SeriesRow,
  WatchedKind,
} from './alert/environment-rows.ts';
export { leastSweptTools } from './alert/least-swept-tools.ts';
export {
  type DeadDelivery,
  endsAlert,
  OwedDeliveries,
  type OwedDelivery,
  type StandingAlert,
} from './alert/owed-deliveries.ts';
export {
  type AttributedDecision,
  type Attribution,
  type Certainty,
  certainties,
  type Evidence,
  evidences,
} from './attribution.ts';
export { type AuditLogEntry, auditLogEntry } from './audit-log-entry.ts';
export {
  type AttributedCall,
  agentSentence,
  consentSentence,
  humanSentence,
  verdictSentence,
} from './chain/chain-sentences.ts';
export { type DerivedRole, derivedRole, type RoleEvidence, roleEvidence } from './chain/derived-roles.ts';
export { permitCheck } from './chain/permit-check.ts';
export { type CoverageRecord, coverageKey, coverageRecord } from './coverage-record.ts';
export {
  attemptOf,
  type DeadLetterHeaders,
  type DeadLetterNoteHeaders,
  deadLetterHeaders,
  deadLetterNoteHeaders,
  replayedOrigin,
  replayHeaders,
} from './dead-letter.ts';
export { type Decision, decisionOf, parseEntry, type Verdict } from './decision.ts';
export { canonicalUuid } from './decision-id.ts';
export {
  type AnyDecisionHeaders,
  type DecisionHeaders,
  type DetailHeaders,
  decisionHeaders,
  parseDecisionHeaders,
} from './decision-message.ts';
export { type DenialExplanation, denialExplanation, explainDenial } from './denial/explain-denial.ts';
export { type Remedy, remedy } from './denial/remedy.ts';
export type { StoredCall } from './denial/stored-call.ts';
export { type DenialKind, type RemedyTally, tallyRemedies } from './denial/tally-remedies.ts';
export { levelsSentence, type WeighedLevels, weighLevels } from './denial/weigh-levels.ts';
export { type EvidenceOwed, type EvidenceReason, evidenceOwed, evidenceOwedKey } from './evidence-owed.ts';
export { type FilterValue, filterTextForms, parseFilterText, passesFilter } from './filter-text.ts';
export {
  type Ceiling,
  type Consent,
  ceiling,
  consent,
  type Fact,
  type FactKind,
  factKinds,
  type GrantRecord,
  grantRecord,
  grantRecordKey,
  type Identity,
  identity,
  type Listing,
  listing,
  type ToolLevel,
  toolLevel,
} from './grant.ts';
export { IdsXor, joinIdsXor, noIdsXor } from './ids-xor.ts';
export { deadLettered, type Fault, faults, kept, type Outcome } from './outcome.ts';
export { parseJson } from './parse-json.ts';
export { humanOfProfile, principalKind, subjectOfHuman } from './principal.ts';
export { permitReasonCodes, type ReasonCode } from './reason-code.ts';
export { carriesEvidence } from './rebac-evidence.ts';
export { backfillRequester, type RepairRequest, repairRequest, repairRequestKey } from './repair.ts';
export { isReservedWindowsKey, type SourceClaim, sourceClaim, sourceClaimKey } from './source-claim.ts';
export {
  contains,
  dayMs,
  durationMs,
  hourMs,
  hourOf,
  minuteMs,
  secondMs,
  splitByHour,
  type TimeRange,
} from './time-range.ts';
export { parseTimeText, type StartOfDay, timeTextForms } from './time-text.ts';
export { formatTimestamp, parseTimestamp } from './timestamp.ts';
export { decisionsGroup, type TopicDefinition, topics } from './topics.ts';
export { compareLevels, effectiveLevel, isTrustLevel, type TrustLevel, trustLevels } from './trust-level.ts';
export {
  type Facet,
  facet,
  type HourWindows,
  hourWindows,
  hourWindowsKey,
  type Proof,
  proofs,
  type SourceFacet,
  type SourceWindow,
  settlingSeconds,
  sourceFacet,
  sourceWindow,
  type WindowState,
  windowStates,
} from './window.ts';
