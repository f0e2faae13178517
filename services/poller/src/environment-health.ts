import { type Clock, Counter, CustodyError, Gauge, type Logger, type Registry } from '@custody/runtime';

export interface EnvironmentHealthOptions {
  readonly registry: Registry;
  readonly logger: Logger;
  readonly clock: Clock;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly sinceMs: number;
}

/** Whether an environment can be read: said once in the log when that changes, always in the metrics and in `/readyz`. */
export class EnvironmentHealth {
  readonly #options: EnvironmentHealthOptions;
  readonly #failures: Counter<'code'>;
  readonly #failing: Gauge;
  #failure: Failure | null = null;

  constructor(options: EnvironmentHealthOptions) {
    this.#options = options;
    const registers = [options.registry];
    this.#failures = new Counter({
      name: 'custody_poller_environment_failures_total',
      help: 'Times that the reading of an environment ended with an error and was begun again.',
      labelNames: ['code'],
      registers,
    });
    this.#failing = new Gauge({
      name: 'custody_poller_environment_failing',
      help: '1 while an environment cannot be read, 0 otherwise.',
      registers,
    });
  }

  get isFailing(): boolean {
    return this.#failure !== null;
  }

  failed(error: unknown): void {
    const { logger, clock } = this.#options;
    const isOurs = error instanceof CustodyError;
    const code = isOurs ? error.code : 'UNEXPECTED';
    const isNew = this.#failure?.code !== code;
    const message = error instanceof Error ? error.message : String(error);
    this.#failure = { code, message, sinceMs: this.#failure?.sinceMs ?? clock.now() };
    this.#failures.inc({ code });
    this.#failing.set(1);
    // Each further try of a long failure says nothing new.
    const level = !isNew ? 'debug' : isOurs && error.retriable ? 'warn' : 'error';
    const remedy = isOurs ? { remedy: error.remedy } : {};
    logger[level]({ err: error, code, ...remedy }, 'the environment cannot be read: it is tried again');
  }

  works(): void {
    if (this.#failure === null) return;
    const { logger, clock } = this.#options;
    const seconds = Math.round((clock.now() - this.#failure.sinceMs) / 1000);
    logger.info({ code: this.#failure.code, seconds }, 'the environment can be read again');
    this.#failure = null;
    this.#failing.set(0);
  }

  /** For `/readyz`. */
  describe(): string {
    if (this.#failure === null) return 'ok';
    const { code, message, sinceMs } = this.#failure;
    return `failing since ${new Date(sinceMs).toISOString()}: ${message} [${code}]`;
  }
}
