import type { SpanToVerify, VerifiableSpan, Verification } from '@custody/store';
import type { VerifierStore } from './verifier-store.ts';

/** Most decisions whose rows are read by one statement, unless a single hour has more. */
const usualMostRows = 500_000;
/** Most hours of one statement, however few decisions they have: a month, so that a thin history is not many small looks. */
const mostHours = 744;

type VerifyingStore = Pick<VerifierStore, 'hours' | 'span'>;

/** Spans that are verified together. */
export interface VerifyingStep {
  readonly spans: readonly VerifiableSpan[];
  readonly run: (store: VerifyingStore, signal: AbortSignal) => Promise<Verification>;
}

const monthOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 7);

function hoursStep(envId: string, spans: readonly VerifiableSpan[]): VerifyingStep {
  const hours = spans.map(({ startMs }) => startMs);
  return { spans, run: (store, signal) => store.hours({ envId, hours }, signal) };
}

function spanStep(one: VerifiableSpan & SpanToVerify): VerifyingStep {
  return { spans: [one], run: (store, signal) => store.span(one, signal) };
}

function isLonger(one: VerifiableSpan): one is VerifiableSpan & SpanToVerify {
  return one.span !== 'hour';
}

/**
 * Cuts spans into steps of bounded size: hours of an environment and a month together, since they lie in one partition;
 * then each day and each month alone.
 */
export function verifyingSteps(spans: readonly VerifiableSpan[], mostRows = usualMostRows): VerifyingStep[] {
  const batches: { key: string; envId: string; rows: number; spans: VerifiableSpan[] }[] = [];
  for (const one of spans) {
    if (isLonger(one)) continue;
    const key = `${one.envId}/${monthOf(one.startMs)}`;
    const last = batches.findLast((batch) => batch.key === key);
    if (last !== undefined && last.rows + one.stored <= mostRows && last.spans.length < mostHours) {
      last.rows += one.stored;
      last.spans.push(one);
    } else batches.push({ key, envId: one.envId, rows: one.stored, spans: [one] });
  }
  return [
    ...batches.map(({ envId, spans: hours }) => hoursStep(envId, hours)),
    ...spans.filter(isLonger).map(spanStep),
  ];
}
