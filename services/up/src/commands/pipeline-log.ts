import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectLog, kafkaLoginRule, type Log, logVariables } from '@custody/log';
import {
  type CustodyError,
  commonVariables,
  createLogger,
  parseConfig,
  systemClock,
  type Variables,
} from '@custody/runtime';
import { z } from 'zod';
import { installationOf } from '../installation.ts';

/** Not what `up` needs: only the log is spoken to. */
const pipelineLogVariables = commonVariables
  .extend({ ...logVariables.shape, PERMIT_API_KEY: z.string().optional() })
  .refine(...kafkaLoginRule);

/**
 * The log that the pipeline uses, running or not: Kafka, or the files of the data directory, which several processes may
 * share. Never creates one: `absent` makes the error to throw where there is none. Throws `CONFIG_INVALID` and LOG_* errors.
 */
export async function connectPipelineLog(
  variables: Variables,
  service: string,
  absent: (directory: string) => CustodyError,
): Promise<Log> {
  const config = parseConfig(pipelineLogVariables, variables);
  const directory = join(installationOf(config).path, 'log');
  if (config.KAFKA_BROKERS === undefined && !existsSync(directory)) throw absent(directory);
  const logger = createLogger({ service, level: 'silent' });
  return connectLog({ config, directory: () => directory, logger, clock: systemClock });
}
