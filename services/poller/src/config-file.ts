import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { httpUrl, type Variables } from '@custody/runtime';
import { closestMatch } from 'leven';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { durations } from './durations.ts';
import { bounds } from './environment-config.ts';
import { secretReference } from './secret-reference.ts';

const usualName = 'custody.config.yaml';

/** The file that describes the environments: the one that CUSTODY_CONFIG names, or the usual one where it exists. */
export function findConfigFile({ CUSTODY_CONFIG: named }: Variables): string | null {
  if (named?.trim()) return named.trim();
  return existsSync(usualName) ? usualName : null;
}

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
  return z.strictObject({ environments }, 'must hold a list: environments');
}

export type EnvironmentEntry = z.output<ReturnType<typeof schemaOf>>['environments'][number];

export interface ConfigFile {
  /** Empty where there are faults. */
  readonly entries: readonly EnvironmentEntry[];
  /** Each with its path in the file; none repeats a value. */
  readonly faults: readonly string[];
}

const known = {
  file: ['environments'],
  environment: Object.keys(schemaOf({}, '').shape.environments.element.shape),
};

function unknownKey(key: string, names: readonly string[]): string {
  const nearest = closestMatch(key, names, { maxDistance: Math.max(2, Math.floor(key.length / 2)) });
  return nearest === undefined ? `is not known; known are ${names.join(', ')}` : `is not known; ${nearest} is meant?`;
}

function describe(issue: z.core.$ZodIssue): string[] {
  const at = (path: readonly PropertyKey[], message: string) =>
    path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`;
  if (issue.code !== 'unrecognized_keys') return [at(issue.path, issue.message)];
  const names = issue.path.length === 0 ? known.file : known.environment;
  return issue.keys.map((key) => at([...issue.path, key], unknownKey(key, names)));
}

function twice(entries: readonly EnvironmentEntry[]): string[] {
  return entries.flatMap(({ name }, index) => {
    const first = entries.findIndex((entry) => entry.name === name);
    return name === undefined || first === index
      ? []
      : [`environments[${index}].name: is that of environments[${first}]`];
  });
}

/** What the YAML says. Its faults are told by place: the library's own texts repeat lines, and a line may hold a key. */
function parseYaml(source: string): { readonly value?: unknown; readonly faults: readonly string[] } {
  const document = parseDocument(source);
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(({ code, linePos }) => {
        const [{ line, col }] = linePos ?? [{ line: 1, col: 1 }];
        return `line ${line}, column ${col}: is not valid YAML (${code})`;
      }),
    };
  }
  try {
    return { value: document.toJS() ?? {}, faults: [] };
  } catch {
    return { faults: ['its aliases cannot be resolved'] };
  }
}

/** Reads the file and the secrets that it names. Every fault is in the result; nothing is thrown. */
export function readConfigFile(path: string, variables: Variables): ConfigFile {
  const failed = (faults: readonly string[]) => ({ entries: [], faults: faults.map((fault) => `${path}: ${fault}`) });
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch {
    return failed(['cannot be read']);
  }
  const { value, faults } = parseYaml(source);
  if (faults.length > 0) return failed(faults);
  const parsed = schemaOf(variables, dirname(resolve(path))).safeParse(value);
  if (!parsed.success) return failed(parsed.error.issues.flatMap(describe));
  const { environments } = parsed.data;
  const repeated = twice(environments);
  return repeated.length > 0 ? failed(repeated) : { entries: environments, faults: [] };
}
