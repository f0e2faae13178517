import { hourMs, secondMs } from '@custody/decision';
import type { Coverage, SealOfHour } from '@custody/store';
import { z } from 'zod';

/** What closes the hour of a decision. */
export const decisionSeal = z
  .object({
    hour: z.string(),
    state: z.enum(['complete', 'empty', 'incomplete', 'open']),
    revision: z.number().describe('0 while the hour is open'),
    digest: z.string().describe('SHA-256 of the newest seal; empty while the hour is open'),
    sealed_at: z.string().nullable(),
    is_current: z.boolean().describe('Nothing was stored or changed in the hour since'),
    reasons: z.array(z.string()).describe('Why it is incomplete'),
    sentence: z.string().describe('The same in words, and why it is open'),
  })
  .meta({ id: 'DecisionSeal' });

/** Why an hour has no seal yet. */
function openReason(coverage: Coverage | undefined, hourStartMs: number, nowMs: number): string {
  if (nowMs < hourStartMs + hourMs) return 'the hour is not over';
  if (coverage === undefined) return 'nothing is known of what the poller read of this hour';
  if (coverage.open_seconds > 0) return `decisions may still come late for ${Math.ceil(coverage.open_seconds)} s of it`;
  const unproven = Math.ceil(coverage.blind_seconds);
  if (unproven > 0) return `${unproven} s of it are not proven (custody coverage)`;
  return 'it is proven, and the sealer has not closed it yet';
}

function sealedSentence({ state, revision, sealed_at, is_current, reasons }: SealOfHour): string {
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  const since = is_current ? '' : '; what is stored has changed since, and it is to be sealed anew';
  return `${state}${why}, revision ${revision}, sealed at ${new Date(sealed_at).toISOString()}${since}`;
}

/** The seal of an hour: its newest one, or why there is none. */
export function sealOfHour(
  hourStartMs: number,
  seal: SealOfHour,
  { coverage, nowMs }: { readonly coverage: Coverage | undefined; readonly nowMs: number },
): z.infer<typeof decisionSeal> {
  const hour = new Date(Math.floor(hourStartMs / secondMs) * secondMs).toISOString();
  if (seal.sealings === 0) {
    const sentence = `open: ${openReason(coverage, hourStartMs, nowMs)}`;
    const nothing = { revision: 0, digest: '', sealed_at: null, is_current: false, reasons: [] };
    return { hour, state: 'open', ...nothing, sentence };
  }
  const { state, revision, digest, sealed_at, is_current, reasons } = seal;
  return { hour, state, revision, digest, sealed_at, is_current, reasons, sentence: sealedSentence(seal) };
}
