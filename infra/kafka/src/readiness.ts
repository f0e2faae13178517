import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

const everyMs = 100;

/** A cluster as one of its brokers sees it. */
interface View {
  readonly brokers: readonly number[];
  /** Of every partition. */
  readonly partitions: readonly { readonly replicas: readonly number[]; readonly isr: readonly number[] }[];
}

/** Asks through a client that lives for this question only: an idle kafkajs client costs CPU. */
async function look(address: string): Promise<View> {
  const kafka = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    const { topics } = await admin.fetchTopicMetadata();
    // Fails until groups can be joined; of the first group the brokers make a topic, which takes a moment.
    await admin.describeGroups(['custody.kafka-dev.ready']);
    return { brokers: brokers.map(({ nodeId }) => nodeId), partitions: topics.flatMap((topic) => topic.partitions) };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Every living broker is listed, and holds the newest of every partition that it has a replica of. */
function isComplete({ brokers, partitions }: View, living: readonly number[]): boolean {
  const inSync = partitions.every(({ replicas, isr }) =>
    replicas.every((id) => isr.includes(id) || !living.includes(id)),
  );
  return living.every((id) => brokers.includes(id)) && inSync;
}

/** Resolves when the broker at `address` answers and sees all of `living()` at work. Rejects when `signal` aborts. */
export async function untilReady(address: string, living: () => readonly number[], signal: AbortSignal): Promise<void> {
  for (;;) {
    const view = await look(address).catch(() => null);
    signal.throwIfAborted();
    if (view !== null && isComplete(view, living())) return;
    await delay(everyMs, undefined, { signal });
  }
}
