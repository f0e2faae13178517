import { dayMs, minuteMs, secondMs } from '@custody/decision';
import { type Clock, CustodyError, type InterruptiblePatience, type Logger } from '@custody/runtime';
import { type Difference, goneAmong, type OpenFinding, type VerifiableSpan, type Verification } from '@custody/store';
import type { SealerMetrics } from '../metrics.ts';
import { wasGivenUp } from '../patience.ts';
import { type RepairParts, repairDifferences } from './repair-differences.ts';
import { recentMs, SpanQueue } from './span-queue.ts';
import type { VerifierStore } from './verifier-store.ts';
import { verifyingSteps } from './verify-spans.ts';

export interface VerifierParts extends Pick<RepairParts, 'log' | 'retentionMs'> {
  readonly store: VerifierStore;
  readonly patiently: InterruptiblePatience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SealerMetrics;
  /** Hours, days and months a minute. */
  readonly spansPerMinute: number;
}

/** Looks come together, so that what they have in common is done once. */
const turnMs = 5 * minuteMs;
/** All ids are looked through once in this time, a slice after the other. */
const idsRoundMs = dayMs;
/** How far verifying is takes a look at all seals. */
const showEveryMs = 30 * minuteMs;
/** Of one turn; the others are looked at in the next one. */
const mostLookedAgain = 20;

const remedies = {
  resealed:
    'Nothing to do: it is answered from the rows until it is summed up anew. Where it comes back, see custody.verifications for when and where, and report it.',
  repair_requested:
    'Nothing to do while the source still has what is lacking: the hour is read again. Find out who deleted or changed stored rows.',
  reported:
    'Look at the hour with `custody decisions`: Custody cannot tell which of them is right. See docs/operations.md, “Verification”.',
} as const;

/**
 * Looks all the time, a little at once, whether what is summed up is what is stored, and what is stored what was listed and
 * sealed. What differs is put on record and repaired, and looked at again until it is gone.
 */
