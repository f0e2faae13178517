import type { Logger } from '@custody/runtime';
import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { endStoppedFetchers } from './end-stopped-fetchers.ts';
import { quietRequestQueues } from './quiet-request-queue.ts';
import { registerZstd } from './zstd-codec.ts';

/** How to reach a Kafka cluster. */
export interface KafkaConnection {
  /** `host:port` of one broker at least; the others are found through it. */
  readonly brokers: readonly string[];
  /** Absent: no encryption. `ca`: PEM text of an authority that the system does not know. */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/**
 * A broker that is killed closes its connections at once; this is for one that hangs. Longer than a broker waits for
 * its followers, so that a slow replica is answered as such and not asked twice.
 */
const requestTimeoutMs = 10_000;
const connectionTimeoutMs = 3_000;
/** About ten seconds of trying in all, without the time-outs of a broker that hangs: longer outages are waited for by whoever calls, and seen in its metrics. */
const retry = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, restartOnFailure: async () => false };

/** kafkajs's settings for a connection. */
export function kafkaConfig({ brokers, tls, sasl }: KafkaConnection, logger: Logger | undefined): KafkaConfig {
  return {
    clientId: 'custody',
    brokers: [...brokers],
    connectionTimeout: connectionTimeoutMs,
    authenticationTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry,
    ...(tls && { ssl: tls.ca === undefined ? true : { ca: [tls.ca] } }),
    ...(sasl && { sasl: { ...sasl } as SASLOptions }),
    logLevel: kafkajs.logLevel.WARN,
    // What it reports as an error it also throws, or retries: whoever catches it logs it once.
    logCreator:
      () =>
      ({ namespace, log: { message, ...rest } }) =>
        logger?.debug({ kafkajs: namespace, ...details(rest) }, message),
  };
}

function details({ error, groupId, broker }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...(error !== undefined && { error: String(error) }), groupId, broker };
}

/**
 * A client of its own for each use: consumers of one client share what they know of a group's commits, and two
 * members of one group must not.
 */
export function createKafka(connection: KafkaConnection, logger: Logger | undefined): Kafka {
  quietRequestQueues();
  endStoppedFetchers();
  registerZstd();
  return new kafkajs.Kafka(kafkaConfig(connection, logger));
}
