/** Parts of the tests that a machine may lack. `maven`: what concerns a Kafka started through it, not just any. */
export type OptionalPart = 'kafka' | 'maven' | 'browser' | 'clickhouse';

function list(value: string | undefined): readonly string[] {
  return (value ?? '').split(',').filter((item) => item !== '');
}

function wholeNumber(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

function givenClickHouse() {
  const {
    CLICKHOUSE_URL: url = '',
    CLICKHOUSE_USER: username = 'default',
    CLICKHOUSE_PASSWORD: password = '',
  } = process.env;
  return url === '' ? null : { url, username, password };
}

/** What the environment may say to the tests, read here and nowhere else. */
export const testVariables = {
  /** Parts whose absence is a failure: `CUSTODY_TEST_REQUIRE=kafka,browser`. */
  required: list(process.env.CUSTODY_TEST_REQUIRE),
  /** A Kafka to use instead of starting one: `CUSTODY_TEST_KAFKA_BROKERS=host:port,host:port`. */
  kafkaBrokers: list(process.env.CUSTODY_TEST_KAFKA_BROKERS),
  /** A Chromium to use instead of looking for one: `CUSTODY_TEST_BROWSER=/path/to/chromium`. */
  browser: process.env.CUSTODY_TEST_BROWSER ?? null,
  /** Whether pictures of the pages are left for people to look at: `CUSTODY_TEST_PICTURES=1`. */
  hasPictures: process.env.CUSTODY_TEST_PICTURES === '1',
  /** A ClickHouse server to use instead of starting one: `CLICKHOUSE_URL` with its login. */
  clickHouse: givenClickHouse(),
  /** Whether tests that have a longer form take it. */
  isLong: process.env.CUSTODY_TEST_LONG === '1',
  /** What a test of random events does again: `CUSTODY_TEST_SEED`, which a failing one prints. */
  seed: wholeNumber(process.env.CUSTODY_TEST_SEED),
  /** Whether a container engine may be asked for at another address than the usual. */
  namesContainerEngine: process.env.DOCKER_HOST !== undefined,
} as const;
