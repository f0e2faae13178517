import type { Decision } from './decision.ts';
import type { TrustLevel } from './trust-level.ts';

/** How sure we are of the human behind a decision; see docs/attribution.md. */
export const certainties = ['exact', 'inferred', 'ambiguous', 'unknown', 'none'] as const;
export type Certainty = (typeof certainties)[number];

/**
 * What told the human: `self` the caller is a human; `rebac` the decision's debug output; `consent` a single consent
 * for the server; `server` a per-user server's name; `level` consents told apart by levels; `''` nothing did.
 */
export const evidences = ['self', 'rebac', 'consent', 'server', 'level', ''] as const;
export type Evidence = (typeof evidences)[number];

/** The human behind a decision, as of its time. */
export interface Attribution {
  readonly certainty: Certainty;
  readonly evidence: Evidence;
  /** `''` unless exactly one human fits. */
  readonly humanKey: string;
  readonly humanName: string;
  readonly humanEmail: string;
  /** The humans that fit equally well, sorted; empty unless `ambiguous`. */
  readonly candidates: readonly string[];
  /** The consent that authorized the agent, and since when; `''` and `null` without one. */
  readonly consentId: string;
  readonly consentAtMs: number | null;
  /** The consent's level, the admin's ceiling and the level that the tool requires, at that moment. */
  readonly trustLevel: TrustLevel | '';
  readonly ceilingLevel: TrustLevel | '';
  readonly requiredLevel: TrustLevel | '';
}

/** A decision with its human, ready to be stored. */
export interface AttributedDecision {
  readonly envId: string;
  readonly envName: string;
  readonly decision: Decision;
  readonly attribution: Attribution;
  /** Position in the grants topic with which it was attributed: the version of the row. */
  readonly grantsPosition: number;
  readonly ingestedAtMs: number;
  /** True where it was read out of the detailed entry: such a row is never replaced by one that was not. */
  readonly hasDetail?: boolean;
}
