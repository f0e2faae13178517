import { topics } from '@custody/decision';
import { type Log, openServiceLog } from '@custody/log';
import {
  type Clock,
  CustodyError,
  createMetrics,
  invalidConfig,
  isError,
  isRetriable,
  joinMetrics,
  type Lifecycle,
  type Logger,
  type MetricsText,
  type ReadinessCheck,
  serveAdmin,
} from '@custody/runtime';
import { claimSource } from './claim-source.ts';
import type { PollerConfig } from './config.ts';
import { EnvironmentReader } from './environment-reader.ts';
import { pollerErrors } from './errors.ts';

export interface PollerParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Wires the poller, and leaves it running: it reads each environment whenever it is its leader. Throws when no
 * environment can be read as configured, or when two of them are the same.
 */
export async function composePoller(config: PollerConfig, parts: PollerParts): Promise<void> {
  const { lifecycle } = parts;
  const { signal } = lifecycle;
  const log = await openServiceLog(config, Object.values(topics), parts);
  await claimSource(log, config.CUSTODY_SOURCE_KIND);
  const readers = readersOf(config, log, parts);
  await serveAdmin(config, parts, metricsOf(readers), checksOf(readers));
  const attempts = readers.map((reader) => locateOnce(reader, signal));
  await anyUsable(readers, attempts);
  // One that is slow to answer holds up none of the others.
  for (const reader of readers) lifecycle.go(`poller ${reader.label}`, (signal) => reader.run(signal));
  const results = await Promise.allSettled(attempts);
  for (const result of results) {
    if (result.status === 'rejected' && isError(result.reason, pollerErrors.POLLER_ENVIRONMENT_TWICE)) {
      throw result.reason;
    }
  }
}

function readersOf({ environments }: PollerConfig, log: Log, { logger, clock }: PollerParts): EnvironmentReader[] {
  const owners = new Map<string, EnvironmentReader>();
  return environments.map((config) => {
    const own = environments.length === 1 ? logger : logger.child({ label: config.label });
    return new EnvironmentReader({ config, log, clock, logger: own, owners });
  });
}

/** Tells of a wrong key or environment; a Permit that is away is waited for by the service that is up. */
async function locateOnce(reader: EnvironmentReader, signal: AbortSignal): Promise<void> {
  try {
    await reader.locate(signal);
  } catch (error) {
    if (!isRetriable(error) && !signal.aborted) throw error;
  }
}

/** Resolves once one environment can be read, or may be later. Rejects when every one is refused for good. */
async function anyUsable(readers: readonly EnvironmentReader[], attempts: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.any(attempts);
  } catch (error) {
    const { errors } = error as AggregateError;
    if (errors.length === 1) throw errors[0];
    const faults = errors.map((one, index) => {
      const text = one instanceof CustodyError ? `${one.message} ${one.remedy} [${one.code}]` : String(one);
      return `${readers[index]?.label}: ${text}`;
    });
    throw invalidConfig(faults, { cause: error });
  }
}

/** Ready while one environment can be read; what keeps the others from it is shown. */
function checksOf(readers: readonly EnvironmentReader[]): Record<string, ReadinessCheck> {
  const isReady = () => readers.some(({ health }) => !health.isFailing);
  const check =
    ({ health }: EnvironmentReader) =>
    () => {
      if (!isReady()) throw new Error(health.describe());
      return health.describe();
    };
  return Object.fromEntries(readers.map((reader) => [`environment ${reader.label}`, check(reader)]));
}

function metricsOf(readers: readonly EnvironmentReader[]): MetricsText {
  const registries = readers.map(({ registry }) => registry);
  return joinMetrics(createMetrics('poller'), registries);
}
