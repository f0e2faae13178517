import { type Clock, CustodyError, errorKinds } from '@custody/runtime';
import { type ServiceExit, ServiceProcess, type ServiceSpec } from './service-process.ts';

export const supervisorErrors = errorKinds({
  SERVICE_CANNOT_START: {
    retriable: false,
    meaning: 'A service refused to start, and would refuse again.',
    remedy: 'Change what the message names and start again.',
  },
});

export interface SuperviseOptions {
  readonly spec: ServiceSpec;
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
  /** Told each time the service is up. */
  readonly onReady: (pid: number | undefined) => void;
  /** Told when it ended and will be started again after the pause. */
  readonly onRestart: (exit: ServiceExit, delayMs: number) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** A run of this length makes the next failure a first one again. */
const healthyAfterMs = 60_000;

function refusal(label: string, { failure }: ServiceExit): CustodyError | null {
  if (failure === null || failure.retriable) return null;
  const details = { remedy: failure.remedy, fields: { service: label, code: failure.code } };
  return new CustodyError(supervisorErrors.SERVICE_CANNOT_START, `${label}: ${failure.message}`, details);
}

/**
 * Keeps a service running until the signal aborts: a crash or a kill costs a restart, with growing pauses while it
 * keeps failing. Throws when the service says at its first start that it cannot run as configured.
 */
export async function supervise(options: SuperviseOptions, signal: AbortSignal): Promise<void> {
  let wasEverReady = false;
  let delayMs = firstDelayMs;
  while (!signal.aborted) {
    const startedAtMs = options.clock.now();
    const service = new ServiceProcess(options.spec, options.onLine);
    void service.ready.then(() => options.onReady(service.pid));
    const stop = () => void service.stop();
    signal.addEventListener('abort', stop, { once: true });
    const exit = await service.exited;
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return;
    wasEverReady ||= exit.wasReady;
    const refused = refusal(options.spec.label, exit);
    if (refused !== null && !wasEverReady) throw refused;
    if (options.clock.now() - startedAtMs > healthyAfterMs) delayMs = firstDelayMs;
    options.onRestart(exit, delayMs);
    await options.clock.sleep(delayMs, signal);
    delayMs = Math.min(delayMs * 2, longestDelayMs);
  }
}
