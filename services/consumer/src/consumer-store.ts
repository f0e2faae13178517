import { type CoverageRecord, type HourWindows, secondMs, type TimeRange } from '@custody/decision';
import {
  countsByHour,
  type DecisionBlock,
  type PositionedRecord,
  recentTimes,
  runQuery,
  type StoreClient,
  writeDecisions,
  writeFacts,
  writeReports,
  writeWindows,
} from '@custody/store';
import { clickhouseFlips, type FlipStore } from './flips/flip-store.ts';
import { clickhouseReattribution, type ReattributionStore } from './reattribution/reattribution-store.ts';

export interface DecisionStore {
  writeDecisions(block: DecisionBlock, signal: AbortSignal): Promise<void>;
}

/** When a decision occurred, milliseconds since the epoch. */
export interface KnownTime {
  readonly id: string;
  readonly atMs: number;
}

export interface HourCount {
  readonly envId: string;
  readonly hourStartMs: number;
  readonly decisions: number;
  /** Its decisions may have been deleted because of their age. */
  readonly isExpired: boolean;
}

/** What the consumer writes, and what it has to remember of it. Each write resolves when it is stored, and may be repeated. */
export interface ConsumerStore extends DecisionStore {
  /** Times of the decisions that were stored last, so many of them at most, the newest insert last. */
  readRecentTimes(limit: number, signal: AbortSignal): Promise<readonly KnownTime[]>;
  /** Stored decisions by environment and hour; hours without any are absent. */
  countByHour(range: TimeRange, signal: AbortSignal): Promise<readonly HourCount[]>;
  writeWindows(hours: readonly HourWindows[], signal: AbortSignal): Promise<void>;
  /** What pollers report of themselves. */
  writeReports(reports: readonly CoverageRecord[], signal: AbortSignal): Promise<void>;
  writeFacts(records: readonly PositionedRecord[], signal: AbortSignal): Promise<void>;
  readonly reattribution: ReattributionStore;
  readonly flips: FlipStore;
}

export interface ClickhouseStoreOptions {
  /** Whether entries are kept verbatim beside their decisions. Default true. */
  readonly keepEntries?: boolean;
}

export function clickhouseStore(
  client: StoreClient,
  { keepEntries = true }: ClickhouseStoreOptions = {},
): ConsumerStore {
  return {
    async readRecentTimes(limit, signal) {
      const rows = await runQuery(client, recentTimes, { limit }, { signal });
      return rows.map(({ id, at_ms: atMs }) => ({ id, atMs })).reverse();
    },
    async countByHour({ fromMs, toMs }, signal) {
      const rows = await runQuery(client, countsByHour, { from_ms: fromMs, to_ms: toMs }, { signal });
      return rows.map(({ env_id: envId, hour_seconds, decisions, is_expired: isExpired }) => ({
        ...{ envId, decisions, isExpired },
        hourStartMs: hour_seconds * secondMs,
      }));
    },
    writeDecisions: (block, signal) => writeDecisions(client, block, { signal, keepEntries }),
    writeWindows: (hours, signal) => writeWindows(client, hours, { signal }),
    writeReports: (reports, signal) => writeReports(client, reports, { signal }),
    writeFacts: (records, signal) => writeFacts(client, records, { signal }),
    reattribution: clickhouseReattribution(client),
    flips: clickhouseFlips(client),
  };
}
