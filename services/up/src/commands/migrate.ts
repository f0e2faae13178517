import { join } from 'node:path';
import { topics } from '@custody/decision';
import { openLmdbLog } from '@custody/log';
import { createLogger, parseConfig, type Variables } from '@custody/runtime';
import { createStoreClient, migrate } from '@custody/store';
import { upVariables } from '../config.ts';
import { installationOf, storeLogin } from '../installation.ts';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Brings the topics of the log and the tables of the store to this version, or says what it would do. */
export async function runMigrate(variables: Variables, { dryRun }: { dryRun: boolean }): Promise<void> {
  const config = parseConfig(upVariables, variables);
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
  if (dryRun) return;
  const log = await openLmdbLog({ directory: join(installation.path, 'log'), logger });
  try {
    const differences = await log.ensureTopics(Object.values(topics));
    for (const { topic, property, expected, actual } of differences) {
      say(`${topic}: ${property} is ${actual}, this version expects ${expected}; left as it is`);
    }
  } finally {
    await log.close();
  }
}
