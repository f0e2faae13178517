import { secondMs } from '@custody/decision';
import { type Log, logErrors } from '@custody/log';
import { createPermitClient, createRateBudget, type PermitClient, type RateBudget } from '@custody/permit';
import { type Clock, CustodyError, isError, isRetriable, type Logger, Registry } from '@custody/runtime';
import type { EnvironmentConfig } from './environment-config.ts';
import { EnvironmentHealth } from './environment-health.ts';
import { pollerErrors } from './errors.ts';
import { createPollerMetrics, type PollerMetrics } from './metrics.ts';
import { runSession } from './run-session.ts';
import { openSession } from './session.ts';
import type { EnvironmentName } from './source.ts';

export interface EnvironmentReaderOptions {
  readonly config: EnvironmentConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whose each environment is, by its id; shared by all readers of a process. */
  readonly owners: Map<string, EnvironmentReader>;
  readonly fetch?: typeof globalThis.fetch;
}

const firstPauseMs = secondMs;
const longestPauseMs = 60 * secondMs;
/** A reading of this length makes the next failure a first one again. */
const healthyAfterMs = 60 * secondMs;

/**
 * Reads one environment, with a client, a budget and metrics of its own. Whatever fails ends this reading alone, and it
 * is begun again from what the log says, after growing pauses: nothing that an error left half done is carried over.
 */
export class EnvironmentReader {
  readonly label: string;
  readonly registry = new Registry();
  readonly health: EnvironmentHealth;
  readonly #options: EnvironmentReaderOptions;
  readonly #metrics: PollerMetrics;
  readonly #budget: RateBudget;
  readonly #client: PermitClient;

  constructor(options: EnvironmentReaderOptions) {
    const { config, clock, logger } = options;
    this.#options = options;
    this.label = config.label;
    this.registry.setDefaultLabels({ service: 'poller', env: this.label });
    this.health = new EnvironmentHealth({ registry: this.registry, logger, clock });
    this.#metrics = createPollerMetrics(this.registry, clock);
    this.#budget = createRateBudget({ requestsPerMinute: config.requestsPerMinute, clock });
    this.#metrics.setBudget(() => this.#budget.state());
    this.#client = createPermitClient({ ...config, budget: this.#budget, clock, logger, fetch: this.#countedFetch });
  }

  /** Finds the environment out. Throws `POLLER_ENVIRONMENT_TWICE`, and what the client throws. */
  async locate(signal: AbortSignal): Promise<EnvironmentName> {
    const { owners, config } = this.#options;
    const { envId: id, envName: name } = await this.#client.resolveEnvironment(signal);
    const owner = owners.get(id) ?? this;
    if (owner !== this) {
      const message = `${owner.label} and ${this.label} are the same environment: ${name} (${id}).`;
      throw new CustodyError(pollerErrors.POLLER_ENVIRONMENT_TWICE, message);
    }
    owners.set(id, this);
    this.registry.setDefaultLabels({ service: 'poller', env: config.name ?? name, env_id: id });
    return { id, name };
  }

  /** Reads until the signal aborts, whenever this process is the leader. Throws only what concerns the log itself. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const beganAtMs = clock.now();
      try {
        await this.#read(signal);
      } catch (error) {
        // What was given up in order to stop is no failure.
        if (signal.aborted) return;
        if (isOfLog(error)) throw error;
        this.health.failed(error);
        if (clock.now() - beganAtMs > healthyAfterMs) pauseMs = firstPauseMs;
        await clock.sleep(pauseMs, signal);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const env = await this.locate(signal);
    // Two pollers of one environment would double every request and gain nothing.
    await this.#options.log.lead(`poller.${env.id}`, (term) => this.#lead(env, term), signal);
  }

  async #lead(env: EnvironmentName, signal: AbortSignal): Promise<void> {
    const { config, log, clock, logger } = this.#options;
    logger.info({ env: env.name, envId: env.id }, 'reading');
    const session = await openSession({
      log,
      source: this.#client,
      details: this.#client,
      listings: this.#client,
      env,
      budget: this.#budget,
      clock,
      logger,
      metrics: this.#metrics,
      latenessMs: config.latenessSeconds * secondMs,
      lookbackDays: config.lookbackDays,
      verifyAfterMs: config.verifyAfterMs,
    });
    this.#metrics.setReports(session.reports);
    await runSession(session, config, signal).finally(() => this.#metrics.setReports(null));
  }

  readonly #countedFetch: typeof fetch = async (input, init) => {
    const { fetch: ask = fetch } = this.#options;
    try {
      const response = await ask(input, init);
      this.#metrics.requested(String(response.status));
      // A key may see the environment and not its decisions: only those show that it can be read.
      if (response.ok && String(input).includes('/audit_logs')) this.health.works();
      return response;
    } catch (error) {
      this.#metrics.requested('error');
      throw error;
    }
  };
}

/** A log that is damaged or closed is so for every environment; one that is away comes back. */
function isOfLog(error: unknown): boolean {
  return isError<string>(error, ...Object.values(logErrors)) && !isRetriable(error);
}
