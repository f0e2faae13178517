import { CustodyError } from '@custody/runtime';
import { logErrors } from './errors.ts';
import { withAny } from './with-any.ts';

/** Something that goes on until it is stopped. */
interface Ongoing {
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** What runs on a log: consumptions, followers and leaders, ended together when the log is closed. */
export class Running {
  readonly #name: string;
  readonly #running = new Set<Ongoing>();
  #isClosed = false;

  /** `name` says in errors which log it is. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Throws LOG_CLOSED after `stop`. */
  assertOpen(): void {
    if (this.#isClosed) throw new CustodyError(logErrors.LOG_CLOSED, `${this.#name} is closed`);
  }

  track<T extends Ongoing>(one: T): T {
    this.#running.add(one);
    const forget = () => this.#running.delete(one);
    // Takes note of the end without hearing the error for anybody else.
    void one.done.then(forget, forget);
    return one;
  }

  /** Runs work whose signal aborts when the log is closed. */
  async run<T>(work: (closing: AbortSignal) => Promise<T>): Promise<T> {
    this.assertOpen();
    const ending = new AbortController();
    const result = work(ending.signal);
    const stop = async () => {
      ending.abort();
      await result.catch(() => undefined);
    };
    this.track({ done: result.then(() => undefined), stop });
    return result;
  }

  /** Runs work whose signal aborts with the given one, or when the log is closed. */
  async until(signal: AbortSignal, work: (ending: AbortSignal) => Promise<void>): Promise<void> {
    await this.run((closing) => withAny([signal, closing], work));
  }

  async stop(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#running].map((one) => one.stop()));
  }
}
