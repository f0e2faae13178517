import type { TestConsumer } from './consumer.ts';
import { until } from './until.ts';

/** Resolves when a look for flips that began after the call is done. */
export async function flipsFound(consumer: TestConsumer): Promise<void> {
  const looks = async () => {
    const found = await consumer.metrics.registry.getSingleMetric('custody_consumer_flip_looks_total')?.get();
    return found?.values[0]?.value ?? 0;
  };
  // The one under way may have begun before.
  const goal = (await looks()) + 2;
  await until('flips are found', async () => (await looks()) >= goal);
}
