import { CustodyError, type Logger, systemClock } from '@custody/runtime';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { absence } from '../absence.ts';
import { logErrors } from '../errors.ts';
import type { EnsureTopicsOptions, PartitionLag, TopicDifference, TopicSpec } from '../log.ts';
import { answered } from './answered.ts';
import { createKafka, type KafkaConnection } from './connection.ts';
import { topicConfig } from './topic-config.ts';
import { topicDifferences } from './topic-differences.ts';
import { kafkaErrorType, translating } from './translate-error.ts';

/** Kafka says "no such topic" for a moment after it has made one. */
const leaderWaitMs = 30_000;
const leaderLookMs = 50;
const mostReplicas = 3;
/** What brokers say of a topic that is being made. */
const newTopicTypes = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

interface Offsets {
  /** Oldest record that is still there. */
  readonly firstOffset: number;
  readonly endOffset: number;
}

/** Topics and groups as the cluster has them. One connection, opened by the first call. */
export class TopicAdmin {
  readonly #admin: Admin;
  readonly #logger: Logger | undefined;
  readonly #partitions = new Map<string, number>();
  #connecting: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: KafkaConnection, logger: Logger | undefined) {
    this.#admin = createKafka(connection, logger).admin();
    this.#logger = logger;
  }

  /** Creates what is missing and says where the rest differs. Throws LOG_INVALID_TOPIC, LOG_ACCESS_DENIED. */
  ensure(specs: readonly TopicSpec[], { create = true }: EnsureTopicsOptions): Promise<TopicDifference[]> {
    return this.#run('ensure topics', async (admin) => {
      const existing = new Set(await answered(() => admin.listTopics()));
      const missing = specs.filter(({ name }) => !existing.has(name));
      const { brokers } = await answered(() => admin.describeCluster());
      const replicas = Math.min(mostReplicas, brokers.length);
      if (create && missing.length > 0) await this.#create(admin, missing, replicas);
      const present = create ? specs : specs.filter(({ name }) => existing.has(name));
      const absent = create ? [] : missing.map(({ name }) => absence(name));
      return [...absent, ...(await this.#differences(admin, present, replicas))];
    });
  }

  /** Number of a topic's partitions. Throws LOG_UNKNOWN_TOPIC. */
  async partitionsOf(topic: string): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined) return known;
    return this.#run(`look up topic ${topic}`, async (admin) => {
      const { topics } = await answered(() => admin.fetchTopicMetadata({ topics: [topic] }));
      const found = topics[0]?.partitions.length ?? 0;
      if (found === 0) throw new CustodyError(logErrors.LOG_UNKNOWN_TOPIC, `There is no topic "${topic}" in Kafka`);
      this.#partitions.set(topic, found);
      return found;
    });
  }

  /** Has the next question for this topic's partitions answered by the cluster. */
  forget(topic: string): void {
    this.#partitions.delete(topic);
  }

  /** Whether a topic keeps the newest record of each key. A login that may not see its settings is believed. */
  async isCompacted(topic: string): Promise<boolean> {
    await this.partitionsOf(topic);
    return this.#run(`look up topic ${topic}`, async (admin) => {
      const config = await this.#config(admin, topic);
      return config.get('cleanup.policy')?.includes('compact') ?? true;
    });
  }

  /** Where each partition begins and ends now, by partition. */
  offsetsOf(topic: string): Promise<Map<number, Offsets>> {
    return this.#run(`read the bounds of topic ${topic}`, async (admin) => {
      const found = await admin.fetchTopicOffsets(topic);
      return new Map(
        found.map(({ partition, low, high }) => [partition, { firstOffset: Number(low), endOffset: Number(high) }]),
      );
    });
  }

  /** A group's committed offsets by partition, for those where it has committed. */
  committedOf(group: string, topic: string): Promise<Map<number, number>> {
    return this.#run(`read the commits of group ${group}`, async (admin) => {
      const found = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const partitions = found.flatMap((one) => one.partitions);
      const committed = partitions.map(({ partition, offset }) => [partition, Number(offset)] as const);
      return new Map(committed.filter(([, offset]) => offset >= 0));
    });
  }

  async lag(group: string, topic: string): Promise<PartitionLag[]> {
    await this.partitionsOf(topic);
    const [offsets, committed] = await Promise.all([this.offsetsOf(topic), this.committedOf(group, topic)]);
    return [...offsets]
      .sort(([a], [b]) => a - b)
      .map(([partition, bounds]) => ({
        topic,
        partition,
        committedOffset: committed.get(partition) ?? 0,
        ...bounds,
      }));
  }

  async close(): Promise<void> {
    if (this.#connecting) await this.#admin.disconnect().catch(() => undefined);
  }

  async #create(admin: Admin, specs: readonly TopicSpec[], replicas: number): Promise<void> {
    const topics = specs.map((spec) => creation(spec, replicas));
    try {
      // Not its own wait for leaders: that one fails on topics that are none of ours (tulios/kafkajs#1520).
      await admin.createTopics({ topics, waitForLeaders: false });
    } catch (error) {
      // Another process was faster.
      if (kafkaErrorType(error) !== 'TOPIC_ALREADY_EXISTS') throw error;
    }
    await this.#untilLed(admin, specs);
  }

  async #untilLed(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
    const giveUpAtMs = performance.now() + leaderWaitMs;
    for (;;) {
      const unled: string[] = [];
      for (const { name } of specs) if (!(await isLed(admin, name))) unled.push(name);
      if (unled.length === 0) return;
      if (performance.now() > giveUpAtMs) {
        throw new CustodyError(logErrors.LOG_UNAVAILABLE, `Kafka has no leader for ${unled.join(', ')}`);
      }
      await systemClock.sleep(leaderLookMs);
    }
  }

  async #differences(admin: Admin, specs: readonly TopicSpec[], replicas: number): Promise<TopicDifference[]> {
    if (specs.length === 0) return [];
    const { topics } = await answered(() => admin.fetchTopicMetadata({ topics: specs.map(({ name }) => name) }));
    const found: TopicDifference[] = [];
    for (const spec of specs) {
      const partitions = topics.find(({ name }) => name === spec.name)?.partitions ?? [];
      const actual = {
        partitions: partitions.length,
        replicas: Math.min(...partitions.map((one) => one.replicas.length)),
        wantedReplicas: replicas,
        config: await this.#config(admin, spec.name),
      };
      found.push(...topicDifferences(spec, actual));
    }
    return found;
  }

  /** A topic's settings by Kafka's names; empty where this login may not see them. */
  async #config(admin: Admin, name: string): Promise<ReadonlyMap<string, string>> {
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }];
    try {
      const described = await admin.describeConfigs({ resources, includeSynonyms: false });
      const entries = described.resources.flatMap(({ configEntries }) => configEntries);
      return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
    } catch (error) {
      if (kafkaErrorType(error) !== 'TOPIC_AUTHORIZATION_FAILED') throw error;
      this.#logger?.debug({ topic: name }, 'a topic’s settings are not shown');
      return new Map();
    }
  }

  /**
   * One after the other: kafkajs's admin keeps the metadata of the topic asked for last, and trips over what is missing
   * from them where it was busy with another.
   */
  #run<T>(what: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() =>
      translating(what, async () => {
        await this.#connect();
        return work(this.#admin);
      }),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #connect(): Promise<void> {
    this.#connecting ??= this.#admin.connect();
    try {
      await this.#connecting;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }
}

function creation(spec: TopicSpec, replicas: number): ITopicConfig {
  const configEntries = Object.entries(topicConfig(spec, replicas)).map(([name, value]) => ({ name, value }));
  return { topic: spec.name, numPartitions: spec.partitions, replicationFactor: replicas, configEntries };
}

/** Whether the leaders serve, not only whether metadata names them: a broker may learn of its office a moment later. */
async function isLed(admin: Admin, topic: string): Promise<boolean> {
  try {
    const { topics } = await answered(() => admin.fetchTopicMetadata({ topics: [topic] }));
    const partitions = topics[0]?.partitions ?? [];
    if (partitions.length === 0 || partitions.some(({ leader }) => leader < 0)) return false;
    return (await admin.fetchTopicOffsets(topic)).length === partitions.length;
  } catch (error) {
    if (newTopicTypes.has(kafkaErrorType(error) ?? '')) return false;
    throw error;
  }
}
