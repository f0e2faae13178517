import { secondMs, topics } from '@custody/decision';
import { openLog } from '@custody/log';
import {
  createPermitClient,
  createRateBudget,
  type Environment,
  type PermitClient,
  type RateBudget,
} from '@custody/permit';
import {
  type Clock,
  createMetrics,
  isRetriable,
  type Lifecycle,
  type Logger,
  openDataDirectory,
  startAdminServer,
  withRetry,
} from '@custody/runtime';
import { claimSource } from './claim-source.ts';
import type { PollerConfig } from './config.ts';
import { createPollerMetrics, type PollerMetrics } from './metrics.ts';
import { runSession } from './run-session.ts';
import { openSession } from './session.ts';
import type { EnvironmentName } from './source.ts';

export interface PollerParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Wires the poller, and leaves it running: it reads whenever it is the leader of its environment. */
export async function composePoller(config: PollerConfig, { lifecycle, logger, clock }: PollerParts): Promise<void> {
  const registry = createMetrics('poller');
  const metrics = createPollerMetrics(registry, clock);
  const budget = createRateBudget({ requestsPerMinute: config.CUSTODY_REQUESTS_PER_MINUTE, clock });
  metrics.setBudget(() => budget.state());
  const client = createClient(config, metrics, budget, { logger, clock });
  const { CUSTODY_DATA_DIR: path, CUSTODY_SOURCE_KIND: source } = config;
  const directory = () => openDataDirectory(path, source, clock.now()).logPath;
  const { signal } = lifecycle;
  const log = await openLog({ config, directory, topics: Object.values(topics), logger, clock, signal });
  lifecycle.defer('log', () => log.close());
  await claimSource(log, source);
  if (config.CUSTODY_ADMIN_PORT !== undefined) {
    const { CUSTODY_ADMIN_HOST: host, CUSTODY_ADMIN_PORT: port } = config;
    const admin = await startAdminServer({ host, port, metrics: registry, checks: {} });
    lifecycle.defer('admin server', () => admin.close());
    logger.info({ url: admin.url }, 'admin server');
  }
  const located = await locateOnce(client, lifecycle.signal, logger);
  const latenessMs = config.CUSTODY_LATENESS_SECONDS * secondMs;
  const pace = { pollSeconds: config.CUSTODY_POLL_SECONDS, factsSeconds: config.CUSTODY_FACTS_SECONDS };
  const read = (env: EnvironmentName) => async (signal: AbortSignal) => {
    logger.info({ env: env.name, envId: env.id }, 'reading');
    const parts = {
      log,
      source: client,
      details: client,
      listings: client,
      env,
      budget,
      clock,
      logger,
      metrics,
      latenessMs,
    };
    const { CUSTODY_LOOKBACK_DAYS: lookbackDays, CUSTODY_VERIFY_AFTER: verifyAfterMs } = config;
    const session = await openSession({ ...parts, lookbackDays, verifyAfterMs });
    metrics.setCoverage(() => session.coverage());
    metrics.setEvidence(session.evidence.report);
    await runSession(session, pace, signal).finally(() => {
      metrics.setCoverage(null);
      metrics.setEvidence(null);
    });
  };
  lifecycle.go('poller', async (signal) => {
    try {
      const { envId, envName } = located ?? (await withRetry(() => client.resolveEnvironment(signal), { signal }));
      const env = { id: envId, name: envName };
      // Two pollers of one environment would double every request and gain nothing.
      await log.lead(`poller.${env.id}`, read(env), signal);
    } catch (error) {
      // What was given up in order to stop is no failure.
      if (!signal.aborted) throw error;
    }
  });
}

/** Tells at once of a wrong key or environment; a Permit that is away is waited for by the service that is up. */
async function locateOnce(client: PermitClient, signal: AbortSignal, logger: Logger): Promise<Environment | null> {
  try {
    return await client.resolveEnvironment(signal);
  } catch (error) {
    if (!isRetriable(error) && !signal.aborted) throw error;
    logger.warn({ err: error }, 'waiting for Permit');
    return null;
  }
}

function createClient(
  config: PollerConfig,
  metrics: PollerMetrics,
  budget: RateBudget,
  { logger, clock }: Omit<PollerParts, 'lifecycle'>,
) {
  const countedFetch: typeof fetch = async (...request) => {
    try {
      const response = await fetch(...request);
      metrics.requested(String(response.status));
      return response;
    } catch (error) {
      metrics.requested('error');
      throw error;
    }
  };
  return createPermitClient({
    apiUrl: config.PERMIT_API_URL,
    apiKey: config.PERMIT_API_KEY,
    project: config.PERMIT_PROJECT,
    environment: config.PERMIT_ENV,
    budget,
    clock,
    logger,
    fetch: countedFetch,
  });
}
