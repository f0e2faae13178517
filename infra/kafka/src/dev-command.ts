import { createInterface } from 'node:readline';
import { explainError } from '@custody/runtime';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { BrokerCount, Cluster } from './cluster.ts';
import { DevSession } from './dev-session.ts';
import { kafkaVersion } from './distribution.ts';
import { startKafka } from './start-kafka.ts';

interface DevOptions {
  readonly brokers: '1' | '3';
  readonly port: number;
  readonly data?: string;
  readonly restart?: true;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

function portNumber(value: string): number {
  const port = Number(value);
  // Three brokers take the two ports after it as well.
  if (Number.isInteger(port) && port > 0 && port <= 65_533) return port;
  throw new InvalidArgumentError('It must be a whole number from 1 to 65533.');
}

function introduce(cluster: Cluster, session: DevSession, { data }: DevOptions): void {
  say(`Apache Kafka ${kafkaVersion()} is up.\n`);
  session.status().forEach(say);
  say(`  data      ${cluster.directory}${data === undefined ? ', removed at the end (--data DIR keeps it)' : ''}`);
  say(`\n  KAFKA_BROKERS=${cluster.bootstrap.join(',')}\n`);
  say(`Type ${DevSession.help}. Ctrl-C ends it all.`);
}

/** One after another, however fast they are typed. */
async function obeyAll(session: DevSession, lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) await session.obey(line).catch((error) => say(explainError(error)));
}

/** Resolves with the first signal to end. */
function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve());
  });
}

async function run(options: DevOptions): Promise<void> {
  const { port: firstPort, data } = options;
  const brokers = Number(options.brokers) as BrokerCount;
  say(`Starting ${brokers === 1 ? 'one broker' : 'three brokers'}; the first time, Kafka is fetched through Maven …`);
  const cluster = await startKafka({ brokers, firstPort, ...(data === undefined ? {} : { directory: data }) });
  const session = new DevSession({ cluster, brokers, restarts: options.restart === true, say });
  introduce(cluster, session, options);
  const typed = createInterface({ input: process.stdin });
  void obeyAll(session, typed);
  await untilAsked();
  session.close();
  typed.close();
  await cluster.stop();
}

/** `pnpm kafka:dev`: a Kafka for a developer, until Ctrl-C. */
export function createDevCommand(): Command {
  return new Command('kafka:dev')
    .description(
      'A real Apache Kafka on this machine, on loopback, until Ctrl-C. Needs Java 17 or newer, and Maven once.',
    )
    .addOption(new Option('--brokers <count>', 'three go on without any one of them').choices(['1', '3']).default('1'))
    .option('--port <port>', 'of the first broker; further ones take the next', portNumber, 9092)
    .option('--data <directory>', 'keep the data there, and go on with what is there')
    .option('--restart', 'start a broker again that ends unasked')
    .exitOverride()
    .addHelpText('after', `\nTyped while it runs: ${DevSession.help}.`)
    .action(run);
}
