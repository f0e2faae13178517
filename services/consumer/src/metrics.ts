import { topics } from '@custody/decision';
import { type Clock, Counter, createMetrics, Gauge, Histogram, type Registry } from '@custody/runtime';

/** Records that a group has not handled yet, by partition. */
export type LagReader = () => Promise<readonly { readonly partition: number; readonly records: number }[]>;

export type ConsumerMetrics = ReturnType<typeof createConsumerMetrics>;

/** The consumer's own figures. `readLag` is asked at each scrape, so that lag is also true while nothing moves. */
export function createConsumerMetrics({ clock, readLag }: { readonly clock: Clock; readonly readLag: LagReader }) {
  const registry: Registry = createMetrics('consumer');
  const registers = [registry];
  const newestOccurredAtMs = new Map<string, number>();
  new Gauge({
    name: 'custody_consumer_lag_records',
    help: 'Records of the decisions topic that are not stored yet.',
    labelNames: ['topic', 'partition'],
    registers,
    async collect() {
      for (const { partition, records } of await readLag()) {
        this.set({ topic: topics.decisions.name, partition: String(partition) }, records);
      }
    },
  });
  new Gauge({
    name: 'custody_consumer_freshness_seconds',
    help: 'Age of the newest decision of an environment that this process stored; absent before the first.',
    labelNames: ['env_id'],
    registers,
    collect() {
      for (const [envId, ms] of newestOccurredAtMs) this.set({ env_id: envId }, (clock.now() - ms) / 1_000);
    },
  });
  return {
    registry,
    records: new Counter({
      name: 'custody_consumer_records_total',
      help: 'Records handled and committed, by outcome: kept or deadLettered.',
      labelNames: ['outcome'],
      registers,
    }),
    deadLetters: new Counter({
      name: 'custody_consumer_dead_letters_total',
      help: 'Records that could not be understood, by step and fault.',
      labelNames: ['step', 'fault'],
      registers,
    }),
    liveFirstRecords: new Counter({
      name: 'custody_consumer_live_first_records_total',
      help: 'Records stored ahead of a backlog; the group handles them again in their turn.',
      registers,
    }),
    backgroundFailures: new Counter({
      name: 'custody_consumer_background_failures_total',
      help: 'Failures of work on what is stored already, by work; each is tried again.',
      labelNames: ['work'],
      registers,
    }),
    attributions: new Counter({
      name: 'custody_consumer_attributions_total',
      help: 'Decisions stored, by how sure their human is.',
      labelNames: ['attribution'],
      registers,
    }),
    batchRecords: new Histogram({
      name: 'custody_consumer_batch_records',
      help: 'Records in a batch.',
      buckets: [1, 10, 100, 1_000, 2_500, 5_000, 10_000, 20_000],
      registers,
    }),
    insertSeconds: new Histogram({
      name: 'custody_consumer_insert_seconds',
      help: 'Time to store a batch, waits for the store included.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
      registers,
    }),
    retries: new Counter({
      name: 'custody_consumer_retries_total',
      help: 'Further tries after a failure that may pass, by what was tried and the error code.',
      labelNames: ['what', 'code'],
      registers,
    }),
    grantsPosition: new Gauge({
      name: 'custody_consumer_grants_position',
      help: 'Position in the grants topic up to which attribution knows everything.',
      registers,
    }),
    unreadableValues: new Counter({
      name: 'custody_consumer_unreadable_values_total',
      help: 'Values of the grants and windows topics that could not be understood and were left out.',
      labelNames: ['topic'],
      registers,
    }),
    lostRecords: new Counter({
      name: 'custody_consumer_data_gap_records_total',
      help: 'Records that the log deleted before this group had read them.',
      labelNames: ['topic'],
      registers,
    }),
    missingDecisions: new Gauge({
      name: 'custody_consumer_missing_decisions',
      help: 'Decisions that the source listed and that are neither stored nor dead letters, at the last look.',
      registers,
    }),
    looks: new Counter({
      name: 'custody_consumer_missing_looks_total',
      help: 'Comparisons of what the source listed with what is stored.',
      registers,
    }),
    /** Notes the time of a stored decision. */
    stored(envId: string, occurredAtMs: number): void {
      newestOccurredAtMs.set(envId, Math.max(newestOccurredAtMs.get(envId) ?? occurredAtMs, occurredAtMs));
    },
  };
}
