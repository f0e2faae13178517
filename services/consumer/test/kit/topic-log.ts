import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs, topics } from '@custody/decision';
import { type Follower, type Log, type LogRecord, type NewRecord, openLmdbLog } from '@custody/log';
import { systemClock } from '@custody/runtime';
import type { BrokenRecord, MadeEntry } from './entries.ts';

export const decisionsTopic = 'custody.decisions.v1';
export const grantsTopic = 'custody.grants.v1';
export const windowsTopic = 'custody.windows.v1';
export const repairsTopic = 'custody.repairs.v1';
export const deadTopic = 'custody.decisions.dead.v1';

export function headersFor(envId: string): Record<string, string> {
  return {
    'custody-env-id': envId,
    'custody-env-name': `name of ${envId}`,
    'custody-hour': '2026-10-31T22:00:00.000Z',
    'custody-read-at': '2026-11-01T08:00:00.000Z',
    'custody-mode': 'live',
    'x-something-else': 'kept',
  };
}

export function recordOf(entry: MadeEntry, envId: string): NewRecord {
  return { key: entry.key, value: entry.bytes, headers: headersFor(envId) };
}

export function brokenRecordOf({ key, bytes, headers }: BrokenRecord, envId: string): NewRecord {
  const usual = headersFor(envId);
  const shown = { 'as usual': usual, none: {}, 'bad mode': { ...usual, 'custody-mode': 'guess' } }[headers];
  return { key, value: bytes, headers: shown };
}

export function jsonRecord(key: string, value: unknown): NewRecord {
  return { key, value: new TextEncoder().encode(JSON.stringify(value)) };
}

/** What a poller says of an hour that it has read. */
export function hourRecord(envId: string, state: 'open' | 'closed', updatedAt: string): NewRecord {
  const window = {
    from: '2026-10-31T22:00:00.000Z',
    to: '2026-10-31T23:00:00.000Z',
    state,
    proof: state === 'closed' ? 'count' : null,
    listed: 300,
    counted: 300,
    deleted_at_source: 0,
    read_at: '2026-11-01T08:00:00.000Z',
    reason: '',
  };
  const hour = '2026-10-31T22:00:00.000Z';
  const value = { env_id: envId, env_name: envId, hour, windows: [window], updated_at: updatedAt };
  return jsonRecord(`${envId}/${hour}`, value);
}

export interface TestLog {
  readonly directory: string;
  readonly log: Log;
  /** Another instance on the same files, as another process has it. */
  reopen(): Promise<Log>;
  /** Has the log delete what its retention keeps for eight days at most. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

/** An embedded log of its own, with every topic. */
export async function startLog(): Promise<TestLog> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-consumer-log-'));
  const opened: Log[] = [];
  const reopen = async () => {
    const log = await openLmdbLog({ directory });
    opened.push(log);
    return log;
  };
  const log = await reopen();
  await log.ensureTopics(Object.values(topics));
  return {
    directory,
    log,
    reopen,
    async expire() {
      const clock = { ...systemClock, now: () => systemClock.now() + 8 * dayMs };
      await (await openLmdbLog({ directory, clock })).close();
    },
    async close() {
      for (const one of opened) await one.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Everything that a topic holds now. */
export async function readAll(log: Log, topic: string): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  const follower = log.follow({ topic, onRecords: (records) => void all.push(...records) });
  await follower.caughtUp;
  await follower.stop();
  return all;
}

/** Records that a group has not committed, over all partitions. */
export async function lagOf(log: Log, topic = decisionsTopic, group = 'custody.consumer'): Promise<number> {
  const lags = await log.lag(group, topic);
  return lags.reduce((sum, { committedOffset, endOffset }) => sum + endOffset - committedOffset, 0);
}

/** The log's methods as an object, so that a test can replace one of them. */
export function spread(log: Log): Log {
  return {
    engine: log.engine,
    ensureTopics: (specs) => log.ensureTopics(specs),
    append: (topic, records) => log.append(topic, records),
    consume: (options) => log.consume(options),
    latest: (topic) => log.latest(topic),
    follow: (options) => log.follow(options),
    lag: (group, topic) => log.lag(group, topic),
    lead: (name, task, signal) => log.lead(name, task, signal),
    close: () => log.close(),
  };
}

/** A follower that hands on nothing: whoever relies on it is stuck with the oldest knowledge there is. */
export function knowingNothing(): Follower {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  return { caughtUp: Promise.resolve(), done, stop: async () => resolve() };
}
