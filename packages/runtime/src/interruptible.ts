import { CustodyError, type ErrorKind, isError } from './errors.ts';
import type { Patience } from './patience.ts';

/** Work that waits for what it needs: tried again until it succeeds, fails for good, or is given up. */
export type InterruptiblePatience = <T>(what: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** Throws an error of that kind on an aborted signal. */
export function throwIfAborted(signal: AbortSignal, kind: ErrorKind, what: string, cause?: unknown): void {
  if (signal.aborted) throw new CustodyError(kind, `Gave up: ${what}.`, { cause });
}

/** Has patience throw an error of that kind when the signal aborts before the work is done, whatever else the work throws then. */
export function interruptible(patiently: Patience, kind: ErrorKind): InterruptiblePatience {
  return async function untilInterrupted(what, signal, work) {
    const attempt = () => {
      throwIfAborted(signal, kind, what);
      return work();
    };
    return patiently(what, signal, attempt).catch((error: unknown) => {
      throwIfAborted(signal, kind, what, error);
      throw error;
    });
  };
}

/** Whether the work ended only because it was given up in order to stop: that is no failure. */
export function wasInterrupted(error: unknown, signal: AbortSignal, kind: ErrorKind): boolean {
  return signal.aborted && isError(error, kind);
}
