import { dayMs, hourMs } from '@custody/decision';
import { kafkaLoginRule, logVariables } from '@custody/log';
import {
  commonVariables,
  faultsOf,
  findConfigFile,
  httpUrl,
  invalidConfig,
  parseConfig,
  Secret,
  type Variables,
  wholeNumber,
} from '@custody/runtime';
import { z } from 'zod';
import { type EnvironmentEntry, readConfigFile } from './config-file.ts';
import { durations } from './durations.ts';
import { bounds, type EnvironmentConfig } from './environment-config.ts';

/** The poller's variables. What concerns an environment holds for each that says nothing else. */
export const pollerVariables = commonVariables
  .extend({
    ...logVariables.shape,
    /** A file that describes environments; default custody.config.yaml, where it exists. */
    CUSTODY_CONFIG: z.string().optional(),
    PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
    PERMIT_API_KEY: z.string().optional(),
    PERMIT_PROJECT: z.string().optional(),
    PERMIT_ENV: z.string().optional(),
    /** `simulator` is set by `custody up` for the demo and by nobody else. */
    CUSTODY_SOURCE_KIND: z.enum(['permit', 'simulator'], 'must be permit or simulator').default('permit'),
    CUSTODY_POLL_SECONDS: wholeNumber(...bounds.pollSeconds).default(5),
    CUSTODY_LATENESS_SECONDS: wholeNumber(...bounds.latenessSeconds).default(900),
    CUSTODY_LOOKBACK_DAYS: wholeNumber(...bounds.lookbackDays).default(14),
    CUSTODY_REQUESTS_PER_MINUTE: wholeNumber(...bounds.requestsPerMinute).default(600),
    CUSTODY_VERIFY_AFTER: durations.default([hourMs, dayMs, 7 * dayMs]),
    CUSTODY_FACTS_SECONDS: wholeNumber(...bounds.factsSeconds).default(60),
  })
  .refine(...kafkaLoginRule);

type PollerVariables = z.infer<typeof pollerVariables>;

/** The poller's settings, with every environment that it reads: one at least. */
export interface PollerConfig extends PollerVariables {
  readonly environments: readonly EnvironmentConfig[];
}

const ofOneEnvironment = ['PERMIT_API_URL', 'PERMIT_API_KEY', 'PERMIT_PROJECT', 'PERMIT_ENV'] as const;

function environmentOf(variables: PollerVariables, entry: EnvironmentEntry, place: string): EnvironmentConfig {
  return {
    label: entry.name ?? place,
    name: entry.name ?? null,
    apiUrl: entry.url ?? variables.PERMIT_API_URL,
    apiKey: entry.key.value,
    keyVariable: entry.key.variable,
    project: entry.project,
    environment: entry.environment,
    requestsPerMinute: entry.requests_per_minute ?? variables.CUSTODY_REQUESTS_PER_MINUTE,
    pollSeconds: entry.poll_seconds ?? variables.CUSTODY_POLL_SECONDS,
    latenessSeconds: entry.lateness_seconds ?? variables.CUSTODY_LATENESS_SECONDS,
    lookbackDays: entry.lookback_days ?? variables.CUSTODY_LOOKBACK_DAYS,
    factsSeconds: entry.facts_seconds ?? variables.CUSTODY_FACTS_SECONDS,
    verifyAfterMs: entry.verify_after ?? variables.CUSTODY_VERIFY_AFTER,
  };
}

/** The one environment that the variables describe. */
function entryOf({ PERMIT_API_KEY: value = '', PERMIT_PROJECT, PERMIT_ENV }: PollerVariables): EnvironmentEntry {
  return {
    key: new Secret(value, 'env:PERMIT_API_KEY'),
    ...(PERMIT_PROJECT !== undefined && { project: PERMIT_PROJECT }),
    ...(PERMIT_ENV !== undefined && { environment: PERMIT_ENV }),
  };
}

/** Faults of which of the two places describes what is read. */
function placeFaults(path: string | null, variables: Variables): string[] {
  const set = ofOneEnvironment.filter((name) => variables[name]?.trim());
  if (path !== null) {
    return set.length === 0 ? [] : [`${path}: describes the environments, and so does ${set.join(', ')}: keep one`];
  }
  if (set.includes('PERMIT_API_KEY')) return [];
  return ['PERMIT_API_KEY: is needed: an API key of the Permit environment to read'];
}

/**
 * The poller's settings from the variables and, where there is one, the file. Throws one `CONFIG_INVALID` with every
 * fault of both; secrets are not repeated in it.
 */
export function readPollerConfig(variables: Variables): PollerConfig {
  const path = findConfigFile(variables);
  const file = path === null ? null : readConfigFile(path, variables);
  const faults = [
    ...faultsOf(() => parseConfig(pollerVariables, variables)),
    ...placeFaults(path, variables),
    ...(file?.faults ?? []),
  ];
  if (faults.length > 0) throw invalidConfig(faults);
  const parsed = parseConfig(pollerVariables, variables);
  const environments =
    file === null
      ? [environmentOf(parsed, entryOf(parsed), 'PERMIT_API_KEY')]
      : file.entries.map((entry, index) => environmentOf(parsed, entry, `environments[${index}]`));
  return { ...parsed, environments };
}
