import { decisionsGroup, topics } from '@custody/decision';
import { type Log, openServiceLog } from '@custody/log';
import { type Clock, CustodyError, type Lifecycle, type Logger, serveAdmin } from '@custody/runtime';
import { openServiceStore } from '@custody/store';
import type { ConsumerConfig } from './config.ts';
import { type ConsumerParts, startConsumer } from './consumer.ts';
import { clickhouseStore } from './consumer-store.ts';
import { consumerErrors } from './errors.ts';
import { type ConsumerMetrics, createConsumerMetrics } from './metrics.ts';
import { createPatience, wasGivenUp } from './patience.ts';
import { makeStoreReady } from './store-ready.ts';

/** How a consumer takes part in the log; what is absent is as usual. */
export type Participation = Pick<ConsumerParts, 'group' | 'sessionTimeoutMs'>;

export interface ComposeParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly participation?: Participation;
}

function metricsOf(log: Log, clock: Clock, group = decisionsGroup): ConsumerMetrics {
  const readLag = async () => {
    const lags = await log.lag(group, topics.decisions.name);
    return lags.map(({ partition, committedOffset, firstOffset, endOffset }) => ({
      partition,
      records: endOffset - Math.max(committedOffset, firstOffset),
    }));
  };
  return createConsumerMetrics({ clock, readLag });
}

/** Opens log and store, waits for the store, and starts the consumer on them. */
export async function composeConsumer(config: ConsumerConfig, parts: ComposeParts): Promise<void> {
  const { lifecycle, logger, clock, participation } = parts;
  const log = await openServiceLog(config, Object.values(topics), parts, participation?.sessionTimeoutMs);
  const client = openServiceStore(config, 'custody-consumer', parts);
  const metrics = metricsOf(log, clock, participation?.group);
  let isStarted = false;
  const consumer = () => {
    if (isStarted) return;
    throw new CustodyError(consumerErrors.CONSUMER_STARTING, 'waiting for the store, or reading grants');
  };
  await serveAdmin(config, parts, metrics.registry, { store: () => client.ping(), consumer });
  const source = config.CUSTODY_SOURCE_KIND;
  const patiently = createPatience({ logger, metrics });
  const options = { source, latenessSeconds: config.CUSTODY_LATENESS_SECONDS, patiently };
  const store = clickhouseStore(client, { keepEntries: config.CUSTODY_KEEP_ENTRIES });
  const liveFirstMs = config.CUSTODY_LIVE_FIRST_SECONDS * 1_000;
  try {
    await makeStoreReady(client, options, lifecycle.signal);
    await startConsumer({ liveFirstMs, log, store, clock, logger, metrics, lifecycle, source, ...participation });
  } catch (error) {
    // Asked to stop while it waited for the store or the log: that is no failure.
    if (wasGivenUp(error, lifecycle.signal)) return;
    throw error;
  }
  isStarted = true;
}
