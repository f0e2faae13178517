import type { Log } from '@custody/log';
import type { TestConsumer } from './consumer.ts';
import { grantsTopic } from './topic-log.ts';
import { until } from './until.ts';

const metric = 'custody_consumer_reattribution_position';

/** Resolves when what is stored knows every grant that stands in the log now. */
export async function reattributedTo(log: Log, consumer: TestConsumer): Promise<void> {
  const [grants] = await log.lag('nobody', grantsTopic);
  const goal = grants?.endOffset ?? 0;
  await until('late knowledge is worked off', async () => {
    const found = await consumer.metrics.registry.getSingleMetric(metric)?.get();
    return (found?.values[0]?.value ?? 0) >= goal;
  });
}
