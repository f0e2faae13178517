import type { Verdict } from '../decision.ts';
import type { TimeRange } from '../time-range.ts';
import type { TrustLevel } from '../trust-level.ts';

/** What denials are counted by. */
export type WatchedKind = 'agent' | 'human' | 'server' | 'tool' | 'reason' | 'environment';

/** How many series of each kind had a denial within the memory. */
export type ActiveByKind = Readonly<Record<WatchedKind, number>>;

/** A series of denials. The key of a tool is `server:tool`, that of an environment `''`. */
export interface SeriesName {
  readonly envId: string;
  readonly kind: WatchedKind;
  readonly key: string;
}

/**
 * By how much of what is known of them denials are told apart: by minutes; of the last five minutes by minutes, and those before as
 * one; the same without tools, of which one of each agent stands for the others; the last five minutes as one, too.
 */
export type DeniedDetail = 'minutes' | 'recent_minutes' | 'without_tools' | 'two_times';

/** What an alert that is over keeps out of a history. */
export interface MaskedSubject {
  readonly envId: string;
  readonly detector: string;
  readonly kind: string;
  readonly key: string;
  readonly ranges: readonly TimeRange[];
}

/** Which past counts are learned from, and how. Buckets of five minutes. */
export interface HistoryModel {
  readonly lagBuckets: number;
  readonly memoryBuckets: number;
  readonly halfLifeBuckets: number;
  readonly slowHalfLifeBuckets: number;
}

/** Denials of one series in a bucket, numbered from the epoch; buckets without any are left out. */
export interface CountInBucket {
  readonly bucket: number;
  readonly count: number;
}

/** Sums over the buckets of a history: weighed by age twice, by slot, and how many buckets and whole hours had which count. */
export interface HistorySums {
  readonly fast: number;
  readonly slow: number;
  readonly bySlot: readonly number[];
  readonly buckets: readonly number[];
  readonly blocks: readonly number[];
}

/** A series that had denials enough in the last hour, or an open alert. */
export interface SeriesRow {
  readonly kind: WatchedKind;
  readonly key: string;
  /** Its first decision of whatever verdict within the memory. */
  readonly firstSeenMs: number;
  /** Denials of the last five minutes and of the last hour. */
  readonly bucket: number;
  readonly block: number;
  /** Of the last quarter and the last half of an hour. Absent from what older versions recorded. */
  readonly quarter?: number;
  readonly half?: number;
  /** `server:tool` denied in the last five minutes, each once, in order, no more than a hundred. */
  readonly tools: readonly string[];
  /** As of the bucket of the moment; `null` where `counts` has all of it. */
  readonly history: HistorySums | null;
  /** Of a series with masked time all buckets that have a count, in order; `null` otherwise. */
  readonly counts: readonly CountInBucket[] | null;
  readonly masked: readonly TimeRange[];
}

/** One of some series of a kind, to tell what the kind has in common. */
export interface KnownSeriesRow {
  readonly kind: WatchedKind;
  readonly key: string;
  readonly firstSeenMs: number;
  readonly history: HistorySums;
}

/** How many distinct tools an agent was denied in the buckets of its history. */
export interface BreadthRow {
  readonly agentKey: string;
  /** Its first decision of whatever verdict within the memory. */
  readonly firstSeenMs: number;
  /** How many buckets had n tools, by n, more than a hundred being a hundred; `null` where `counts` has all of them. */
  readonly buckets: readonly number[] | null;
  /** Of an agent with masked time the tools of each bucket that has any, in order; `null` otherwise. */
  readonly counts: readonly CountInBucket[] | null;
  readonly masked: readonly TimeRange[];
}

/** What one agent was denied in the last five minutes. */
export interface DeniedToolsRow extends BreadthRow {
  /** `server:tool`, each once, in order, no more than a hundred. */
  readonly tools: readonly string[];
  readonly denials: number;
}

export interface AgentCallRow {
  readonly decisionId: string;
  readonly atMs: number;
  /** `server:tool`. */
  readonly tool: string;
  readonly verdict: Verdict;
  /** The level that the tool requires; `''` where it is not known. */
  readonly requiredLevel: TrustLevel | '';
  /** Whether the agent had been allowed it before these calls, within the memory. */
  readonly isUsual: boolean;
}

/** The last calls of an agent that was denied several tools and allowed one that requires `high`. */
export interface AgentCallsRow {
  readonly agentKey: string;
  readonly calls: readonly AgentCallRow[];
}

/** An agent and a server with a denial in the last five minutes and none in the memory before. */
export interface PairRow {
  readonly agentKey: string;
  readonly server: string;
  readonly calls: number;
  readonly denials: number;
  readonly callsBefore: number;
  readonly denialsBefore: number;
  readonly firstSeenMs: number;
}

export interface HourOfCallsRow {
  readonly startMs: number;
  readonly calls: number;
  readonly denials: number;
}

/** Calls of the last hour of a server, or of the environment (key `''`), beside those of the hours of the history. */
export interface RateRow {
  readonly kind: 'server' | 'environment';
  readonly key: string;
  readonly calls: number;
  readonly denials: number;
  /** Agents that were denied, and that called at all. */
  readonly deniedAgents: number;
  readonly agents: number;
  /** Of the last two minutes. Absent from what older versions recorded. */
  readonly latest?: { readonly calls: number; readonly denials: number; readonly deniedAgents: number };
  readonly hours: readonly HourOfCallsRow[];
  readonly masked: readonly TimeRange[];
}

/** An agent that called in the last five minutes and not in a long time before. */
export interface AwakeRow {
  readonly agentKey: string;
  readonly calls: number;
  readonly denials: number;
  /** Its first and last call before the window; of one that never called, when its first access was granted. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Days on which it had called before; 0 where it never did. */
  readonly activeDays: number;
}

/** All decisions of an environment, by quarters of an hour of the history, zeros left out, in order. */
export interface DecisionsRow {
  readonly lastDecisionMs: number;
  readonly quarters: readonly { readonly startMs: number; readonly count: number }[];
}

/** How far an environment was read, and what of that was not. Ranges in order and apart. */
export interface ReadingRow {
  readonly readUntilMs: number;
  readonly provenUntilMs: number;
  /** The first time that was read. */
  readonly observedSinceMs: number;
  /** Decisions before were read as history: nobody watched then. */
  readonly watchedSinceMs: number;
  readonly unread: readonly TimeRange[];
  readonly blindSeconds: number;
  readonly unreadableSeconds: number;
}

/** What the store holds of an environment for a look at a moment, as plain values. */
export interface EnvironmentRows {
  readonly envId: string;
  readonly envName: string;
  readonly reading: ReadingRow;
  /** How many series had a denial within the memory, and how many servers were called. */
  readonly activeSeries: number;
  readonly activeByKind: ActiveByKind;
  readonly series: readonly SeriesRow[];
  /** As of `knownAtMs`; the same list in every look until it is read anew. */
  readonly known: readonly KnownSeriesRow[];
  readonly knownAtMs: number;
  readonly deniedTools: readonly DeniedToolsRow[];
  /** Of some agents, to tell what agents have in common; as of `knownAtMs`, the same list until it is read anew. */
  readonly breadths: readonly BreadthRow[];
  readonly agentCalls: readonly AgentCallsRow[];
  readonly pairs: readonly PairRow[];
  readonly rates: readonly RateRow[];
  readonly awake: readonly AwakeRow[];
  readonly decisions: DecisionsRow | null;
}
