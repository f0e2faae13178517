import { type HourWindows, hourWindows, isReservedWindowsKey, topics } from '@custody/decision';
import { createPermitClient, createRateBudget, type RateBudget } from '@custody/permit';
import { createSimulatedPermit, type SimulatedPermit, type SimulatedPermitOptions } from '@custody/permit-simulator';
import { type Clock, createLogger, createMetrics, type Logger, type Registry } from '@custody/runtime';
import { createPollerMetrics, type PollerMetrics } from '../../src/metrics.ts';
import { openSession, type Session, type SessionOptions } from '../../src/session.ts';
import { GivenFacts } from './fact-listings.ts';
import { MemoryLog } from './memory-log.ts';

export const nowMs = Date.parse('2026-03-04T10:20:30Z');
const decoder = new TextDecoder();

export interface InProcessOptions extends Omit<SimulatedPermitOptions, 'now' | 'sleep'> {
  readonly requestsPerMinuteOfOurs?: number;
  /** Whether the API's facts are listed; default: an environment without any, and without requests for them. */
  readonly hasFacts?: boolean;
}

/** A poller over a simulated Permit without sockets and a log in memory, both on one clock that a test moves. */
export class InProcess {
  readonly permit: SimulatedPermit;
  readonly log = new MemoryLog();
  readonly registry: Registry = createMetrics('poller');
  readonly metrics: PollerMetrics;
  readonly asked: URL[] = [];
  /** What was logged, as objects. */
  readonly said: Record<string, unknown>[] = [];
  readonly budget: RateBudget;
  readonly #logger: Logger;
  readonly #hasFacts: boolean;
  /** Called before each request. */
  onRequest: () => void = () => undefined;
  nowMs = nowMs;
  /** How wrong the machine's clock is. */
  skewMs = 0;

  constructor({
    requestsPerMinuteOfOurs = Number.POSITIVE_INFINITY,
    hasFacts = false,
    ...options
  }: InProcessOptions = {}) {
    const sleep = async (ms: number) => {
      this.nowMs += ms;
    };
    this.permit = createSimulatedPermit({ ...options, now: () => this.nowMs, sleep });
    this.budget = createRateBudget({ requestsPerMinute: requestsPerMinuteOfOurs, clock: this.clock });
    this.#hasFacts = hasFacts;
    this.metrics = createPollerMetrics(this.registry, this.clock);
    this.#logger = createLogger({ service: 'poller-test', level: 'silent' });
    for (const level of ['info', 'warn'] as const) {
      this.#logger[level] = (fields: unknown, message?: string) => {
        this.said.push({ ...(fields as object), level, message: message ?? '' });
      };
    }
  }

  readonly clock: Clock = {
    now: () => this.nowMs + this.skewMs,
    sleep: async (ms) => {
      this.nowMs += ms;
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };

  async session(options: Partial<SessionOptions> = {}): Promise<Session> {
    const { permit, clock, log, budget, metrics } = this;
    const fetch: typeof globalThis.fetch = (input, init) => {
      this.onRequest();
      this.asked.push(new URL(String(input)));
      return permit.fetch(input, init);
    };
    const source = createPermitClient({
      apiUrl: permit.url,
      apiKey: permit.apiKey,
      budget,
      clock,
      logger: this.#logger,
      fetch,
    });
    const { envId: id, envName: name } = await source.resolveEnvironment();
    const parts = {
      log,
      source,
      details: source,
      listings: this.#hasFacts ? source : new GivenFacts(),
      env: { id, name },
      budget,
      clock,
      logger: this.#logger,
      metrics,
    };
    return openSession({ ...parts, latenessMs: 60_000, lookbackDays: 0.25, mostAttempts: 0, ...options });
  }

  /** Ids of listed entries in the log, 32 hex digits each, with how often each stands there. */
  idsInLog(): Map<string, number> {
    const ids = new Map<string, number>();
    for (const { value, headers } of this.log.recordsOf(topics.decisions.name)) {
      if (headers['custody-form'] === 'detailed') continue;
      const { id } = JSON.parse(decoder.decode(value ?? new Uint8Array())) as { id: string };
      const plain = id.replaceAll('-', '');
      ids.set(plain, (ids.get(plain) ?? 0) + 1);
    }
    return ids;
  }

  /** What the source lists now and the log does not hold. */
  lost(): string[] {
    const ids = this.idsInLog();
    return [...this.permit.oracle.listedNow()].filter((id) => !ids.has(id));
  }

  async hours(): Promise<HourWindows[]> {
    const { records } = await this.log.latest(topics.windows.name);
    const values = [...records].filter(([key]) => !isReservedWindowsKey(key)).map(([, { value }]) => value);
    const texts = values.map((value) => decoder.decode(value ?? new Uint8Array()));
    return texts.map((text) => hourWindows.parse(JSON.parse(text))).sort((a, b) => (a.hour < b.hour ? -1 : 1));
  }

  /** One poll after the other, five seconds apart. */
  async live(session: Session, minutes: number): Promise<void> {
    for (let poll = 0; poll < minutes * 12; poll += 1) {
      this.nowMs += 5_000;
      await session.pollFresh();
      await session.proveRecent();
    }
  }
}

/** Everything that can be read now. */
export async function readAll(session: Session): Promise<void> {
  await session.pollFresh();
  await session.proveRecent();
  while (await session.history.step());
  await session.proveRecent();
}
