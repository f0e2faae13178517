import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Who may import whom, checked over the manifests: pnpm's strict node_modules turns an import that a manifest does not
 * declare into an error, so the manifests tell the truth.
 */
interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const root = join(import.meta.dirname, '..', '..');

function manifestsIn(folder: string): Manifest[] {
  const files = globSync('*/package.json', { cwd: join(root, folder) });
  return files.map((file) => JSON.parse(readFileSync(join(root, folder, file), 'utf8')));
}

function ours(dependencies: Record<string, string> = {}): string[] {
  return Object.keys(dependencies).filter((name) => name.startsWith('@custody/'));
}

const packages = manifestsIn('packages');
const services = manifestsIn('services');
const packageNames = packages.map(({ name }) => name);

/** What a package may import of ours; every other package: the contract and the runtime. */
const allowed: Record<string, readonly string[]> = {
  '@custody/decision': [],
  '@custody/runtime': [],
  '@custody/attribution': ['@custody/decision'],
  // Pure: what judges a recorded look must not know a clock or a logger either.
  '@custody/detect': ['@custody/decision'],
  // An oracle must not lean on what it judges.
  '@custody/permit-simulator': [],
  // Taken along by programs that have nothing else of ours.
  '@custody/client': [],
};
const common = ['@custody/decision', '@custody/runtime'];

const oracles = [
  ...['kit/decisions.ts', 'kit/records.ts', ...['oracle', 'questions', 'windows'].map((it) => `sealing/${it}.ts`)].map(
    (file) => `test/invariants/${file}`,
  ),
  ...['oracle.ts', 'random-questions.ts'].map((file) => `services/query/test/${file}`),
];

/** What a file of the tests imports by name, and what the files beside it that it needs do. Types decide nothing. */
function importsOf(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const named = readFileSync(path, 'utf8').matchAll(/^(?:import (?!type\b)|export )[^;]*?\bfrom '([^']+)'/gm);
  return [...named].flatMap(([, name = '']) =>
    name.startsWith('.') ? importsOf(join(dirname(path), name), seen) : [name],
  );
}

describe('imports point one way', () => {
  test.each(oracles)('the oracle %s leans on nothing that it judges', (file) => {
    const imports = importsOf(join(root, file));
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  test.each(packages)('$name imports only what is below it', ({ name, dependencies }) => {
    const permitted = allowed[name] ?? [...common, ...(name === '@custody/store' ? ['@custody/ledger'] : [])];
    expect(permitted).toEqual(expect.arrayContaining(ours(dependencies)));
  });

  test.each(services.filter(({ name }) => name !== '@custody/up'))('$name imports packages only', (service) => {
    expect(packageNames).toEqual(expect.arrayContaining(ours(service.dependencies)));
  });

  test('nothing imports the command line', () => {
    const importers = [...packages, ...services].filter((manifest) =>
      [...ours(manifest.dependencies), ...ours(manifest.devDependencies)].includes('@custody/up'),
    );
    expect(importers).toEqual([]);
  });

  test('what runs in production needs nothing of infra', () => {
    const infra = manifestsIn('infra').map(({ name }) => name);
    expect(infra).toContain('@custody/kafka-dev');
    const needs = [...packages, ...services].flatMap(({ dependencies }) => ours(dependencies));
    expect(needs.filter((name) => infra.includes(name))).toEqual([]);
  });

  test('the log never meets the store, and the query service meets neither log nor Permit', () => {
    const needs = (name: string) => ours([...services].find((service) => service.name === name)?.dependencies);
    expect(needs('@custody/poller')).not.toContain('@custody/store');
    expect(needs('@custody/query')).not.toContain('@custody/log');
    expect(needs('@custody/query')).not.toContain('@custody/permit');
  });
});
