import { CustodyError } from '@custody/runtime';
import { logErrors } from '../errors.ts';

type LogErrorKind = (typeof logErrors)[keyof typeof logErrors];

/** Error types of the Kafka protocol, as kafkajs spells them. */
const kindsByType: Readonly<Record<string, LogErrorKind>> = {
  UNKNOWN_TOPIC_OR_PARTITION: logErrors.LOG_UNKNOWN_TOPIC,
  INVALID_TOPIC_EXCEPTION: logErrors.LOG_INVALID_TOPIC,
  INVALID_PARTITIONS: logErrors.LOG_INVALID_TOPIC,
  INVALID_REPLICATION_FACTOR: logErrors.LOG_INVALID_TOPIC,
  INVALID_CONFIG: logErrors.LOG_INVALID_TOPIC,
  POLICY_VIOLATION: logErrors.LOG_INVALID_TOPIC,
  MESSAGE_TOO_LARGE: logErrors.LOG_RECORD_TOO_LARGE,
  RECORD_LIST_TOO_LARGE: logErrors.LOG_RECORD_TOO_LARGE,
  TOPIC_AUTHORIZATION_FAILED: logErrors.LOG_ACCESS_DENIED,
  GROUP_AUTHORIZATION_FAILED: logErrors.LOG_ACCESS_DENIED,
  CLUSTER_AUTHORIZATION_FAILED: logErrors.LOG_ACCESS_DENIED,
  SASL_AUTHENTICATION_FAILED: logErrors.LOG_ACCESS_DENIED,
  UNSUPPORTED_SASL_MECHANISM: logErrors.LOG_ACCESS_DENIED,
  ILLEGAL_SASL_STATE: logErrors.LOG_ACCESS_DENIED,
};

/** Errors by kafkajs's own class names, where it calls final what passes by itself, or the other way round. */
const kindsByName: Readonly<Record<string, LogErrorKind>> = {
  KafkaJSSASLAuthenticationError: logErrors.LOG_ACCESS_DENIED,
  KafkaJSTimeout: logErrors.LOG_UNAVAILABLE,
  KafkaJSLockTimeout: logErrors.LOG_UNAVAILABLE,
  KafkaJSGroupCoordinatorNotFound: logErrors.LOG_UNAVAILABLE,
};

interface KafkaError extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  readonly errors?: readonly unknown[];
}

/** The error itself, then what caused it, down to the first cause; of a list of errors, the first. */
function* causesOf(error: unknown): Iterable<KafkaError> {
  let current = error;
  for (let depth = 0; current instanceof Error && depth < 10; depth += 1) {
    yield current;
    current = current.cause ?? (current as KafkaError).errors?.[0];
  }
}

/** The Kafka protocol's own name of an error, where there is one. */
export function kafkaErrorType(error: unknown): string | undefined {
  for (const { type } of causesOf(error)) if (type !== undefined) return type;
  return undefined;
}

function kindOf(error: unknown): LogErrorKind {
  const causes = [...causesOf(error)];
  for (const { type, name } of causes) {
    const kind = (type === undefined ? undefined : kindsByType[type]) ?? kindsByName[name];
    if (kind !== undefined) return kind;
  }
  // kafkajs wraps what it retried in vain into an error that it calls final: the first cause decides.
  return causes.at(-1)?.retriable === true ? logErrors.LOG_UNAVAILABLE : logErrors.LOG_REFUSED;
}

/** Makes one of ours of what kafkajs throws, once, where it enters. `what` names the work: "append to topic x". */
export function translateKafkaError(error: unknown, what: string): CustodyError {
  if (error instanceof CustodyError) return error;
  const reason = [...causesOf(error)].at(-1)?.message ?? String(error);
  const type = kafkaErrorType(error);
  return new CustodyError(kindOf(error), `Kafka: ${what}: ${reason}`, {
    cause: error,
    fields: { what, ...(type !== undefined && { type }) },
  });
}

/** Runs work on Kafka; what it throws is one of ours. */
export async function translating<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateKafkaError(error, what);
  }
}
