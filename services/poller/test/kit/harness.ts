import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HourWindows, hourWindows, isReservedWindowsKey, topics } from '@custody/decision';
import { type Log, type LogRecord, openLmdbLog } from '@custody/log';
import { createPermitClient, createRateBudget, type PermitClient, type RateBudget } from '@custody/permit';
import { type Clock, createLogger, createMetrics } from '@custody/runtime';
import { createPollerMetrics } from '../../src/metrics.ts';
import { openSession, type Session } from '../../src/session.ts';
import type { FactListings } from '../../src/source.ts';

export const silent = createLogger({ service: 'poller-test', level: 'silent' });

/** A request for decisions as it went out: whole seconds, padding included. */
export interface Asked {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly page: number;
  readonly perPage: number;
}

export interface HarnessOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly latenessSeconds?: number;
  readonly lookbackDays?: number;
  /** Default: an environment without facts. `real`: what the API lists. */
  readonly listings?: FactListings | 'real';
}

const noFacts: FactListings = {
  listConsents: async () => [],
  listCeilings: async () => [],
  listToolLevels: async () => [],
  listIdentities: async () => [],
};

/** A real log on disk, a real client over HTTP, and sessions on them, one after the other like restarts. */
export class Harness {
  readonly asked: Asked[] = [];
  readonly log: Log;
  readonly client: PermitClient;
  readonly budget: RateBudget;
  readonly #options: HarnessOptions;
  readonly #directory: string;

  private constructor(options: HarnessOptions, directory: string, log: Log) {
    this.#options = options;
    this.#directory = directory;
    this.log = log;
    this.budget = createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock: options.clock });
    this.client = createPermitClient({
      apiUrl: options.url,
      apiKey: options.apiKey,
      budget: this.budget,
      clock: options.clock,
      logger: silent,
      fetch: (input, init) => {
        this.#note(String(input));
        return fetch(input, init);
      },
    });
  }

  static async open(options: HarnessOptions): Promise<Harness> {
    const directory = await mkdtemp(join(tmpdir(), 'custody-poller-'));
    const log = await openLmdbLog({ directory: join(directory, 'log') });
    await log.ensureTopics(Object.values(topics));
    return new Harness(options, directory, log);
  }

  async session({ attempts = 8 } = {}): Promise<Session> {
    const { clock, listings = noFacts, latenessSeconds = 60, lookbackDays = 1 } = this.#options;
    const { envId, envName } = await this.client.resolveEnvironment();
    return openSession({
      log: this.log,
      source: this.client,
      listings: listings === 'real' ? this.client : listings,
      env: { id: envId, name: envName },
      budget: this.budget,
      clock,
      logger: silent,
      metrics: createPollerMetrics(createMetrics('poller'), clock),
      latenessMs: latenessSeconds * 1000,
      lookbackDays,
      mostAttempts: attempts,
    });
  }

  async close(): Promise<void> {
    await this.log.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #note(url: string): void {
    const { pathname, searchParams } = new URL(url);
    if (!pathname.endsWith('/audit_logs')) return;
    const number = (name: string) => Number(searchParams.get(name));
    const [fromSeconds, toSeconds] = [number('timestamp_from'), number('timestamp_to')];
    this.asked.push({ fromSeconds, toSeconds, page: number('page'), perPage: number('per_page') });
  }
}

/** Everything in a topic, in order of partition and offset. */
export async function recordsOf(log: Log, topic: string): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  const follower = log.follow({
    topic,
    onRecords: (records) => {
      all.push(...records);
    },
  });
  await follower.caughtUp;
  await follower.stop();
  return all;
}

const decoder = new TextDecoder();

export function textOf(record: LogRecord): string {
  return decoder.decode(record.value ?? new Uint8Array());
}

/** The log's decisions by id (32 hex digits) as they were listed, each with the texts it came as and the hours it was read for. */
export async function decisionsIn(log: Log): Promise<Map<string, { texts: Set<string>; hours: Set<string> }>> {
  const byId = new Map<string, { texts: Set<string>; hours: Set<string> }>();
  for (const record of await recordsOf(log, topics.decisions.name)) {
    if (record.headers['custody-form'] === 'detailed') continue;
    const text = textOf(record);
    const id = String((JSON.parse(text) as { id: unknown }).id).replaceAll('-', '');
    const found = byId.get(id) ?? { texts: new Set(), hours: new Set() };
    found.texts.add(text);
    found.hours.add(record.headers['custody-hour'] ?? '');
    byId.set(id, found);
  }
  return byId;
}

/** The newest windows of each hour, in order of time. */
export async function hoursIn(log: Log): Promise<HourWindows[]> {
  const { records } = await log.latest(topics.windows.name);
  const values = [...records].filter(([key]) => !isReservedWindowsKey(key)).map(([, record]) => textOf(record));
  return values.map((text) => hourWindows.parse(JSON.parse(text))).sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

/** Reads all history that can be read now. */
export async function readHistory(session: Session): Promise<void> {
  while (await session.history.step()) {
    // Each step is one window.
  }
}
