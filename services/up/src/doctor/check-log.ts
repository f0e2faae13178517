import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { connectLog, type Log } from '@custody/log';
import { type Clock, CustodyError, createLogger } from '@custody/runtime';
import type { UpConfig } from '../config.ts';
import type { Installation } from '../installation.ts';
import { doctorErrors } from './errors.ts';

/** The log of the installation. Never makes one: throws `DOCTOR_NO_DATA` where there is none. */
export async function connectDoctorLog(config: UpConfig, { path }: Installation, clock: Clock): Promise<Log> {
  const directory = join(path, 'log');
  if (config.KAFKA_BROKERS === undefined && !existsSync(directory)) {
    throw new CustodyError(doctorErrors.DOCTOR_NO_DATA, `There is no log in ${directory}.`);
  }
  const logger = createLogger({ service: 'doctor', level: 'silent' });
  return connectLog({ config, directory: () => directory, logger, clock });
}

/** Whether the log answers and its topics are as this version needs them. Throws LOG_* and DOCTOR_* errors. */
export async function checkLog(config: UpConfig, installation: Installation, clock: Clock): Promise<string> {
  const log = await connectDoctorLog(config, installation, clock);
  try {
    const differences = await log.ensureTopics(Object.values(topics), { create: false });
    if (differences.length > 0) {
      const texts = differences.map(
        ({ topic, property, expected, actual }) => `${topic}: ${property} is ${actual}, not ${expected}`,
      );
      throw new CustodyError(doctorErrors.DOCTOR_TOPICS_DIFFER, texts.join('\n'));
    }
    const place =
      config.KAFKA_BROKERS === undefined
        ? join(installation.path, 'log')
        : `Kafka on ${config.KAFKA_BROKERS.join(', ')}`;
    return `${place}: every topic as this version expects it`;
  } finally {
    await log.close();
  }
}
