import { kafkaLoginRule, logVariables } from '@custody/log';
import { commonVariables, findConfigFile, httpUrl, parseConfig, port, type Variables } from '@custody/runtime';
import { z } from 'zod';

const sourceNames = ['PERMIT_API_URL', 'PERMIT_PROJECT', 'PERMIT_ENV'] as const;

/** What `custody up` decides by; everything else is handed to the services as it came. */
export const upVariables = commonVariables
  .extend({
    /** A file that describes the environments. */
    CUSTODY_CONFIG: z.string().optional(),
    PERMIT_API_URL: httpUrl.optional(),
    PERMIT_API_KEY: z.string().optional(),
    PERMIT_PROJECT: z.string().optional(),
    PERMIT_ENV: z.string().optional(),
    ...logVariables.shape,
    CLICKHOUSE_URL: httpUrl.optional(),
    CLICKHOUSE_USER: z.string().optional(),
    CLICKHOUSE_PASSWORD: z.string().optional(),
    CUSTODY_HTTP_HOST: z.string().default('127.0.0.1'),
    CUSTODY_HTTP_PORT: port.default(4800),
    CUSTODY_CLICKHOUSE_PORT: port.default(8123),
  })
  .refine((variables) => !isDemo(variables) || sourceNames.every((name) => !variables[name]), {
    path: ['PERMIT_API_KEY'],
    error: `is needed where ${sourceNames.join(', ')} is set; unset all of them for the demo`,
    // Also beside other faults: all of them are reported together.
    when: () => true,
  })
  .refine((variables) => !isDemo(variables) || variables.KAFKA_BROKERS === undefined, {
    path: ['PERMIT_API_KEY'],
    error: 'is needed where KAFKA_BROKERS is set: simulated decisions never go to a Kafka. Unset it for the demo',
    when: () => true,
  })
  .refine(...kafkaLoginRule);

export type UpConfig = z.infer<typeof upVariables>;

/** Without any source configured, neither by variables nor by a file, the demo runs on the simulator. */
export function isDemo(config: { readonly PERMIT_API_KEY?: unknown; readonly CUSTODY_CONFIG?: unknown }): boolean {
  return config.PERMIT_API_KEY === undefined && config.CUSTODY_CONFIG === undefined;
}

/** Reads the variables, and whether there is a file of environments. Throws `CONFIG_INVALID`. */
export function readUpConfig(variables: Variables): UpConfig {
  return parseConfig(upVariables, { ...variables, CUSTODY_CONFIG: findConfigFile(variables) ?? undefined });
}

/** The environment of a service: what the user set, without what the service has no business to know. */
export function variablesFor(
  variables: Variables,
  secrets: readonly string[],
  overrides: Variables,
): NodeJS.ProcessEnv {
  const kept = Object.entries(variables).filter(([name]) => !secrets.includes(name));
  return { ...Object.fromEntries(kept), ...overrides };
}
