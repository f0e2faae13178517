import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { connectLog, type TopicDifference } from '@custody/log';
import { createLogger, systemClock, type Variables } from '@custody/runtime';
import { createStoreClient, migrate } from '@custody/store';
import { readUpConfig, type UpConfig } from '../config.ts';
import { installationOf, storeLogin } from '../installation.ts';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Brings the topics of the log and the tables of the store to this version, or says what it would do. */
export async function runMigrate(variables: Variables, { dryRun }: { dryRun: boolean }): Promise<void> {
  const config = readUpConfig(variables);
  const installation = installationOf(config);
  const logger = createLogger({ service: 'migrate', level: config.LOG_LEVEL });
  const client = createStoreClient({
    ...storeLogin(config, installation),
    application: 'custody-migrate',
    logger,
  });
  try {
    const applied = await migrate(client, { dryRun });
    for (const migration of applied) say(`${dryRun ? 'would apply' : 'applied'} ${migration.name}`);
    if (applied.length === 0) say('the store is up to date');
  } finally {
    await client.close();
  }
  await migrateTopics(config, installation.path, dryRun);
}

/** Creates the topics that are missing, and says where the others differ. */
async function migrateTopics(config: UpConfig, path: string, dryRun: boolean): Promise<void> {
  const directory = join(path, 'log');
  if (dryRun && config.KAFKA_BROKERS === undefined && !existsSync(directory)) {
    return say('the log would be created, with all its topics');
  }
  const logger = createLogger({ service: 'migrate', level: config.LOG_LEVEL });
  const log = await connectLog({ config, directory: () => directory, logger, clock: systemClock });
  try {
    const differences = await log.ensureTopics(Object.values(topics), { create: !dryRun });
    for (const difference of differences) say(describe(difference));
    if (differences.length === 0) say('the log has every topic as this version expects it');
  } finally {
    await log.close();
  }
}

function describe({ topic, property, expected, actual }: TopicDifference): string {
  if (property === 'existence') return `would create topic ${topic}`;
  return `${topic}: ${property} is ${actual}, this version expects ${expected}; left as it is`;
}
