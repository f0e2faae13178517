/**
 * The log between the services: append, read in groups, commit, follow, lead.
 *
 * Promises: an append resolves when it is durable; records of one key keep their order; a batch is committed after its
 * handler and not before, so that a crash repeats work and loses none; a partition has one owner at a time.
 * Does not promise: exactly-once delivery, order between keys, or that old versions in a compacted topic can be read.
 */
export { logErrors } from './errors.ts';
export type { KafkaConnection } from './kafka/connection.ts';
export { deleteKafkaTopics } from './kafka/delete-topics.ts';
export { type KafkaLogOptions, openKafkaLog } from './kafka/kafka-log.ts';
export { type LmdbLogOptions, openLmdbLog } from './lmdb/lmdb-log.ts';
export type {
  Batch,
  BatchContext,
  ConsumeOptions,
  Consumption,
  DataGap,
  EnsureTopicsOptions,
  Follower,
  FollowOptions,
  Log,
  LogRecord,
  NewRecord,
  PartitionLag,
  Snapshot,
  TopicDifference,
  TopicSpec,
} from './log.ts';
export { connectLog, type LogPlace, type OpenLogOptions, openLog } from './open-log.ts';
export { openServiceLog, type ServiceLogConfig, type ServiceLogParts } from './open-service-log.ts';
export { createRecordsCommitted, type RecordsCommittedParts } from './records-committed.ts';
export { kafkaLoginRule, type LogConfig, logVariables } from './variables.ts';
