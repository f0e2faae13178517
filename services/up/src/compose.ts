import { join } from 'node:path';
import type { PollerConfig } from '@custody/poller';
import { aborted, type DataDirectory, lockDirectory, openDataDirectory, type Variables } from '@custody/runtime';
import { banner } from './banner.ts';
import { isDemo, variablesFor } from './config.ts';
import { reportProgress } from './progress.ts';
import { type Source, startSource } from './source.ts';
import { type StoreAccess, startStore } from './store.ts';
import { consumerRuntime } from './supervisor/consumer-runtime.ts';
import { assertPortIsFree } from './supervisor/free-port.ts';
import { queryRuntime } from './supervisor/query-runtime.ts';
import type { ServiceSpec } from './supervisor/service-process.ts';
import { supervise } from './supervisor/supervise.ts';
import type { UpParts } from './up-parts.ts';

const storeSecrets = ['CLICKHOUSE_PASSWORD'];
const logSecrets = ['KAFKA_PASSWORD'];

/** The variables that hold keys of Permit: the usual one, and those that the file of environments names. */
function permitSecretsOf({ poller }: UpParts): string[] {
  const named = poller?.environments.flatMap(({ keyVariable }) => keyVariable ?? []) ?? [];
  return ['PERMIT_API_KEY', ...named];
}

/** The longest lateness of the environments: what is younger is open by the store's account too, and not blind. */
function latenessOf({ poller }: UpParts): Variables {
  if (poller === null) return {};
  const longest = Math.max(...poller.environments.map(({ latenessSeconds }) => latenessSeconds));
  return { CUSTODY_LATENESS_SECONDS: String(longest) };
}

/** The services of the pipeline, each with the settings and the secrets that it needs and no others. */
function servicesOf(parts: UpParts, directory: DataDirectory, store: StoreAccess, source: Source): ServiceSpec[] {
  const shared = { CUSTODY_DATA_DIR: directory.path, CUSTODY_SOURCE_KIND: directory.source, CUSTODY_ADMIN_PORT: '' };
  const withStore = { ...shared, ...store.variables };
  const permitSecrets = permitSecretsOf(parts);
  return [
    {
      command: 'consume',
      label: 'consumer',
      runtime: consumerRuntime,
      variables: variablesFor(parts.variables, permitSecrets, { ...withStore, ...latenessOf(parts) }),
    },
    {
      command: 'seal',
      label: 'sealer',
      variables: variablesFor(parts.variables, permitSecrets, { ...withStore, ...latenessOf(parts) }),
    },
    {
      command: 'watch',
      label: 'alerter',
      // The whole environment: the file of rules names variables that hold secrets.
      variables: variablesFor(parts.variables, permitSecrets, withStore),
    },
    {
      command: 'serve',
      label: 'query',
      runtime: queryRuntime,
      variables: variablesFor(parts.variables, [...permitSecrets, ...logSecrets], withStore),
    },
    {
      command: 'poll',
      label: 'poller',
      variables: variablesFor(parts.variables, storeSecrets, { ...shared, ...source.variables }),
    },
  ];
}

function openDirectory({ config, clock, lifecycle }: UpParts): DataDirectory {
  const demo = isDemo(config);
  const path = demo ? join(config.CUSTODY_DATA_DIR, 'demo') : config.CUSTODY_DATA_DIR;
  const directory = openDataDirectory(path, demo ? 'simulator' : 'permit', clock.now());
  lifecycle.defer('data directory', lockDirectory(directory.lockPath));
  return directory;
}

function readingText({ environments }: PollerConfig): string {
  if (environments.length === 1) return 'reading from Permit';
  return `reading ${environments.length} environments from Permit: ${environments.map(({ label }) => label).join(', ')}`;
}

/** Starts engines and services in the order of the flow, prints where they are, and leaves them running. */
export async function composeUp(parts: UpParts): Promise<void> {
  const { config, poller, console, clock, lifecycle } = parts;
  console.event('up', poller === null ? 'DEMO: no Permit source is configured, simulating one' : readingText(poller));
  await assertPortIsFree(config.CUSTODY_HTTP_HOST, config.CUSTODY_HTTP_PORT, 'CUSTODY_HTTP_PORT');
  if (config.CLICKHOUSE_URL === undefined) {
    await assertPortIsFree('127.0.0.1', config.CUSTODY_CLICKHOUSE_PORT, 'CUSTODY_CLICKHOUSE_PORT');
  }
  const directory = openDirectory(parts);
  const store = await startStore(parts, directory);
  const source = await startSource(parts, directory);
  const services = servicesOf(parts, directory, store, source);
  const ready = services.map((spec) => startService(parts, spec));
  await Promise.race([Promise.all(ready), aborted(lifecycle.signal)]);
  if (lifecycle.signal.aborted) return;
  for (const line of banner({ config, directory, store, source, isTerminal: console.isTerminal })) console.line(line);
  lifecycle.go('progress', (signal) => reportProgress({ console, clock, store }, signal));
}

/** Starts a service under supervision; resolves when it is up for the first time. */
function startService({ console, clock, lifecycle }: UpParts, spec: ServiceSpec): Promise<void> {
  return new Promise((resolve) => {
    const options = {
      spec,
      clock,
      onLine: (line: string) => console.serviceLine(spec.label, line),
      onReady: (pid: number | undefined) => {
        console.event(spec.label, `up (process ${pid})`);
        resolve();
      },
      onRestart: (exit: { code: number | null; signal: string | null }, delayMs: number) =>
        console.warning(spec.label, `ended (${exit.signal ?? `code ${exit.code}`}); again in ${delayMs / 1000} s`),
    };
    lifecycle.go(spec.label, (signal) => supervise(options, signal));
  });
}
