import {
  type Difference,
  findDoubled,
  type HoursToVerify,
  type IdSlice,
  type NewFinding,
  noteVerified,
  type OpenFinding,
  readIdSlices,
  readOpenFindings,
  readVerifiableSpans,
  readVerificationState,
  recordFindings,
  reopenSpan,
  resolveFindings,
  type SpansWanted,
  type SpanToVerify,
  type StoreClient,
  type VerifiableSpan,
  type Verification,
  type VerificationState,
  type VerifiedSpan,
  verifyHours,
  verifySpan,
} from '@custody/store';

/** What verifying asks of the store. */
export interface VerifierStore {
  spans(wanted: SpansWanted, signal: AbortSignal): Promise<readonly VerifiableSpan[]>;
  state(range: { readonly fromMs: number; readonly toMs: number }, signal: AbortSignal): Promise<VerificationState>;
  hours(hours: HoursToVerify, signal: AbortSignal): Promise<Verification>;
  span(span: SpanToVerify, signal: AbortSignal): Promise<Verification>;
  idSlices(signal: AbortSignal): Promise<number>;
  doubled(among: IdSlice | { readonly ids: readonly string[] }, signal: AbortSignal): Promise<readonly Difference[]>;
  openFindings(signal: AbortSignal): Promise<readonly OpenFinding[]>;
  record(findings: readonly NewFinding[], signal: AbortSignal): Promise<void>;
  resolve(findings: readonly OpenFinding[], nowMs: number, signal: AbortSignal): Promise<void>;
  /** Has the span not count any more as it is summed up. */
  reopen(span: VerifiedSpan, signal: AbortSignal): Promise<void>;
  note(verified: readonly VerifiedSpan[], signal: AbortSignal): Promise<void>;
}

/** One core, and behind whatever else is asked: a statement may take its time. */
const timeoutMs = 600_000;

export function clickhouseVerifierStore(client: StoreClient): VerifierStore {
  return {
    spans: (wanted, signal) => readVerifiableSpans(client, wanted, { signal, timeoutMs }),
    state: (range, signal) => readVerificationState(client, range, { signal, timeoutMs }),
    hours: (hours, signal) => verifyHours(client, hours, { signal, timeoutMs }),
    span: (span, signal) => verifySpan(client, span, { signal, timeoutMs }),
    idSlices: (signal) => readIdSlices(client, { signal }),
    doubled: (among, signal) => findDoubled(client, among, { signal, timeoutMs }),
    openFindings: (signal) => readOpenFindings(client, {}, { signal }),
    record: (findings, signal) => recordFindings(client, findings, { signal }),
    resolve: (findings, nowMs, signal) => resolveFindings(client, findings, nowMs, { signal }),
    reopen: (span, signal) => reopenSpan(client, span, { signal, timeoutMs }),
    note: (verified, signal) => noteVerified(client, verified, { signal }),
  };
}
