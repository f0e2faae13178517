import type { TopicDifference, TopicSpec } from '../log.ts';
import { maxRecordBytes } from './topic-config.ts';

/** A topic as the cluster has it. */
export interface ActualTopic {
  readonly partitions: number;
  /** Replicas of the partition that has the fewest. */
  readonly replicas: number;
  /** Replicas that a cluster of this size can hold. */
  readonly wantedReplicas: number;
  /** Settings by Kafka's names; empty where this login may not see them. */
  readonly config: ReadonlyMap<string, string>;
}

const forEver = 'for ever';

function retention(ms: number | undefined): string {
  return ms === undefined || ms < 0 ? forEver : String(ms);
}

/** Where a topic differs from its spec in a way that matters to the pipeline. */
export function topicDifferences(spec: TopicSpec, actual: ActualTopic): TopicDifference[] {
  const { config } = actual;
  const found: TopicDifference[] = [];
  const compare = (property: TopicDifference['property'], expected: string, is: string | undefined) => {
    if (is !== undefined && is !== expected) found.push({ topic: spec.name, property, expected, actual: is });
  };
  compare('partitions', String(spec.partitions), String(actual.partitions));
  if (actual.replicas < actual.wantedReplicas) {
    compare('replicas', String(actual.wantedReplicas), String(actual.replicas));
  }
  compare('cleanup', spec.cleanup, config.get('cleanup.policy'));
  const retentionMs = config.get('retention.ms');
  if (spec.cleanup === 'delete' && retentionMs !== undefined) {
    compare('retentionMs', retention(spec.retentionMs), retention(Number(retentionMs)));
  }
  const recordBytes = config.get('max.message.bytes');
  if (recordBytes !== undefined && Number(recordBytes) < maxRecordBytes) {
    compare('maxRecordBytes', String(maxRecordBytes), recordBytes);
  }
  return found;
}
