import { DeadLetterAccount } from '@custody/account';
import { dayMs, decisionsGroup, secondMs, topics } from '@custody/decision';
import { createRecordsCommitted, type Log, openLog } from '@custody/log';
import {
  type Clock,
  CustodyError,
  type Lifecycle,
  type Logger,
  openDataDirectory,
  type ReadinessCheck,
  startAdminServer,
} from '@custody/runtime';
import { assertMigrated, claimSource, createStoreClient, migrate, type StoreClient, storeUrl } from '@custody/store';
import type { SealerConfig } from './config.ts';
import { sealerErrors } from './errors.ts';
import { ExpiryLoop } from './expiry/expiry.ts';
import { clickhouseExpiry } from './expiry/expiry-store.ts';
import { createSealerMetrics, type SealerMetrics } from './metrics.ts';
import { sealerPatience, wasGivenUp } from './patience.ts';
import { Sealer } from './sealer.ts';
import { clickhouseSealerStore } from './sealer-store.ts';
import { Verifier } from './verify/verifier.ts';
import { clickhouseVerifierStore } from './verify/verifier-store.ts';

export interface ComposeParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** How it takes turns with other sealers. */
export interface Participation {
  /** How long a leader may be silent before another one leads, milliseconds; on the embedded log. Default 30,000. */
  readonly leaderTimeoutMs?: number;
  /** Only those of one name take turns. Default: all do. */
  readonly leader?: string;
}

async function openOwnLog(
  config: SealerConfig,
  { lifecycle, logger, clock }: ComposeParts,
  { leaderTimeoutMs }: Participation,
): Promise<Log> {
  const { CUSTODY_DATA_DIR: path, CUSTODY_SOURCE_KIND: source } = config;
  const directory = () => openDataDirectory(path, source, clock.now()).logPath;
  const { signal } = lifecycle;
  const patience = leaderTimeoutMs === undefined ? {} : { leaderTimeoutMs };
  const log = await openLog({ config, directory, topics: Object.values(topics), logger, clock, signal, ...patience });
  lifecycle.defer('log', () => log.close());
  return log;
}

function openStore(config: SealerConfig, { lifecycle, logger }: ComposeParts): StoreClient {
  const client = createStoreClient({
    url: storeUrl(config),
    username: config.CLICKHOUSE_USER,
    password: config.CLICKHOUSE_PASSWORD,
    application: 'custody-sealer',
    logger,
  });
  lifecycle.defer('store', () => client.close());
  return client;
}

async function serveAdmin(
  config: SealerConfig,
  { lifecycle, logger }: ComposeParts,
  metrics: SealerMetrics,
  checks: Readonly<Record<string, ReadinessCheck>>,
): Promise<void> {
  const { CUSTODY_ADMIN_HOST: host, CUSTODY_ADMIN_PORT: port } = config;
  if (port === undefined) return;
  const admin = await startAdminServer({ host, port, metrics: metrics.registry, checks });
  lifecycle.defer('admin server', () => admin.close());
  logger.info({ url: admin.url }, 'admin server is up');
}

/** Opens log and store, waits for the store, and starts the sealer on them. */
export async function composeSealer(
  config: SealerConfig,
  parts: ComposeParts,
  participation: Participation,
): Promise<void> {
  const { lifecycle, logger, clock } = parts;
  const { signal } = lifecycle;
  const log = await openOwnLog(config, parts, participation);
  const client = openStore(config, parts);
  const metrics = createSealerMetrics();
  let isStarted = false;
  const sealer = () => {
    if (!isStarted) throw new CustodyError(sealerErrors.SEALER_STARTING, 'waiting for the store');
  };
  await serveAdmin(config, parts, metrics, { store: () => client.ping(), sealer });
  const patiently = sealerPatience(logger, metrics);
  try {
    assertMigrated(await patiently('reach the store', signal, () => migrate(client, { dryRun: true })));
    await patiently('claim the store', signal, () => claimSource(client, config.CUSTODY_SOURCE_KIND));
  } catch (error) {
    // Asked to stop while it waited for the store: that is no failure.
    if (wasGivenUp(error, signal)) return;
    throw error;
  }
  const shared = { log, patiently, clock, logger, metrics, retentionMs: config.CUSTODY_SOURCE_RETENTION_DAYS * dayMs };
  const verifier = new Verifier({
    ...shared,
    store: clickhouseVerifierStore(client),
    spansPerMinute: config.CUSTODY_VERIFY_HOURS_PER_MINUTE,
  });
  const work = new Sealer({
    ...shared,
    beside: (leading) => verifier.run(leading),
    store: clickhouseSealerStore(client),
    letters: new DeadLetterAccount(log),
    decisionsStored: createRecordsCommitted({
      ...{ log, patiently, clock },
      ...{ group: decisionsGroup, topic: topics.decisions.name },
    }),
    ...(participation.leader !== undefined && { leader: participation.leader }),
    everyMs: config.CUSTODY_SEAL_SECONDS * secondMs,
    quietSeconds: config.CUSTODY_INTERIM_SUMS_SECONDS,
    latenessMs: config.CUSTODY_LATENESS_SECONDS * secondMs,
  });
  const expiry = new ExpiryLoop({
    ...{ log, patiently, clock, logger, metrics },
    store: clickhouseExpiry(client, config.retention, clock),
  });
  for (const [name, task] of Object.entries({ sealer: work, expiry })) {
    lifecycle.go(name, async (stopping) => {
      try {
        await task.run(stopping);
      } catch (error) {
        if (!wasGivenUp(error, stopping)) throw error;
      }
    });
  }
  isStarted = true;
}
