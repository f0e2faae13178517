import { readFileSync } from 'node:fs';
import { CustodyError, configErrors } from '@custody/runtime';
import { z } from 'zod';
import type { KafkaConnection } from './kafka/connection.ts';

const broker = /^(\[[\da-f:]+\]|[^\s:,[\]]+):\d{1,5}$/i;

const brokers = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine(
    (list) => list.every((one) => broker.test(one)),
    'must be host:port of one broker or several, with commas between',
  );

/** The log's settings. Without KAFKA_BROKERS the log is embedded, and nothing else here counts. */
export const logVariables = z.object({
  KAFKA_BROKERS: brokers.optional(),
  KAFKA_TLS: z.stringbool('must be true or false').default(false),
  /** A file with the certificates (PEM) of an authority that the system does not know. */
  KAFKA_TLS_CA_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be plain, scram-sha-256 or scram-sha-512')
    .default('scram-sha-512'),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
});

export type LogConfig = z.infer<typeof logVariables>;

type Login = Pick<LogConfig, 'KAFKA_USERNAME' | 'KAFKA_PASSWORD'>;

/** For `refine` of whichever schema takes the log's settings in. */
export const kafkaLoginRule = [
  ({ KAFKA_USERNAME, KAFKA_PASSWORD }: Login) => (KAFKA_USERNAME === undefined) === (KAFKA_PASSWORD === undefined),
  {
    path: ['KAFKA_PASSWORD'] as PropertyKey[],
    error: 'belongs to KAFKA_USERNAME: set both or neither',
    // Also beside other faults: all of them are reported together.
    when: () => true,
  },
] as const;

function certificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `KAFKA_TLS_CA_FILE: ${path} cannot be read`;
    throw new CustodyError(configErrors.CONFIG_INVALID, message, { cause, fields: { faults: [message] } });
  }
}

/** How to reach Kafka; `null`: the log is embedded. Throws CONFIG_INVALID. */
export function kafkaConnection(config: LogConfig): KafkaConnection | null {
  if (config.KAFKA_BROKERS === undefined) return null;
  const { KAFKA_BROKERS, KAFKA_TLS, KAFKA_TLS_CA_FILE, KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_SASL_MECHANISM } = config;
  return {
    brokers: KAFKA_BROKERS,
    ...(KAFKA_TLS && { tls: KAFKA_TLS_CA_FILE === undefined ? {} : { ca: certificates(KAFKA_TLS_CA_FILE) } }),
    ...(KAFKA_USERNAME !== undefined &&
      KAFKA_PASSWORD !== undefined && {
        sasl: { mechanism: KAFKA_SASL_MECHANISM, username: KAFKA_USERNAME, password: KAFKA_PASSWORD },
      }),
  };
}
