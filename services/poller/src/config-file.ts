import { dirname, resolve } from 'node:path';
import { describeIssue, httpUrl, readConfigDocument, secretReference, type Variables } from '@custody/runtime';
import { z } from 'zod';
import { durations } from './durations.ts';
import { bounds } from './environment-config.ts';

const text = z.string('must be a text; a number goes between quotes').trim().min(1, 'must not be empty');

function whole([minimum, maximum]: readonly [number, number]) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int(message).min(minimum, message).max(maximum, message);
}

function schemaOf(variables: Variables, directory: string) {
  const environment = z.strictObject(
    {
      name: text.max(100, 'must not be longer than 100 characters').optional(),
      url: httpUrl.optional(),
      key: secretReference(variables, directory),
      project: text.optional(),
      environment: text.optional(),
      requests_per_minute: whole(bounds.requestsPerMinute).optional(),
      poll_seconds: whole(bounds.pollSeconds).optional(),
      lateness_seconds: whole(bounds.latenessSeconds).optional(),
      lookback_days: whole(bounds.lookbackDays).optional(),
      facts_seconds: whole(bounds.factsSeconds).optional(),
      verify_after: durations.optional(),
    },
    'must be settings of an environment: key, and others',
  );
  const environments = z.array(environment, 'must be a list of environments').min(1, 'must list an environment');
  // What is kept, and how long, is checked by whoever lets it expire.
  const retention = z.unknown().optional();
  return z.strictObject({ environments, retention }, 'must hold a list: environments');
}

export type EnvironmentEntry = z.output<ReturnType<typeof schemaOf>>['environments'][number];

export interface ConfigFile {
  /** Empty where there are faults. */
  readonly entries: readonly EnvironmentEntry[];
  /** Each with its path in the file; none repeats a value. */
  readonly faults: readonly string[];
}

const known = {
  file: ['environments', 'retention'],
  environment: Object.keys(schemaOf({}, '').shape.environments.element.shape),
};

function twice(entries: readonly EnvironmentEntry[]): string[] {
  return entries.flatMap(({ name }, index) => {
    const first = entries.findIndex((entry) => entry.name === name);
    return name === undefined || first === index
      ? []
      : [`environments[${index}].name: is that of environments[${first}]`];
  });
}

function knownAt(path: readonly PropertyKey[]): readonly string[] {
  return path.length === 0 ? known.file : known.environment;
}

/** Reads the file and the secrets that it names. Every fault is in the result; nothing is thrown. */
export function readConfigFile(path: string, variables: Variables): ConfigFile {
  const failed = (faults: readonly string[]) => ({ entries: [], faults: faults.map((fault) => `${path}: ${fault}`) });
  const { value, faults } = readConfigDocument(path);
  if (faults.length > 0) return failed(faults);
  const parsed = schemaOf(variables, dirname(resolve(path))).safeParse(value);
  if (!parsed.success) return failed(parsed.error.issues.flatMap((issue) => describeIssue(issue, knownAt)));
  const { environments } = parsed.data;
  const repeated = twice(environments);
  return repeated.length > 0 ? failed(repeated) : { entries: environments, faults: [] };
}
