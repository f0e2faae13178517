import type { Logger } from './logger.ts';

export type Task = (signal: AbortSignal) => Promise<void>;
export type Closer = () => Promise<void> | void;

export interface LifecycleOptions {
  readonly logger: Logger;
  /** How long the closers may take together, milliseconds. Default 8,000: a service manager kills after ten seconds. */
  readonly closeTimeoutMs?: number;
}

/**
 * One process's life: tasks run until the first of them fails or somebody asks to stop; then every task's signal
 * aborts, and once the tasks have ended the closers run in reverse, together under one deadline.
 */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #closeTimeoutMs: number;
  readonly #stopping = new AbortController();
  readonly #tasks: Promise<void>[] = [];
  readonly #closers: { readonly name: string; readonly close: Closer }[] = [];
  #failure: { readonly error: unknown } | null = null;

  constructor({ logger, closeTimeoutMs = 8_000 }: LifecycleOptions) {
    this.#logger = logger;
    this.#closeTimeoutMs = closeTimeoutMs;
  }

  /** Aborts when the process is to stop. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Runs a task until it ends or the signal aborts. Its failure stops everything, unless everything is stopping. */
  go(name: string, task: Task): void {
    const running = (async () => task(this.signal))().catch((error: unknown) => {
      if (this.signal.aborted && this.#failure === null && isAbort(error)) return;
      this.#failure ??= { error };
      this.stop(`task ${name} failed`);
    });
    this.#tasks.push(running);
  }

  /** Registers what has to be closed at the end; the last one registered is closed first. */
  defer(name: string, close: Closer): void {
    this.#closers.push({ name, close });
  }

  stop(reason: string): void {
    if (this.signal.aborted) return;
    this.#logger.debug({ reason }, 'stopping');
    this.#stopping.abort(reason);
  }

  /** Resolves when stopped and closed; rejects with the error of the first task that failed. */
  async wait(): Promise<void> {
    if (!this.signal.aborted) {
      await new Promise<void>((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    await this.#withinDeadline(this.#closeAll());
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #closeAll(): Promise<void> {
    await Promise.allSettled(this.#tasks);
    for (const { name, close } of this.#closers.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#logger.warn({ err: error, closer: name }, 'could not close cleanly');
      }
    }
  }

  async #withinDeadline(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#logger.warn({ closeTimeoutMs: this.#closeTimeoutMs }, 'gave up waiting for a clean end');
        resolve();
      }, this.#closeTimeoutMs);
    });
    await Promise.race([work, deadline]);
    clearTimeout(timer);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
