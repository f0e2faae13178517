import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs, topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { createPermitClient, createRateBudget } from '@custody/permit';
import { createSimulatedPermit } from '@custody/permit-simulator';
import { createPollerMetrics, openSession, type Session } from '@custody/poller';
import { createLogger, createMetrics, isError } from '@custody/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BackfillEvent, type BackfillOptions, runBackfill } from '../src/backfill/backfill.ts';
import { backfillRange } from '../src/backfill/backfill-range.ts';
import { eventText, resultText } from '../src/backfill/backfill-text.ts';
import { backfillErrors } from '../src/backfill/errors.ts';

const startMs = Date.parse('2026-03-04T10:20:30Z');
const at = (ms: number) => new Date(ms).toISOString();
const id = (index: number) => `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
const scope = {
  org_id: '11111111111141118111111111111111',
  project_id: '22222222222242228222222222222222',
  env_id: '33333333333343338333333333333333',
};
const entries = Array.from({ length: 60 }, (_, index) => ({
  entry: {
    id: id(index + 1),
    timestamp: at(startMs - 12 * hourMs + index * 11 * 60_000),
    user_key: 'agent|a',
    decision: true,
    ...scope,
  },
}));

/** A poller that works while the command looks, over a real log. */
class World {
  nowMs = startMs;
  readonly log: Log;
  readonly #directory: string;
  readonly #permit = createSimulatedPermit({ entries, now: () => this.nowMs });
  #session: Session | null = null;
  readonly events: BackfillEvent[] = [];
  readonly stopping = new AbortController();
  isPolling = true;

  private constructor(log: Log, directory: string) {
    this.log = log;
    this.#directory = directory;
  }

  static async open(): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'custody-backfill-'));
    const log = await openLmdbLog({ directory: join(directory, 'log') });
    await log.ensureTopics(Object.values(topics));
    return new World(log, directory);
  }

  readonly #clock = { now: () => this.nowMs, sleep: async () => undefined };

  /** Starts the poller, and has it read what it reads by itself. */
  async poll(lookbackDays: number): Promise<Session> {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const budget = createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock: this.#clock });
    const { url: apiUrl, apiKey, fetch } = this.#permit;
    const client = createPermitClient({ apiUrl, apiKey, budget, clock: this.#clock, logger, fetch });
    const { envId, envName } = await client.resolveEnvironment();
    const metrics = createPollerMetrics(createMetrics('poller'), this.#clock);
    const parts = { log: this.log, source: client, listings: client, env: { id: envId, name: envName }, budget };
    const time = { clock: this.#clock, logger, metrics, latenessMs: 60_000, lookbackDays, mostAttempts: 0 };
    const session = await openSession({ ...parts, ...time });
    await session.pollFresh();
    await session.proveRecent();
    while (await session.history.step());
    this.#session = session;
    return session;
  }

  /** Each pause of the command is a second in which the poller does one thing. */
  run(given: { from: string; to: string } & Partial<BackfillOptions>) {
    const { from, to, ...options } = given;
    const sleep = async (durationMs: number) => {
      this.nowMs += durationMs;
      if (this.isPolling) {
        await this.#session?.repairs.refresh();
        await this.#session?.repairs.step();
        await this.#session?.proveRecent();
      }
      await new Promise((resolve) => setImmediate(resolve));
    };
    return runBackfill({
      log: this.log,
      clock: { now: () => this.nowMs, sleep },
      range: backfillRange({ from, to }, this.nowMs),
      signal: this.stopping.signal,
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  async timesInLog(): Promise<Map<string, number>> {
    const times = new Map<string, number>();
    const follower = this.log.follow({
      topic: topics.decisions.name,
      onRecords: (records) => {
        for (const { value } of records) {
          const entry = JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())) as { id: string };
          times.set(entry.id, (times.get(entry.id) ?? 0) + 1);
        }
      },
    });
    await follower.caughtUp;
    await follower.stop();
    return times;
  }

  async requests(): Promise<number> {
    return (await this.log.latest(topics.repairs.name)).records.size;
  }

  async close(): Promise<void> {
    await this.log.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

test('a range is read again once, however often it is asked for, and anew with --again', async () => {
  await world.poll(1);
  const range = { from: at(startMs - 6 * hourMs), to: at(startMs - 3 * hourMs) };
  const result = await world.run(range);
  expect(result).toMatchObject({
    outcome: 'read',
    hours: 4,
    hours_left: 0,
    unreadable_seconds: 0,
    nothing_before: null,
  });
  expect(result.decisions).toBeGreaterThan(15);
  const twice = [...(await world.timesInLog()).values()].filter((times) => times === 2);
  expect(twice).toHaveLength(result.decisions);
  expect(await world.requests()).toBe(4);
  expect(world.events.at(-1)).toMatchObject({ event: 'progress', hours_read: 4, hours_left: 0, seconds_left: 0 });

  world.events.length = 0;
  expect(await world.run(range)).toMatchObject({ outcome: 'read', decisions: 0 });
  expect(world.events[0]).toMatchObject({ event: 'asked', asked: 0, asked_before: 0, read_before: 4 });
  expect(await world.requests()).toBe(4);

  expect(await world.run({ ...range, again: true })).toMatchObject({ outcome: 'read', decisions: result.decisions });
  expect([...(await world.timesInLog()).values()].filter((times) => times === 3)).toHaveLength(result.decisions);
});

test('stopped half-way, the same command goes on with what is left', async () => {
  await world.poll(1);
  const range = { from: at(startMs - 8 * hourMs), to: at(startMs - 2 * hourMs) };
  const onEvent = (event: BackfillEvent) => {
    if (event.event === 'progress' && event.hours_read >= 2) world.stopping.abort();
  };
  const stopped = await world.run({ ...range, onEvent });
  expect(stopped.outcome).toBe('interrupted');
  expect(stopped.hours_left).toBeGreaterThan(0);
  const signal = new AbortController().signal;
  expect(await world.run({ ...range, signal })).toMatchObject({ outcome: 'read', hours_left: 0 });
  const [asked] = world.events;
  expect(asked).toMatchObject({ asked: 0, asked_before: stopped.hours_left, read_before: 7 - stopped.hours_left });
  expect(await world.requests()).toBe(7);
});

test('hours before the beginning of history are read, and the answer says from when on the source lists anything', async () => {
  await world.poll(0);
  expect(await world.timesInLog()).toEqual(new Map());
  const result = await world.run({ from: '-16h', to: 'now' });
  expect(result).toMatchObject({
    outcome: 'read',
    decisions: 60,
    nothing_before: `${at(startMs - 12 * hourMs).slice(0, 14)}00:00.000Z`,
  });
  expect((await world.timesInLog()).size).toBe(60);
  const moved = world.events.find(({ event }) => event === 'history');
  expect(moved).toMatchObject({ began: '2026-03-04T10:00:00.000Z', hours_between: 0 });
});

test('a poller that is silent is told of once, with the remedy, and the command goes on when it comes back', async () => {
  await world.poll(1);
  world.isPolling = false;
  const onEvent = (event: BackfillEvent) => {
    world.events.push(event);
    if (event.event === 'silent') world.isPolling = true;
  };
  expect(await world.run({ from: '-3h', to: '-2h', onEvent })).toMatchObject({ outcome: 'read' });
  const silent = world.events.filter(({ event }) => event === 'silent');
  expect(silent).toHaveLength(1);
  expect(eventText(silent[0] as BackfillEvent)).toMatch(/is it running\? Start it with/);
});

test.each([
  [{ from: '-1h', to: '-2h' }, /empty/],
  [{ from: '2026-03-05', to: '2026-03-06' }, /future/],
  [{ from: 'yesterday', to: 'now' }, /--from "yesterday" is no time; write 2026/],
  [{ from: '1999-01-01', to: 'now' }, /3650 days back/],
])('%o is refused', (given, message) => {
  expect(() => backfillRange(given, startMs)).toThrow(message);
});

test('without a poller on record, or with another environment, nothing is asked for', async () => {
  const nobody: unknown = await world.run({ from: '-1h', to: 'now' }).catch((error: unknown) => error);
  expect(isError(nobody, backfillErrors.BACKFILL_NO_POLLER)).toBe(true);
  await world.poll(1);
  const other: unknown = await world.run({ from: '-1h', to: 'now', env: 'other' }).catch((error: unknown) => error);
  expect(isError(other, backfillErrors.BACKFILL_REFUSED)).toBe(true);
  expect(await world.requests()).toBe(0);
});

test('the result says what the source no longer has', () => {
  const nothing = { hours: 3, hours_left: 0, decisions: 0, unreadable_seconds: 0, nothing_before: null };
  expect(resultText({ outcome: 'read', ...nothing, deleted_at_source: 12 })).toMatch(
    /12 decisions .* gone from the source/,
  );
});
