import type { BenchLog } from './log-engines.ts';
import { verify } from './measure.ts';

/** Reads everything as a member of a group that commits each batch, as the consumer does. */
export async function readAll({ log, topic }: BenchLog, count: number): Promise<void> {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  const consumption = log.consume({
    group: `${topic}.bench`,
    topics: [topic],
    handler: async ({ records }) => {
      seen += records.length;
      if (seen >= count) resolve();
    },
  });
  await Promise.race([all, consumption.done]);
  await consumption.stop();
  verify(seen === count, `Read ${seen} of ${count} records.`);
}
