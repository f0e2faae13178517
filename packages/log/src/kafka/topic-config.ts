import type { TopicSpec } from '../log.ts';

const dayMs = 86_400_000;
/** Permit's entries are kilobytes; one with a large input must still pass, and its dead letter with it. */
export const maxRecordBytes = 16 * 2 ** 20;

/** A topic's settings on Kafka. Whatever is not named here stays as the cluster has it. */
export function topicConfig({ cleanup, retentionMs }: TopicSpec, replicas: number): Record<string, string> {
  return {
    'cleanup.policy': cleanup,
    'max.message.bytes': String(maxRecordBytes),
    // An append is acknowledged by every replica in step: with three, one may be lost or away without stopping writes.
    'min.insync.replicas': String(Math.max(1, replicas - 1)),
    ...(cleanup === 'delete'
      ? { 'retention.ms': String(retentionMs ?? -1), 'retention.bytes': '-1' }
      : {
          // The newest segment is never compacted: it is closed daily, so that quiet topics shrink too.
          'segment.ms': String(dayMs),
          'delete.retention.ms': String(dayMs),
        }),
  };
}
