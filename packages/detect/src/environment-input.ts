import type { AgentCallsRow, DeniedDetail, TimeRange } from '@custody/decision';
import type { KindPrior } from './count/kind-prior.ts';
import type { SeriesHistory } from './count/series-history.ts';
import type { Observed } from './count/spike.ts';
import type { DeniedCell } from './denied-cell.ts';
import type { SeriesKind } from './finding.ts';
import type { Reading } from './reading.ts';
import type { Coverage } from './rules/coverage-lost.ts';
import type { RateSeries } from './rules/deny-rate-step.ts';
import type { AwakeAgent } from './rules/dormant-agent.ts';
import type { PairCalls } from './rules/first-denial.ts';
import type { DeniedTools } from './rules/sweep.ts';
import type { Counted } from './rules/threshold.ts';

/** A series of denials at the moment that is judged. */
export interface SeriesInput {
  readonly kind: SeriesKind;
  readonly key: string;
  /** Its first decision of whatever verdict: from then on it was watched. */
  readonly firstSeenMs: number;
  /** Denials of the last five minutes, of the last hour, and of what lies between. */
  readonly observed: Observed;
  /** As of the bucket that the moment lies in, without what is masked. */
  readonly history: SeriesHistory;
  /** What alerts that are over keep out of the history (`maskOf`). */
  readonly masked: readonly TimeRange[];
  /** `server:tool` of the last five minutes, distinct. */
  readonly tools: readonly string[];
}

/** One agent's calls of the last minutes, where some were denied. */
export type AgentCalls = AgentCallsRow;

/** An environment's decisions of whatever verdict, to tell when they cease. */
export interface AllDecisions {
  readonly history: SeriesHistory;
  readonly firstSeenMs: number;
  readonly lastDecisionMs: number;
}

/** A limit that somebody has set, with the count of the moment. */
export interface LimitedCount {
  readonly counted: Counted;
  readonly atLeast: number;
  readonly windowMs: number;
}

/** All that is looked at of one environment. Plain values, so that a look can be recorded and judged again. */
export interface EnvironmentInput {
  readonly envId: string;
  /** What rules may call it beside its id: its key and its name. */
  readonly names?: readonly string[];
  readonly reading: Reading;
  /** From when on the environment was read, and what of that was not. */
  readonly observedSinceMs: number;
  readonly unobserved: readonly TimeRange[];
  readonly priors: Readonly<Partial<Record<SeriesKind, KindPrior>>>;
  /** How many series were active lately, for the budget: also those that are not given below. */
  readonly activeSeries: number;
  /** Of them those of each kind, so that a rule of one kind need not share its budget with the others; absent from older records. */
  readonly activeByKind?: Readonly<Partial<Record<SeriesKind, number>>>;
  /** Agents that a rule's budget for sweeps is shared over, where its scope says so; all that are active otherwise. */
  readonly activeAgents?: number;
  /** Those with at least the least count in the last hour; one of an open alert that is missing has had none. */
  readonly series: readonly SeriesInput[];
  readonly deniedTools: readonly Omit<DeniedTools, 'envId'>[];
  readonly agentCalls: readonly AgentCalls[];
  /** Pairs with a denial in the last five minutes. */
  readonly pairs: readonly Omit<PairCalls, 'envId'>[];
  readonly rates: readonly RateSeries[];
  /** Agents that called in the last five minutes after a long silence. */
  readonly awake: readonly Omit<AwakeAgent, 'envId'>[];
  readonly decisions: AllDecisions | null;
  readonly coverage: Omit<Coverage, 'envId'> | null;
  readonly limits: readonly LimitedCount[];
  /**
   * Denials of the last hour, where somebody needs them: findings are put together by what they share (`wanted`), and
   * limits that somebody has set are counted in them (`limitsWithinMs`).
   */
  readonly denied?: readonly DeniedCell[];
  /** By how much they are told apart; absent: by minutes. */
  readonly deniedDetail?: DeniedDetail;
  /**
   * Whether servers whose shares move with their environment's tell of a storm; absent from looks that were recorded before they
   * did, so that those are judged as they were.
   */
  readonly areSharesTold?: true;
}
