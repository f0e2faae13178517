import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs } from '@custody/decision';
import { type Clock, CustodyError, openDataDirectory, type Variables } from '@custody/runtime';
import { readSealerConfig } from '@custody/sealer';
import { coverageOf, defineQuery, migrate, readHistory, runQuery, type StoreClient, storeErrors } from '@custody/store';
import { z } from 'zod';
import type { UpConfig } from '../config.ts';
import type { Installation } from '../installation.ts';
import { readSettings, type Settings } from '../settings.ts';
import { checkChains } from './check-chains.ts';
import { checkIds } from './check-ids.ts';
import { checkLog, connectDoctorLog } from './check-log.ts';
import {
  checkEvidence,
  checkFacts,
  checkReattribution,
  checkRetention,
  checkSealing,
  checkVerifier,
} from './check-pipeline.ts';
import { checkSums } from './check-sums.ts';
import { doctorErrors } from './errors.ts';
import type { Check } from './examine.ts';
import { type DoctorProgress, grouped } from './progress.ts';

export interface DoctorParts {
  readonly variables: Variables;
  readonly clock: Clock;
  /** Where the API is asked. */
  readonly apiUrl: string;
  readonly installation: (config: UpConfig) => Installation;
  readonly connect: (config: UpConfig, installation: Installation) => StoreClient;
  readonly progress: DoctorProgress;
  /** Whether what differs is put on record and repaired. */
  readonly repair: boolean;
}

const version = defineQuery({
  name: 'doctor.version',
  sql: 'SELECT version() AS version',
  params: z.object({}),
  row: z.object({ version: z.string() }),
});
function checkDirectory({ path, source }: Installation, nowMs: number): string {
  if (!existsSync(join(path, 'custody.json'))) {
    throw new CustodyError(doctorErrors.DOCTOR_NO_DATA, `There is no Custody data in ${path}.`);
  }
  const { createdAtMs } = openDataDirectory(path, source, nowMs);
  const kind = source === 'simulator' ? 'simulated decisions' : 'decisions from Permit';
  return `${path}: ${kind}, since ${new Date(createdAtMs).toISOString()}`;
}

async function checkMigrations(store: StoreClient): Promise<string> {
  const missing = await migrate(store, { dryRun: true });
  if (missing.length === 0) return 'the tables are those of this version';
  const names = missing.map(({ name }) => name).join(', ');
  throw new CustodyError(storeErrors.STORE_NOT_MIGRATED, `Not applied: ${names}.`);
}

async function checkCoverage(store: StoreClient, nowMs: number): Promise<string> {
  const rows = coverageOf(await readHistory(store), { fromMs: 0, toMs: nowMs }, nowMs);
  if (rows.length === 0) throw new CustodyError(doctorErrors.DOCTOR_BLIND, 'Nothing was read from the source yet.');
  const texts = rows.map((row) => {
    const lengths = `${grouped(row.blind_seconds)} s blind, ${grouped(row.unreadable_seconds)} s unreadable`;
    return `${row.env_name}: proven until ${row.proven_until}, ${lengths}, ${grouped(row.open_seconds)} s open`;
  });
  const isBlind = rows.some((row) => row.blind_seconds + row.unreadable_seconds > 0);
  if (isBlind) throw new CustodyError(doctorErrors.DOCTOR_BLIND, texts.join('\n'));
  return texts.join('\n');
}

async function checkApi(url: string): Promise<string> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw new CustodyError(doctorErrors.DOCTOR_API_DOWN, `Nothing answers at ${url}.`, { cause });
  });
  if (response.ok) return `${url} is ready`;
  throw new CustodyError(doctorErrors.DOCTOR_API_DOWN, `${url} is not ready: ${await response.text()}`);
}

function sourceText({ config, poller }: Settings): string {
  if (poller === null) return 'no Permit source: the demo';
  const { environments } = poller;
  const [only] = environments;
  if (environments.length === 1) return `Permit at ${only?.apiUrl}`;
  const texts = environments.map(
    ({ label, apiUrl, requestsPerMinute, latenessSeconds }) =>
      `${label}: Permit at ${apiUrl}, ${requestsPerMinute} requests a minute, lateness ${latenessSeconds} s`,
  );
  return [`${environments.length} environments in ${config.CUSTODY_CONFIG}`, ...texts].join('\n');
}

/** The checks that hold what is kept against what it has to be: what `custody verify` makes of them. */
export const verifyingChecks: ReadonlySet<string> = new Set([
  ...['configuration', 'data directory', 'log', 'store', 'migrations'],
  ...['decisions', 'sums', 'seals'],
]);

/** What `custody doctor` looks at, from the settings up to the answers. Nothing is changed, but by repairs. */
export function doctorChecks(parts: DoctorParts): Check[] {
  const { variables, clock, apiUrl, installation, connect, progress, repair } = parts;
  const config = () => readSettings(variables).config;
  const onStore = (work: (store: StoreClient) => Promise<string>) => async () => {
    const settings = config();
    const store = connect(settings, installation(settings));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  const sums = async (store: StoreClient) => {
    const options = { ...progress, nowMs: clock.now(), repair: null };
    if (!repair) return checkSums(store, options);
    const settings = config();
    const log = await connectDoctorLog(settings, installation(settings), clock);
    try {
      const retentionMs = readSealerConfig(variables).CUSTODY_SOURCE_RETENTION_DAYS * dayMs;
      return await checkSums(store, { ...options, repair: { log, retentionMs } });
    } finally {
      await log.close();
    }
  };
  return [
    { name: 'configuration', needs: [], run: async () => sourceText(readSettings(variables)) },
    {
      name: 'data directory',
      needs: ['configuration'],
      run: async () => {
        const settings = config();
        // On servers nothing is kept here.
        if (settings.KAFKA_BROKERS !== undefined && settings.CLICKHOUSE_URL !== undefined)
          return 'none: all on servers';
        return checkDirectory(installation(settings), clock.now());
      },
    },
    { name: 'log', needs: ['configuration'], run: async () => checkLog(config(), installation(config()), clock) },
    {
      name: 'store',
      needs: ['configuration'],
      run: onStore(async (store) => `ClickHouse ${(await runQuery(store, version, {}))[0]?.version} answers`),
    },
    { name: 'migrations', needs: ['store'], run: onStore(checkMigrations) },
    { name: 'decisions', needs: ['migrations'], run: onStore((store) => checkIds(store, progress)) },
    { name: 'facts', needs: ['migrations'], run: onStore(checkFacts) },
    { name: 'evidence', needs: ['migrations'], run: onStore((store) => checkEvidence(store, clock.now())) },
    { name: 're-attribution', needs: ['migrations'], run: onStore((store) => checkReattribution(store, clock.now())) },
    { name: 'sealing', needs: ['migrations'], run: onStore((store) => checkSealing(store, clock.now())) },
    { name: 'sums', needs: ['migrations', ...(repair ? ['log'] : [])], run: onStore(sums) },
    { name: 'seals', needs: ['migrations'], run: onStore((store) => checkChains(store, progress)) },
    { name: 'verifier', needs: ['migrations'], run: onStore((store) => checkVerifier(store, clock.now())) },
    {
      name: 'retention',
      needs: ['migrations'],
      run: onStore((store) => checkRetention(store, variables, clock.now())),
    },
    { name: 'coverage', needs: ['migrations'], run: onStore((store) => checkCoverage(store, clock.now())) },
    { name: 'API', needs: [], run: () => checkApi(apiUrl) },
  ];
}
