import type { RepairLog } from '@custody/account';
import { formatTimestamp } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { clickhouseVerifierStore, repairDifferences, verifyingSteps } from '@custody/sealer';
import { type Difference, readVerifiableSpans, type StoreClient, type VerifiedSpan } from '@custody/store';
import { doctorErrors } from './errors.ts';
import { type DoctorProgress, grouped } from './progress.ts';

export interface SumsToCheck extends DoctorProgress {
  readonly nowMs: number;
  /** What repairs need; `null`: only look. */
  readonly repair: { readonly log: RepairLog; readonly retentionMs: number } | null;
}

const mostShown = 20;
const timeoutMs = 600_000;

function differenceText({ envId, span, startMs, kind, subject, expected, found }: Difference): string {
  const what = subject === '' ? kind : `${kind} of ${subject}`;
  return `${envId} ${span} ${formatTimestamp(startMs)}: ${what}: expected ${expected}; found ${found}`;
}

function countsText(verified: readonly VerifiedSpan[]): string {
  const count = (span: VerifiedSpan['span']) => verified.filter((one) => one.span === span).length;
  return `${grouped(count('hour'))} hours, ${grouped(count('day'))} days, ${grouped(count('month'))} months`;
}

/** Holds everything that is sealed against what it is of, month by month and one environment after the other. */
export async function checkSums(store: StoreClient, options: SumsToCheck): Promise<string> {
  const { nowMs, repair, onProgress, signal } = options;
  const whole = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const spans = await readVerifiableSpans(store, whole, { signal, timeoutMs });
  const verifier = clickhouseVerifierStore(store);
  const inOrder = spans.toSorted((a, b) => (a.envId < b.envId ? -1 : a.envId > b.envId ? 1 : a.startMs - b.startMs));
  const verified: VerifiedSpan[] = [];
  const differences: Difference[] = [];
  let looked = 0;
  for (const step of verifyingSteps(inOrder)) {
    const found = await step.run(verifier, signal);
    looked += step.spans.length;
    verified.push(...found.verified);
    differences.push(...found.differences);
    onProgress(
      `sums: ${grouped(looked)} of ${grouped(spans.length)} verified, ${grouped(differences.length)} differences`,
    );
  }
  const changed = Math.max(0, spans.length - verified.length);
  const left = changed === 0 ? '' : `; ${grouped(changed)} changed meanwhile, or their parts differ`;
  if (differences.length === 0) return `${countsText(verified)} are what their rows and parts are${left}`;
  const texts = differences.slice(0, mostShown).map(differenceText);
  if (differences.length > mostShown) texts.push(`and ${grouped(differences.length - mostShown)} more`);
  if (repair !== null) {
    const parts = { ...repair, store: verifier, requestedBy: 'doctor' };
    const open = await verifier.openFindings(signal);
    const { found, requested } = await repairDifferences(parts, differences, open, nowMs, signal);
    texts.push(
      `${grouped(found.length)} put on record, ${grouped(requested)} hours asked for again: the sealer does the rest.`,
    );
  }
  const remedy =
    repair === null ? {} : { remedy: 'Run `custody doctor` again once the sealer has looked, half a minute later.' };
  throw new CustodyError(doctorErrors.DOCTOR_SUMS_DIFFER, texts.join('\n'), remedy);
}
