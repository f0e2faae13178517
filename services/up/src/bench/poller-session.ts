import type { Log } from '@custody/log';
import { createPermitClient, createRateBudget } from '@custody/permit';
import { createPollerMetrics, openSession, type Session } from '@custody/poller';
import { type Clock, createLogger, createMetrics } from '@custody/runtime';
import type { ReachablePermit } from './computed-permit.ts';

export interface BenchSessionOptions {
  readonly permit: ReachablePermit;
  readonly log: Log;
  readonly clock: Clock;
  readonly lookbackDays: number;
  /** Default: no limit. */
  readonly requestsPerMinute?: number;
}

/** The default settings of the poller. */
const latenessMs = 900_000;
const verifyAfterMs = [3_600_000, 86_400_000, 604_800_000];

/** A poller as `custody poll` composes one, with the default settings, on a Permit, a log and a clock of the benchmark. */
export async function openBenchSession(options: BenchSessionOptions): Promise<Session> {
  const { permit, log, clock, lookbackDays, requestsPerMinute = Number.POSITIVE_INFINITY } = options;
  const { url: apiUrl, apiKey, fetch } = permit;
  const logger = createLogger({ service: 'bench', level: 'silent' });
  const budget = createRateBudget({ requestsPerMinute, clock });
  const source = createPermitClient({ apiUrl, apiKey, fetch, budget, clock, logger });
  const { envId: id, envName: name } = await source.resolveEnvironment();
  return openSession({
    ...{ log, source, details: source, listings: source, env: { id, name }, budget, clock, logger },
    ...{ metrics: createPollerMetrics(createMetrics('bench'), clock), latenessMs, lookbackDays, verifyAfterMs },
  });
}
