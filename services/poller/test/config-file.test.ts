import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf } from '@custody/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import { readPollerConfig } from '../src/config.ts';

const directories: string[] = [];
const keys = { PERMIT_KEY_A: 'permit_key_a', PERMIT_KEY_B: 'permit_key_b' };

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'custody-config-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** Faults of a file, without its path before each. */
function faultsIn(text: string, variables: Readonly<Record<string, string>> = keys): string[] {
  const path = join(directoryWith({ 'custody.config.yaml': text }), 'custody.config.yaml');
  return faultsOf(() => readPollerConfig({ ...variables, CUSTODY_CONFIG: path })).map((fault) =>
    fault.replace(`${path}: `, ''),
  );
}

test('each entry is an environment: what it does not say, the variables say', () => {
  const text = `
environments:
  - name: production
    key: env:PERMIT_KEY_A
    project: main
    environment: prod
    url: https://api.eu.permit.io/
    requests_per_minute: 300
    poll_seconds: 2
    lateness_seconds: 60
    lookback_days: 0
    facts_seconds: 30
    verify_after: 2h,30m
  - key: file:staging.key
retention:
  production: { decisions_days: 400 }
`;
  const directory = directoryWith({ 'environments.yaml': text, 'staging.key': 'permit_key_of_staging\n' });
  const variables = { ...keys, CUSTODY_CONFIG: join(directory, 'environments.yaml'), CUSTODY_POLL_SECONDS: '7' };
  expect(readPollerConfig(variables).environments).toEqual([
    {
      label: 'production',
      name: 'production',
      apiUrl: 'https://api.eu.permit.io',
      apiKey: 'permit_key_a',
      keyVariable: 'PERMIT_KEY_A',
      project: 'main',
      environment: 'prod',
      requestsPerMinute: 300,
      pollSeconds: 2,
      latenessSeconds: 60,
      lookbackDays: 0,
      factsSeconds: 30,
      verifyAfterMs: [1_800_000, 7_200_000],
    },
    {
      label: 'environments[1]',
      name: null,
      apiUrl: 'https://api.permit.io',
      apiKey: 'permit_key_of_staging',
      keyVariable: null,
      project: undefined,
      environment: undefined,
      requestsPerMinute: 600,
      pollSeconds: 7,
      latenessSeconds: 900,
      lookbackDays: 14,
      factsSeconds: 60,
      verifyAfterMs: [3_600_000, 86_400_000, 604_800_000],
    },
  ]);
});

test('the example in the documentation works as it stands', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
  const example = /```yaml\n(# custody\.config\.yaml[^`]*)```/.exec(page)?.[1] ?? '';
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(12);
  const directory = directoryWith({
    'custody.config.yaml': example.replace('secrets/', ''),
    'staging.key': 'permit_key_b',
  });
  const variables = { PERMIT_KEY_PRODUCTION: 'permit_key_a', CUSTODY_CONFIG: join(directory, 'custody.config.yaml') };
  expect(readPollerConfig(variables).environments).toMatchObject([
    { label: 'production', apiKey: 'permit_key_a', requestsPerMinute: 600 },
    { label: 'staging', apiKey: 'permit_key_b', requestsPerMinute: 200, lookbackDays: 3 },
  ]);
});

test('the variables alone are one environment', () => {
  const { environments } = readPollerConfig({ PERMIT_API_KEY: 'permit_key_a', PERMIT_ENV: 'prod' });
  expect(environments).toMatchObject([{ name: null, apiKey: 'permit_key_a', environment: 'prod', project: undefined }]);
});

test('variables and a file together are a fault', () => {
  const text = 'environments: [{ key: env:PERMIT_KEY_A }]';
  expect(faultsIn(text, { ...keys, PERMIT_API_KEY: 'x', PERMIT_ENV: 'prod', PERMIT_PROJECT: ' ' })).toEqual([
    'describes the environments, and so does PERMIT_API_KEY, PERMIT_ENV: keep one',
  ]);
  expect(faultsIn(text)).toEqual([]);
});

test('all faults of variables and file are told at once, each with its path', () => {
  const text = `
environments:
  - name: 7
    key: permit_key_literal_secret
    requests_per_minute: 0
    lookback_day: 3
  - key: env:PERMIT_KEY_MISSING
    url: ftp://permit
    verify_after: soon
  - key: file:not-there.key
    poll_seconds: "5"
  - project: main
  - just a text
sources: []
`;
  const faults = faultsIn(text, { CUSTODY_POLL_SECONDS: 'often' });
  expect(faults).toEqual([
    'CUSTODY_POLL_SECONDS: must be a whole number from 1 to 3600 (it is "often")',
    'environments[0].name: must be a text; a number goes between quotes',
    expect.stringMatching(/^environments\[0\]\.key: must be env:NAME or file:PATH: put the secret/),
    'environments[0].requests_per_minute: must be a whole number from 1 to 1000000',
    'environments[0].lookback_day: is not known; lookback_days is meant?',
    'environments[1].url: must be an http:// or https:// address',
    'environments[1].key: the variable PERMIT_KEY_MISSING is not set',
    'environments[1].verify_after: must be durations like 1h,24h,7d, or never',
    expect.stringMatching(/^environments\[2\]\.key: the file not-there\.key cannot be read/),
    'environments[2].poll_seconds: must be a whole number from 1 to 3600',
    expect.stringMatching(/^environments\[3\]\.key: must be env:NAME or file:PATH/),
    'environments[4]: must be settings of an environment: key, and others',
    'sources: is not known; known are environments, retention',
  ]);
});

test('a key is never repeated, wherever it was put', () => {
  const secret = 'abcdef0123456789';
  for (const text of [
    `environments: [{ key: ${secret} }]`,
    `environments: [{ key: "env:${secret}-" }]`,
    `environments: [{ name: a, key: { value: ${secret} } }]`,
    `environments:\n  - key: ${secret}\n   name: "x\n`,
    `environments: *${secret}`,
    `${secret}`,
  ]) {
    const faults = faultsIn(text);
    expect(faults).not.toEqual([]);
    expect(faults.join('\n')).not.toContain(secret);
  }
});

describe('what is no list of environments', () => {
  test.each([
    ['', 'environments: must be a list of environments'],
    ['environments: []', 'environments: must list an environment'],
    ['environments: production', 'environments: must be a list of environments'],
    ['- key: env:A', 'must hold a list: environments'],
    ['environments: [', 'line 1, column 16: is not valid YAML (BAD_INDENT)'],
    [
      'environments:\n  - key: env:PERMIT_KEY_A\n    key: env:PERMIT_KEY_B',
      'line 3, column 5: is not valid YAML (DUPLICATE_KEY)',
    ],
    [
      'environments: [{ name: a, key: env:PERMIT_KEY_A }, { name: a, key: env:PERMIT_KEY_B }]',
      'environments[1].name: is that of environments[0]',
    ],
  ])('%j', (text, fault) => {
    expect(faultsIn(text)).toContain(fault);
  });

  test('a file that is named and not there', () => {
    const faults = faultsOf(() => readPollerConfig({ CUSTODY_CONFIG: '/nowhere/custody.yaml' }));
    expect(faults).toEqual(['/nowhere/custody.yaml: cannot be read']);
  });
});
