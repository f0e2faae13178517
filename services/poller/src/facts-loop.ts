import { type FactKind, factKinds, formatTimestamp, grantRecordKey, secondMs, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { permitErrors } from '@custody/permit';
import { type Clock, CustodyError, isError, type Logger, type Patience, withRetry } from '@custody/runtime';
import {
  ceilingFact,
  consentFact,
  factDifferences,
  identityFact,
  type ListedFact,
  toolLevelFact,
} from './fact-differences.ts';
import type { FactMemory } from './known-facts.ts';
import type { PollerMetrics } from './metrics.ts';
import type { EnvironmentName, FactListings } from './source.ts';
import type { SourceTime } from './source-time.ts';

export interface FactsLoopOptions {
  readonly log: Log;
  readonly listings: FactListings;
  readonly memory: FactMemory;
  readonly env: EnvironmentName;
  readonly clock: Clock;
  readonly time: SourceTime;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  /** For the log, without which nothing goes on. */
  readonly patiently: Patience;
  /** Tries of a listing after the first before it counts as failed, until it is due again. */
  readonly mostAttempts: number;
}

const longestPauseMs = 2 * secondMs;
/** Callers that turn up together are looked up together. */
const debounceMs = secondMs;
const mostCallersRemembered = 50_000;
/** What may explain a caller that was never seen. */
const kindsOfCallers: readonly FactKind[] = ['consent', 'identity'];

/**
 * Lists the facts and appends what changed. A listing that fails (refused, not found, cut off, garbage, on whichever page)
 * ends nothing and costs only what it would have given; the other kinds go on. One that succeeds and is empty says that
 * all of its kind were revoked: Permit has no other way to say so. A crash after a listing and before its append costs
 * that the next listing finds the same.
 */
export class FactsLoop {
  readonly #options: FactsLoopOptions;
  /** Kinds whose newest listing failed, with the codes that were logged since then. */
  readonly #failing = new Map<FactKind, Set<string>>();
  readonly #lookedUp = new Set<string>();
  #queue: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;
  #isWanted = false;

  constructor(options: FactsLoopOptions) {
    this.#options = options;
  }

  /** Kinds whose newest listing failed. */
  unreadable(): FactKind[] {
    return [...this.#failing.keys()];
  }

  /** Lists the kinds one after the other; calls never overlap. Throws only what the log throws. */
  refresh(kinds: readonly FactKind[] = factKinds, signal?: AbortSignal): Promise<void> {
    const refreshing = this.#queue
      .catch(() => undefined)
      .then(async () => {
        for (const kind of kinds) if (!signal?.aborted) await this.#refreshKind(kind, signal);
      });
    this.#queue = refreshing;
    return refreshing;
  }

  /** Has the consents listed soon when nothing is known of this caller. Each caller once: it may have none. */
  sawCaller(userKey: string): void {
    if (this.#options.memory.knowsCaller(userKey) || this.#lookedUp.has(userKey)) return;
    if (this.#lookedUp.size >= mostCallersRemembered) this.#lookedUp.clear();
    this.#lookedUp.add(userKey);
    this.#isWanted = true;
    this.#wake?.();
  }

  /** Lists at once for callers never seen, until the signal aborts. */
  async runForNewCallers(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
    while (!signal.aborted) {
      if (!this.#isWanted) await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
      if (signal.aborted) return;
      await this.#options.clock.sleep(debounceMs, signal);
      this.#isWanted = false;
      await this.refresh(kindsOfCallers, signal);
    }
  }

  async #refreshKind(kind: FactKind, signal: AbortSignal | undefined): Promise<void> {
    const { time, env, log, memory, metrics, patiently } = this.#options;
    // Decisions bear the source's time: by a clock of ours that is wrong, a grant would be seen where it was not.
    const beganAt = formatTimestamp(time.earliestMs());
    const facts = await this.#list(kind, signal);
    if (facts === null) return;
    const completedAt = formatTimestamp(time.latestMs());
    const records = factDifferences({ envId: env.id, kind, facts, beganAt, completedAt }, memory.known(kind));
    const encoder = new TextEncoder();
    const values = records.map((record) => ({
      key: grantRecordKey(record),
      value: encoder.encode(JSON.stringify(record)),
    }));
    await patiently('append facts', signal, () => log.append(topics.grants.name, values));
    for (const record of records) memory.apply(record);
    metrics.factsAppended.inc({ kind }, records.length - 1);
  }

  /** The complete listing, or `null` where there is none to be had now. */
  async #list(kind: FactKind, signal: AbortSignal | undefined): Promise<readonly ListedFact[] | null> {
    const { metrics, logger, mostAttempts } = this.#options;
    const onRetry = (error: unknown) =>
      metrics.retries.inc({ what: `list ${kind}`, code: error instanceof CustodyError ? error.code : '' });
    const limits = { maxAttempts: mostAttempts, maxDelayMs: longestPauseMs, onRetry, ...(signal && { signal }) };
    try {
      const facts = await withRetry(() => this.#ask(kind, signal), limits);
      metrics.listings.inc({ kind, outcome: 'complete' });
      if (this.#failing.delete(kind)) logger.info({ kind }, 'facts are listed again');
      return facts;
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
      if (isError(error, permitErrors.PERMIT_CANCELLED) || signal?.aborted) return null;
      this.#noteFailure(kind, error);
      return null;
    }
  }

  /** Each reason once until it works again: a listing is tried every minute, and reasons may take turns. */
  #noteFailure(kind: FactKind, error: CustodyError): void {
    const { metrics, logger } = this.#options;
    const { code } = error;
    const logged = this.#failing.get(kind) ?? new Set();
    metrics.listings.inc({ kind, outcome: code });
    if (!logged.has(code)) {
      logger.warn({ kind, code, err: error }, 'facts cannot be listed: their last known state stays');
    }
    this.#failing.set(kind, logged.add(code));
  }

  async #ask(kind: FactKind, signal: AbortSignal | undefined): Promise<readonly ListedFact[]> {
    const { listings } = this.#options;
    const options = { signal };
    if (kind === 'consent') return (await listings.listConsents(options)).map(consentFact);
    if (kind === 'ceiling') return (await listings.listCeilings(options)).map(ceilingFact);
    if (kind === 'tool_level') return (await listings.listToolLevels(options)).map(toolLevelFact);
    return (await listings.listIdentities(options)).map(identityFact);
  }
}
