import { minuteMs, secondMs } from '@custody/decision';
import type { SealingParts } from '../sealing-parts.ts';

/** So long one look waits: whoever seals next would wait for the same, and is not to wait for this. */
const patienceMs = secondMs;
/** What is older would be too old to be named once it is summed up. */
const mostAgeMs = 10 * minuteMs;

interface Moment {
  readonly asOfUs: number;
  readonly takenAtMs: number;
  /** Settles when what was under way at the moment is stored. */
  readonly stored: Promise<true>;
  readonly giveUp: AbortController;
}

/**
 * A moment of the store's clock at which everything that was under way is stored by now. The waiting for that goes on while
 * others work: behind a backlog it may take several looks.
 */
export class StoredMoment {
  readonly #parts: Pick<SealingParts, 'store' | 'decisionsStored' | 'patiently' | 'clock'>;
  #moment: Moment | null = null;

  constructor(parts: Pick<SealingParts, 'store' | 'decisionsStored' | 'patiently' | 'clock'>) {
    this.#parts = parts;
  }

  /** The moment, microseconds since the epoch; `null` while there is none yet. Each is told once. */
  async take(signal: AbortSignal): Promise<number | null> {
    const { clock } = this.#parts;
    this.#moment ??= await this.#begin(signal);
    const moment = this.#moment;
    const isAwake = new AbortController();
    try {
      const isStored = await Promise.race([
        moment.stored,
        clock.sleep(patienceMs, AbortSignal.any([signal, isAwake.signal])).then(() => false),
      ]);
      if (!isStored && clock.now() - moment.takenAtMs < mostAgeMs) return null;
      this.forget();
      return isStored ? moment.asOfUs : null;
    } catch (error) {
      this.forget();
      throw error;
    } finally {
      isAwake.abort();
    }
  }

  /** What was being waited for is waited for no longer. */
  forget(): void {
    this.#moment?.giveUp.abort();
    this.#moment = null;
  }

  async #begin(signal: AbortSignal): Promise<Moment> {
    const { store, decisionsStored, patiently, clock } = this.#parts;
    const asOfUs = await patiently('read the store’s clock', signal, () => store.clock(signal));
    const giveUp = new AbortController();
    const stored = decisionsStored(AbortSignal.any([signal, giveUp.signal])).then(() => true as const);
    // Looked at by who takes it; given up, nobody does.
    stored.catch(() => undefined);
    return { asOfUs, takenAtMs: clock.now(), stored, giveUp };
  }
}
