import { errorKinds } from '@custody/runtime';

/** Every way in which a log fails, whatever the engine. */
export const logErrors = errorKinds({
  LOG_UNKNOWN_TOPIC: {
    retriable: false,
    meaning: 'The topic does not exist in this log.',
    remedy:
      'Run `custody migrate`, which creates what is missing; on Kafka, check that KAFKA_BROKERS names the right cluster.',
  },
  LOG_INVALID_TOPIC: {
    retriable: false,
    meaning: 'A topic was declared with a name or a number that no log can hold.',
    remedy: 'Use 1 to 249 letters, digits, dots, underscores or hyphens, and at least one partition.',
  },
  LOG_NOT_COMPACTED: {
    retriable: false,
    meaning: 'The latest values were asked of a topic that is not compacted.',
    remedy: 'Ask for the latest values of a compacted topic only; read others with follow or consume.',
  },
  LOG_INVALID_OPTION: {
    retriable: false,
    meaning: 'A number given to the log is outside of what it can work with.',
    remedy: 'Give the option a positive number, or leave it out for its default.',
  },
  LOG_CLOSED: {
    retriable: false,
    meaning: 'The log was used after it had been closed.',
    remedy: 'End everything that uses a log before closing it.',
  },
  LOG_PARTITION_LOST: {
    retriable: true,
    meaning: 'The member was silent for longer than its session time-out and lost its partitions.',
    remedy: 'Call heartbeat() every few seconds in a handler that works long, or raise sessionTimeoutMs.',
  },
  LOG_DIRECTORY_UNUSABLE: {
    retriable: false,
    meaning: 'The directory of the embedded log cannot be created, read or written.',
    remedy: 'Give the user that runs Custody ownership of the directory, or set CUSTODY_DATA_DIR to another one.',
  },
  LOG_FORMAT_UNKNOWN: {
    retriable: false,
    meaning: 'The embedded log was written by a newer version of Custody.',
    remedy: 'Run that newer version, or set CUSTODY_DATA_DIR to another directory.',
  },
  LOG_CORRUPT: {
    retriable: false,
    meaning: 'The files of the embedded log are damaged or are not those of a log.',
    remedy: 'Restore the directory from a backup, or move it away; Custody then reads the source again.',
  },
  LOG_DISK_FULL: {
    retriable: true,
    meaning: 'The disk that holds the embedded log is full; nothing of the failed write was kept.',
    remedy: 'Free space on the disk; writing works again at once.',
  },
  LOG_ADDRESS_SPACE_FULL: {
    retriable: false,
    meaning: 'The files of the embedded log cannot be mapped into memory at the size they need.',
    remedy: 'Raise the limit on virtual memory (ulimit -v) of the process, or shorten the retention of the topics.',
  },
  LOG_STORAGE_FAILED: {
    retriable: false,
    meaning: 'The operating system refused to read or write the files of the embedded log.',
    remedy: 'Check the disk and the system log for faults; nothing of the failed write was kept.',
  },
  LOG_UNAVAILABLE: {
    retriable: true,
    meaning: 'Kafka does not answer, or has too few replicas in step to keep what is written.',
    remedy:
      'Check that the brokers in KAFKA_BROKERS are up and reachable, and that the login may use its groups; Custody goes on by itself once it can.',
  },
  LOG_ACCESS_DENIED: {
    retriable: false,
    meaning: 'Kafka refused the login, or the login may not do what was asked.',
    remedy:
      'Check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM, and the rights listed in infra/kafka/README.md.',
  },
  LOG_RECORD_TOO_LARGE: {
    retriable: false,
    meaning: 'A record is larger than its topic takes.',
    remedy: 'Raise max.message.bytes of the topic to what infra/kafka/topics.yaml says.',
  },
  LOG_REFUSED: {
    retriable: false,
    meaning: 'Kafka refused a request in a way that repeating it would not change.',
    remedy: 'Look at the message and at the log of the brokers; check that they run Kafka 3.9 or later.',
  },
});
