import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { createSimulatedPermit, type FaultSettings, type SimulatedPermit } from '@custody/permit-simulator';
import { type Clock, createLogger, systemClock } from '@custody/runtime';
import type { EnvironmentConfig } from '../../src/environment-config.ts';
import { EnvironmentReader } from '../../src/environment-reader.ts';
import { entryAt } from './entries.ts';
import { decisionsIn } from './harness.ts';

const nowMs = Date.parse('2026-03-04T10:20:30Z');

export interface SourceOptions {
  readonly seed: number;
  readonly decisions?: number;
  readonly faults?: FaultSettings;
  /** How many times faster than real time its clock is; default: it passes only while somebody waits. */
  readonly speed?: number;
}

/** A clock that runs many times faster than real time, for whoever has many loops that wait. */
function fastClock(speed: number): Clock {
  const beganAtMs = performance.now();
  return {
    now: () => nowMs + (performance.now() - beganAtMs) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}

/** A Permit of one environment without sockets, on a clock of its own. */
export class Source {
  readonly permit: SimulatedPermit;
  readonly clock: Clock;
  /** When each request came. */
  readonly requestsAtMs: number[] = [];
  #nowMs = nowMs;

  constructor({ seed, decisions = 0, faults, speed }: SourceOptions) {
    const standing: Clock = {
      now: () => this.#nowMs,
      sleep: async (ms, signal) => {
        if (signal?.aborted) return;
        this.#nowMs += ms;
        await new Promise<void>((resolve) => setImmediate(resolve));
      },
    };
    this.clock = speed === undefined ? standing : fastClock(speed);
    const everyMs = 7_200_000 / Math.max(1, decisions);
    this.permit = createSimulatedPermit({
      seed,
      now: () => this.clock.now(),
      sleep: async () => undefined,
      ...(faults && { faults }),
      entries: Array.from({ length: decisions }, (_, index) => ({
        entry: entryAt(seed * 100_000 + index, new Date(nowMs - 7_200_000 + index * everyMs).toISOString()),
      })),
    });
  }

  /** The most requests in any minute. */
  mostPerMinute(): number {
    const times = [...this.requestsAtMs].sort((a, b) => a - b);
    let most = 0;
    for (let from = 0, to = 0; to < times.length; to += 1) {
      while ((times[to] ?? 0) - (times[from] ?? 0) >= 60_000) from += 1;
      most = Math.max(most, to - from + 1);
    }
    return most;
  }
}

export interface RunningReader {
  readonly reader: EnvironmentReader;
  /** Requests for decisions that this reader made. */
  readonly asked: URL[];
  /** Lines that it logged. */
  readonly said: Record<string, unknown>[];
  stop(): Promise<void>;
}

/** A log on disk, opened by as many processes as a test wants to play. */
export class Readers {
  readonly #directory: string;
  readonly #owners = new Map<string, EnvironmentReader>();
  readonly #logs: Log[] = [];
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<Readers> {
    return new Readers(await mkdtemp(join(tmpdir(), 'custody-readers-')));
  }

  /** The log as one more process opens it. */
  async openLog(): Promise<Log> {
    const log = await openLmdbLog({ directory: join(this.#directory, 'log') });
    await log.ensureTopics(Object.values(topics));
    this.#logs.push(log);
    return log;
  }

  start(source: Source, log: Log, more: Partial<EnvironmentConfig> = {}, owners = this.#owners): RunningReader {
    const { permit, clock } = source;
    const asked: URL[] = [];
    const said: Record<string, unknown>[] = [];
    const destination = { write: (line: string) => void said.push(JSON.parse(line) as Record<string, unknown>) };
    const reader = new EnvironmentReader({
      config: {
        label: 'test',
        name: null,
        apiUrl: permit.url,
        apiKey: permit.apiKey,
        keyVariable: null,
        project: undefined,
        environment: undefined,
        requestsPerMinute: 600,
        pollSeconds: 1,
        latenessSeconds: 60,
        lookbackDays: 0.125,
        factsSeconds: 60,
        verifyAfterMs: [],
        ...more,
      },
      log,
      clock,
      logger: createLogger({ service: 'poller', destination }),
      owners,
      fetch: (input, init) => {
        source.requestsAtMs.push(clock.now());
        const url = new URL(String(input));
        if (url.pathname.endsWith('/audit_logs')) asked.push(url);
        return permit.fetch(input, init);
      },
    });
    const stopping = new AbortController();
    const running = reader.run(stopping.signal);
    const stop = async () => {
      stopping.abort();
      await running;
    };
    this.#stops.push(stop);
    return { reader, asked, said, stop };
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) await stop();
    for (const log of this.#logs) await log.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** How many of the source's decisions the log lacks. */
export async function lostOf(source: Source, log: Log): Promise<number> {
  const inLog = await decisionsIn(log);
  return [...source.permit.oracle.listedNow()].filter((id) => !inLog.has(id)).length;
}
