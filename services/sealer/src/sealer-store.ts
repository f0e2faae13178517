import {
  buildHours,
  buildSpan,
  type DueSpan,
  type HourBuild,
  type HourFacts,
  type HoursToBuild,
  type HoursToSumWanted,
  type HourToSum,
  isSpanDue,
  nameSums,
  type OpenFinding,
  openFutureSeals,
  readHourFacts,
  readHoursToSum,
  readOpenFindings,
  readSpansDue,
  readStandingBuild,
  readStoreClock,
  readUnsealedHours,
  removeIdleBuilds,
  type SealsToWrite,
  type SpansToFind,
  type StoreClient,
  type SumsOf,
  type SumsToName,
  type UnsealedHours,
  writeSeals,
} from '@custody/store';

/** What sealing asks of the store. */
export interface SealerStore {
  /** The store's clock, microseconds since the epoch. */
  clock(signal: AbortSignal): Promise<number>;
  /** Opens what was sealed while the store's clock was ahead; resolves with how many such seals there are. */
  openFutureSeals(signal: AbortSignal): Promise<number>;
  unsealedHours(asked: UnsealedHours, signal: AbortSignal): Promise<readonly HourFacts[]>;
  hourFacts(envId: string, hours: readonly number[], signal: AbortSignal): Promise<readonly HourFacts[]>;
  /** Not to be repeated under the same attempt: what failed half-way may have written a part. */
  buildHours(hours: HoursToBuild, signal: AbortSignal): Promise<readonly HourBuild[]>;
  spansDue(nowMs: number, signal: AbortSignal): Promise<readonly DueSpan[]>;
  isSpanDue(span: DueSpan, nowMs: number, signal: AbortSignal): Promise<boolean>;
  /** Likewise. */
  buildSpan(span: DueSpan, attempt: string, signal: AbortSignal, by?: SumsOf): Promise<{ readonly build: string }>;
  /** `false`: the attempt is too old, and nothing of it counts. */
  writeSeals(seals: SealsToWrite, signal: AbortSignal): Promise<boolean>;
  /** The build of a span whose interim sums hold. */
  standingBuild(span: DueSpan, signal: AbortSignal): Promise<string | null>;
  hoursToSum(wanted: HoursToSumWanted, signal: AbortSignal): Promise<readonly HourToSum[]>;
  spansToSum(wanted: SpansToFind, signal: AbortSignal): Promise<readonly DueSpan[]>;
  /** Resolves with how many count. */
  nameSums(sums: SumsToName, signal: AbortSignal): Promise<number>;
  /** What was found to be wrong, and not found to be gone yet. */
  openFindings(signal: AbortSignal): Promise<readonly OpenFinding[]>;
  /** Resolves with the rows of rollups that went. */
  removeIdle(signal: AbortSignal): Promise<number>;
}

/** Summing up many rows with one core takes longer than what somebody waits for. */
const timeoutMs = 600_000;

export function clickhouseSealerStore(client: StoreClient): SealerStore {
  return {
    clock: (signal) => readStoreClock(client, { signal }),
    openFutureSeals: (signal) => openFutureSeals(client, { signal }),
    unsealedHours: (asked, signal) => readUnsealedHours(client, asked, { signal, timeoutMs }),
    hourFacts: (envId, hours, signal) => readHourFacts(client, envId, hours, { signal, timeoutMs }),
    buildHours: (hours, signal) => buildHours(client, hours, { signal, timeoutMs }),
    spansDue: (nowMs, signal) => readSpansDue(client, { nowMs }, { signal, timeoutMs }),
    isSpanDue: (span, nowMs, signal) => isSpanDue(client, span, nowMs, { signal, timeoutMs }),
    buildSpan: (span, attempt, signal, by = 'seals') =>
      buildSpan(client, { ...span, attempt, by }, { signal, timeoutMs }),
    writeSeals: (seals, signal) => writeSeals(client, seals, { signal }),
    standingBuild: (span, signal) => readStandingBuild(client, span, { signal, timeoutMs }),
    hoursToSum: (wanted, signal) => readHoursToSum(client, wanted, { signal, timeoutMs }),
    spansToSum: (wanted, signal) => readSpansDue(client, wanted, { signal, timeoutMs }),
    nameSums: (sums, signal) => nameSums(client, sums, { signal }),
    openFindings: (signal) => readOpenFindings(client, {}, { signal }),
    removeIdle: (signal) => removeIdleBuilds(client, { signal, timeoutMs }),
  };
}
