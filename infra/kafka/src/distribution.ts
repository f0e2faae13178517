import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CustodyError, isError, lockDirectory, lockErrors } from '@custody/runtime';
import { kafkaDevErrors } from './errors.ts';
import { findJava, hasMaven } from './java-tools.ts';

const packageRoot = join(import.meta.dirname, '..');
const cacheRoot = join(packageRoot, '..', '..', 'node_modules', '.cache', 'custody-kafka');

/** What a broker runs from. */
export interface Distribution {
  /** The directory of the jars. */
  readonly jars: string;
  /** Loaded classes as an archive, which halves the time to start; made by the first start, empty where Java cannot. */
  readonly archive: string;
  /** What a broker's data directory holds before its first start, kept from the first that was formatted. */
  readonly formatted: string;
}

function pom(): string {
  return readFileSync(join(packageRoot, 'pom.xml'), 'utf8');
}

/** The pinned version of Kafka. */
export function kafkaVersion(): string {
  return /<kafka\.version>(.+)<\/kafka\.version>/.exec(pom())?.[1] ?? '';
}

/** What is cached of the pinned version: another list of jars is another directory. */
function cacheDirectory(root: string): string {
  const digest = createHash('sha256').update(pom()).digest('hex').slice(0, 8);
  return join(root, `${kafkaVersion()}-${digest}`);
}

/** Takes a lock that another process may hold for as long as it fetches. */
async function lockPatiently(path: string): Promise<() => void> {
  for (;;) {
    try {
      return lockDirectory(path);
    } catch (error) {
      if (!isError(error, lockErrors.DATA_DIRECTORY_IN_USE)) throw error;
      await delay(100);
    }
  }
}

/** Runs `work` while no other process does so for the same path. */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const unlock = await lockPatiently(`${path}.lock`);
  try {
    return await work();
  } finally {
    unlock();
  }
}

async function fetchJars(root: string, jars: string): Promise<void> {
  if (!(await hasMaven())) {
    throw new CustodyError(kafkaDevErrors.KAFKA_DEV_MAVEN_MISSING, 'there is no `mvn` that runs, to fetch Kafka with');
  }
  // Renamed when it is whole, so that a fetch that was cut off is none.
  const partial = mkdtempSync(join(root, 'fetching-'));
  const options = ['-q', '-B', '-f', join(packageRoot, 'pom.xml'), 'dependency:copy-dependencies'];
  try {
    await promisify(execFile)('mvn', [...options, '-DincludeScope=runtime', `-DoutputDirectory=${partial}`]);
    mkdirSync(join(jars, '..'), { recursive: true });
    renameSync(partial, jars);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    const said = cause instanceof Error && 'stdout' in cause ? String(cause.stdout).trim() : '';
    throw new CustodyError(kafkaDevErrors.KAFKA_DEV_FETCH_FAILED, `mvn failed: ${said.slice(0, 2_000)}`, { cause });
  }
}

/**
 * Finds the jars of the pinned Kafka, fetched through Maven the first time and kept in `node_modules/.cache`. Throws
 * `KAFKA_DEV_JAVA_MISSING`, `KAFKA_DEV_MAVEN_MISSING` or `KAFKA_DEV_FETCH_FAILED`.
 */
export async function findDistribution(root = cacheRoot): Promise<Distribution> {
  const javaVersion = await findJava();
  if (javaVersion === null) {
    throw new CustodyError(kafkaDevErrors.KAFKA_DEV_JAVA_MISSING, 'there is no `java` of version 17 or newer');
  }
  const directory = cacheDirectory(root);
  const jars = join(directory, 'lib');
  if (!existsSync(jars)) {
    mkdirSync(root, { recursive: true });
    await alone(directory, async () => (existsSync(jars) ? undefined : fetchJars(root, jars)));
  }
  return { jars, archive: join(directory, `classes-${javaVersion}.jsa`), formatted: join(directory, 'formatted') };
}

/** What is missing to run Kafka here, as a sentence; `null`: nothing. */
export async function missingForKafka(root = cacheRoot): Promise<string | null> {
  if ((await findJava()) === null) return 'there is no java of version 17 or newer on the PATH';
  if (existsSync(join(cacheDirectory(root), 'lib')) || (await hasMaven())) return null;
  return 'there is no mvn on the PATH to fetch Kafka with';
}
