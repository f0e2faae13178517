import { DeadLetterAccount } from '@custody/account';
import { dayMs, decisionsGroup, secondMs, topics } from '@custody/decision';
import { createRecordsCommitted, openServiceLog } from '@custody/log';
import { type Clock, CustodyError, type Lifecycle, type Logger, serveAdmin } from '@custody/runtime';
import { openServiceStore, untilStoreIsOurs } from '@custody/store';
import type { SealerConfig } from './config.ts';
import { sealerErrors } from './errors.ts';
import { ExpiryLoop } from './expiry/expiry.ts';
import { clickhouseExpiry } from './expiry/expiry-store.ts';
import { createSealerMetrics } from './metrics.ts';
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

/** Opens log and store, waits for the store, and starts the sealer on them. */
export async function composeSealer(
  config: SealerConfig,
  parts: ComposeParts,
  participation: Participation,
): Promise<void> {
  const { lifecycle, logger, clock } = parts;
  const { signal } = lifecycle;
  const log = await openServiceLog(config, Object.values(topics), parts, participation.leaderTimeoutMs);
  const client = openServiceStore(config, 'custody-sealer', parts);
  const metrics = createSealerMetrics();
  let isStarted = false;
  const sealer = () => {
    if (!isStarted) throw new CustodyError(sealerErrors.SEALER_STARTING, 'waiting for the store');
  };
  await serveAdmin(config, parts, metrics.registry, { store: () => client.ping(), sealer });
  const patiently = sealerPatience(logger, metrics);
  try {
    await untilStoreIsOurs(client, config.CUSTODY_SOURCE_KIND, patiently, signal);
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