export class Verifier {
  readonly #parts: VerifierParts;
  readonly #queue: SpanQueue;
  #slice: { next: number; atMs: number } | null = null;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: VerifierParts) {
    this.#parts = parts;
    this.#queue = new SpanQueue(parts.store);
  }

  /** Turn after turn, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, metrics, logger, spansPerMinute } = this.#parts;
    if (spansPerMinute === 0) return;
    while (!signal.aborted) {
      await clock.sleep(turnMs, signal);
      if (signal.aborted) return;
      try {
        await this.turn(signal);
      } catch (error) {
        if (wasGivenUp(error, signal)) return;
        if (!(error instanceof CustodyError)) throw error;
        // Of no consequence for the sealing, which must not stop for it.
        metrics.verifyFailures.inc({ code: error.code });
        logger.error({ err: error, remedy: error.remedy }, 'verifying failed, and goes on in five minutes');
      }
    }
  }

  /** One turn: what was found before, the spans whose turn it is, and some of the ids. */
  async turn(signal: AbortSignal): Promise<void> {
    const { store, patiently, clock, spansPerMinute } = this.#parts;
    const open = await patiently('read what was found', signal, () => store.openFindings(signal));
    const again = new Map<string, VerifiableSpan>();
    for (const { envId, span, startMs, subject, kind } of open) {
      if (kind === 'doubled' && subject !== '') continue;
      const one = { envId, span, startMs, stored: 0, trustedSinceMs: 0, isVerified: true };
      if (again.size < mostLookedAgain) again.set(`${envId}/${span}/${startMs}`, one);
    }
    const count = Math.max(1, Math.round((spansPerMinute * turnMs) / minuteMs));
    const next = await patiently('look for what to verify', signal, () => this.#queue.next(count, clock.now(), signal));
    for (const { run, spans } of verifyingSteps([...again.values(), ...next])) {
      const startedAtMs = clock.now();
      const verification = await patiently('verify', signal, () => run(store, signal));
      await this.#settle(verification, open, spans.length, signal);
      // As long as it took: at most half a core.
      await clock.sleep(Math.max(0, clock.now() - startedAtMs), signal);
    }
    await this.#verifyIds(open, signal);
    await this.#show(signal);
  }

  async #settle(
    { verified, differences }: Verification,
    open: readonly OpenFinding[],
    looked: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, patiently, clock, metrics } = this.#parts;
    for (const { span } of verified) metrics.verified.inc({ span });
    metrics.verifiedInVain.inc(Math.max(0, looked - verified.length));
    await this.#repair(differences, open, signal);
    const gone = goneAmong(open, verified, differences);
    await patiently('record what is gone', signal, () => store.resolve(gone, clock.now(), signal));
    await patiently('note what was verified', signal, () => store.note(verified, signal));
  }

  async #repair(differences: readonly Difference[], open: readonly OpenFinding[], signal: AbortSignal): Promise<void> {
    const { patiently, clock, metrics, logger } = this.#parts;
    if (differences.length === 0) return;
    const parts = { ...this.#parts, requestedBy: 'verifier' };
    const { found, requested } = await patiently('repair what differs', signal, () =>
      repairDifferences(parts, differences, open, clock.now(), signal),
    );
    metrics.repairs.inc(requested);
    for (const { envId, span, startMs, kind, subject, expected, found: had, action } of found) {
      metrics.differences.inc({ kind });
      const where = { env_id: envId, span, starts_at: new Date(startMs), kind, ...(subject !== '' && { subject }) };
      const what = { expected, found: had, action, remedy: remedies[action] };
      logger.error({ ...where, ...what }, 'what is stored or summed up is not what it has to be');
    }
  }

  /** Of ids at several times no span tells: the whole table is looked through, slice by slice. */
  async #verifyIds(open: readonly OpenFinding[], signal: AbortSignal): Promise<void> {
    const { store, patiently, clock, metrics } = this.#parts;
    const nowMs = clock.now();
    this.#slice ??= { next: 0, atMs: nowMs };
    if (nowMs < this.#slice.atMs) return;
    const slices = await patiently('count ids', signal, () => store.idSlices(signal));
    const slice = this.#slice.next % slices;
    const found = await patiently('look through ids', signal, () => store.doubled({ slice, slices }, signal));
    this.#slice = { next: slice + 1, atMs: nowMs + idsRoundMs / slices };
    if (slice + 1 === slices) metrics.idRounds.inc();
    await this.#repair(found, open, signal);
    const told = open.filter(({ kind, subject }) => kind === 'doubled' && subject !== '');
    if (told.length === 0) return;
    const ids = told.map(({ subject }) => subject);
    const still = await patiently('look at ids again', signal, () => store.doubled({ ids }, signal));
    const gone = told.filter(({ subject }) => !still.some((one) => one.subject === subject));
    await patiently('record what is gone', signal, () => store.resolve(gone, nowMs, signal));
  }

  async #show(signal: AbortSignal): Promise<void> {
    const { store, patiently, clock, metrics } = this.#parts;
    const nowMs = clock.now();
    const open = await patiently('read what was found', signal, () => store.openFindings(signal));
    metrics.openDifferences.reset();
    for (const { kind } of open) metrics.openDifferences.inc({ kind });
    if (nowMs - this.#shownAtMs < showEveryMs) return;
    this.#shownAtMs = nowMs;
    for (const [which, fromMs] of [['recent', nowMs - recentMs] as const, ['all', 0] as const]) {
      const range = { fromMs, toMs: Number.MAX_SAFE_INTEGER };
      const state = await patiently('read what was verified', signal, () => store.state(range, signal));
      const ageMs = state.spans === 0 ? 0 : nowMs - state.trustedSinceMs;
      metrics.verificationAge.set({ which }, Math.max(0, ageMs) / secondMs);
    }
  }
}
