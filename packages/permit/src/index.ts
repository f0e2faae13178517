/**
 * The Permit API as Custody reads it: the audit log page by page with every entry verbatim, the facts as complete
 * listings, one shared rate budget. It only reads. It promises that an answer is whole or an error with a code, that the
 * API key appears in no error or log line, and that no more requests leave than the budget lets through. It keeps no
 * history and decides nothing about windows: that is the poller's.
 */
export { createPermitClient, type FactOptions, type PermitClient, type PermitClientOptions } from './client.ts';
export type { DecisionDetail, DetailOptions } from './decision-detail.ts';
export {
  type DecisionCount,
  type DecisionPage,
  type DecisionRequest,
  type ListedEntry,
  mostEntriesPerPage,
} from './decision-log.ts';
export type { Environment } from './environment.ts';
export { permitErrors } from './errors.ts';
export type { ListedCeiling, ListedConsent, ListedIdentity } from './facts.ts';
export {
  type BudgetState,
  createRateBudget,
  type Priority,
  type RateBudget,
  type RateBudgetOptions,
} from './rate-budget.ts';
export type { ListedToolLevel } from './tool-level.ts';
