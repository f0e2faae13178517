import { grantRecord, topics } from '@custody/decision';
import type { Logger } from '@custody/runtime';
import type { ConsumerStore } from '../consumer-store.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import type { Patience } from '../patience.ts';
import { createValueReader } from '../value-reader.ts';
import type { Projection } from './projection.ts';

export interface GrantsProjectionParts {
  readonly store: Pick<ConsumerStore, 'writeFacts'>;
  readonly patiently: Patience;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
}

/**
 * Facts and listings, each with the position after it: a decision attributed at position P knew every fact whose
 * position is at most P.
 */
export function projectGrants({ store, patiently, logger, metrics }: GrantsProjectionParts): Projection {
  const topic = topics.grants.name;
  const readValue = createValueReader(grantRecord, { topic, logger, metrics });
  return {
    topic,
    group: 'custody.consumer.grants',
    async handle({ records }, signal) {
      const facts = records.flatMap((record) => {
        const value = readValue(record);
        return value === null ? [] : { record: value, position: record.offset + 1 };
      });
      if (facts.length > 0) await patiently('store grants', signal, () => store.writeFacts(facts, signal));
    },
  };
}
