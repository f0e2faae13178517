import { CustodyError, errorKinds } from '@custody/runtime';

export const kafkaDevErrors = errorKinds({
  KAFKA_DEV_JAVA_MISSING: {
    retriable: false,
    meaning: 'There is no Java 17 or newer to run a Kafka broker for development.',
    remedy:
      'Install a Java runtime of version 17 or newer (Debian: `apt install default-jre-headless`) and have `java` on the PATH.',
  },
  KAFKA_DEV_MAVEN_MISSING: {
    retriable: false,
    meaning: 'There is no Maven to fetch Kafka with, and it has not been fetched before.',
    remedy:
      'Install Maven (Debian: `apt install maven`) and have `mvn` on the PATH; it is needed once for each version of Kafka.',
  },
  KAFKA_DEV_FETCH_FAILED: {
    retriable: true,
    meaning: 'Maven could not fetch the jars of Kafka.',
    remedy: 'Read what Maven says; behind a proxy or a mirror, Maven takes its settings from `~/.m2/settings.xml`.',
  },
  KAFKA_DEV_START_FAILED: {
    retriable: false,
    meaning: 'A Kafka broker for development ended, or did not become ready in time.',
    remedy: 'Read what the broker says, and its `broker.log` in the directory that the message names.',
  },
  KAFKA_DEV_PORT_BUSY: {
    retriable: false,
    meaning: 'A port that a Kafka broker for development should listen on is taken by another program.',
    remedy: 'Stop that program, or choose another port with `--port`.',
  },
  KAFKA_DEV_OTHER_SIZE: {
    retriable: false,
    meaning: 'The directory holds the data of a Kafka with another number of brokers.',
    remedy: 'Start as many brokers as before, or choose another directory.',
  },
  KAFKA_DEV_NOT_OURS: {
    retriable: false,
    meaning: 'A Kafka that was given, not started here, cannot be stopped or started by a test.',
    remedy: 'Unset CUSTODY_TEST_KAFKA_BROKERS for tests that kill brokers.',
  },
});

/** The error of a broker that did not come up. `said`: the end of what it wrote. */
export function startFailure(what: string, where: string, said: string): CustodyError {
  const message = `${what} (${where}): ${said || 'it said nothing'}`;
  return new CustodyError(kafkaDevErrors.KAFKA_DEV_START_FAILED, message);
}
