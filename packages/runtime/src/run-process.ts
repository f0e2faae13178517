import { CustodyError } from './errors.ts';
import { Lifecycle } from './lifecycle.ts';
import { type Logger, redactText } from './logger.ts';

/**
 * Exit codes of every command, documented in docs/operations.md. `configuration`: something that the message names has
 * to be changed first; the same start would fail again.
 */
export const exitCodes = { ok: 0, failed: 1, configuration: 2, interrupted: 130 } as const;

/** What a service tells the process that started it, over the channel between them. */
export type ServiceReport =
  | { readonly type: 'ready' }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
      readonly retriable: boolean;
    };

export interface ProcessOptions {
  readonly logger: Logger;
  /** Composes the service: starts tasks, registers closers, returns when it is up. */
  readonly start: (lifecycle: Lifecycle) => Promise<void>;
}

/** What a person reads when a command ends with an error: what happened and what to do, without a stack. */
export function explainError(error: unknown): string {
  if (error instanceof CustodyError) return redactText(`${error.message}\n  → ${error.remedy} [${error.code}]`);
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return redactText(`Unexpected: ${shown}`);
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CustodyError && !error.retriable ? exitCodes.configuration : exitCodes.failed;
}

function report(message: ServiceReport): void {
  if (process.connected) process.send?.(message);
}

function failureReport(error: unknown): ServiceReport {
  const message = redactText(error instanceof Error ? error.message : String(error));
  if (!(error instanceof CustodyError)) return { type: 'failed', code: '', message, remedy: '', retriable: true };
  return { type: 'failed', code: error.code, message, remedy: error.remedy, retriable: error.retriable };
}

/**
 * Runs a service until it fails or is asked to stop by SIGINT, SIGTERM or the end of the parent that started it.
 * A second signal ends the process at once. Resolves with the exit code; an error is logged here, once.
 */
export async function runProcess({ logger, start }: ProcessOptions): Promise<number> {
  const lifecycle = new Lifecycle({ logger });
  const onSignal = (name: string) => {
    if (lifecycle.signal.aborted) process.exit(exitCodes.interrupted);
    lifecycle.stop(name);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => onSignal(name));
  if (process.channel) process.on('disconnect', () => lifecycle.stop('parent ended'));
  // The channel tells of the parent's end; it must not keep a finished process alive.
  process.channel?.unref();
  // A service that only waits, for its store say, holds nothing that keeps Node running: pauses between tries do not.
  const running = setInterval(() => undefined, 2 ** 30);
  try {
    await start(lifecycle);
    report({ type: 'ready' });
    await lifecycle.wait();
    return exitCodes.ok;
  } catch (error) {
    lifecycle.stop('failed');
    await lifecycle.wait().catch(() => undefined);
    report(failureReport(error));
    logger.fatal(
      { err: error, ...errorFields(error) },
      redactText(error instanceof Error ? error.message : String(error)),
    );
    return exitCodeOf(error);
  } finally {
    clearInterval(running);
  }
}

function errorFields(error: unknown): Record<string, unknown> {
  return error instanceof CustodyError ? { code: error.code, remedy: error.remedy, ...error.fields } : {};
}
