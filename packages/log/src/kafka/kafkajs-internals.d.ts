/** Modules of kafkajs that its types leave out. The version is pinned: 2.2.4 is the last one. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, KafkaConfig, KafkaMessage } from 'kafkajs';

  interface PartitionOffset {
    readonly partition: number;
    readonly offset: string;
  }

  interface FetchedPartition {
    readonly partition: number;
    readonly highWatermark: string;
    readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
  }

  export interface FetchResponse {
    readonly clientSideThrottleTime?: number;
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
  }

  interface Broker {
    fetch(request: {
      readonly maxWaitTime: number;
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly isolationLevel: number;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly fetchOffset: string;
          readonly maxBytes: number;
        }[];
      }[];
    }): Promise<FetchResponse>;
  }

  export interface ClusterLogger {
    namespace(name: string): ClusterLogger;
    readonly error: (message: string, extra?: object) => void;
    readonly warn: (message: string, extra?: object) => void;
    readonly info: (message: string, extra?: object) => void;
    readonly debug: (message: string, extra?: object) => void;
  }

  export default class Cluster {
    constructor(
      options: Omit<KafkaConfig, 'logCreator' | 'logLevel'> & {
        readonly logger: ClusterLogger;
        readonly socketFactory: ISocketFactory;
        readonly metadataMaxAge: number;
        readonly allowAutoTopicCreation: boolean;
        readonly maxInFlightRequests: number | null;
        readonly isolationLevel: number;
      },
    );
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    refreshMetadata(): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    removeBroker(address: { readonly host: string; readonly port: number }): void;
    findBroker(node: { readonly nodeId: string }): Promise<Broker>;
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
    fetchTopicsOffset(
      topics: readonly {
        readonly topic: string;
        readonly fromBeginning: boolean;
        readonly partitions: readonly { readonly partition: number }[];
      }[],
    ): Promise<readonly { readonly topic: string; readonly partitions: readonly PartitionOffset[] }[]>;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';
  export default function createSocketFactory(): ISocketFactory;
}

declare module 'kafkajs/src/consumer/runner.js' {
  export default class Runner {
    constructor(options: object);
    readonly running: boolean;
    fetch(nodeId: string): Promise<readonly unknown[]>;
  }
}
