import { hourMs, minuteMs } from '@custody/decision';
import {
  createPermitClient,
  createRateBudget,
  mostEntriesPerPage,
  permitErrors,
  type RateBudget,
} from '@custody/permit';
import { createMetrics, isError } from '@custody/runtime';
import { createPollerMetrics } from '../../src/metrics.ts';
import { openSession, type Session } from '../../src/session.ts';
import type { DecisionSource, EnvironmentName } from '../../src/source.ts';
import { GivenFacts } from './fact-listings.ts';
import { silent } from './harness.ts';
import type { MemoryLog } from './memory-log.ts';
import { Killed, Life, mortalLog, mortalSource } from './mortal.ts';
import type { PropertyWorld } from './property-world.ts';

/** A poller that is never done with what is due is stopped, as by a deployment. */
const longestWorkMs = 2 * minuteMs;
const metrics = createPollerMetrics(createMetrics('poller'), { now: () => 0, sleep: async () => undefined });

export interface PropertyPollerOptions {
  readonly world: PropertyWorld;
  readonly log: MemoryLog;
  readonly env: EnvironmentName;
  readonly lookbackDays: number;
}

export function clientOf({ permit, clock, fetch }: PropertyWorld, budget: RateBudget) {
  return createPermitClient({ apiUrl: permit.url, apiKey: permit.apiKey, budget, clock, logger: silent, fetch });
}

/** One poller after the other over a drawn world: each lives until something kills it, and the next begins anew. */
export class PropertyPoller {
  readonly #world: PropertyWorld;
  readonly #log: MemoryLog;
  readonly #lookbackDays: number;
  readonly #source: DecisionSource;
  readonly #budget: RateBudget;
  readonly #env: EnvironmentName;
  readonly #served = new Set<string>();
  #session: Session | null = null;

  constructor({ world, log, env, lookbackDays }: PropertyPollerOptions) {
    this.#world = world;
    this.#log = log;
    this.#env = env;
    this.#lookbackDays = lookbackDays;
    const { clock, requestsPerMinute } = world;
    this.#budget = createRateBudget({ requestsPerMinute, clock });
    this.#source = clientOf(world, this.#budget);
  }

  /** What a page listed to this poller must be in the log once it works on nothing. */
  get served(): ReadonlySet<string> {
    return this.#served;
  }

  coverage() {
    return this.#session?.coverage() ?? null;
  }

  /** Several things side by side, as they run in a process that may die of any of them. */
  async work(): Promise<void> {
    const { dice } = this.#world;
    if (this.#session !== null && dice.chance(0.3)) this.kill();
    const life = new Life(dice.chance(0.5) ? dice.between(1, 60) : Number.POSITIVE_INFINITY);
    const many = dice.oneOf(1, 1, 1, 2, 4);
    const signal = this.#world.stopAfter(longestWorkMs);
    try {
      this.#session ??= await this.#open(life);
      const session = this.#session;
      const ends = await Promise.allSettled(Array.from({ length: many }, () => this.#part(session, signal)));
      if (signal.aborted) this.#end('stopped');
      else for (const end of ends) if (end.status === 'rejected') throw end.reason;
    } catch (error) {
      if (error instanceof Killed) this.#end('killed at an await');
      else if (isError(error, permitErrors.PERMIT_KEY_REJECTED, permitErrors.PERMIT_NOT_FOUND)) {
        this.#end('session ended by a refusal');
      } else if (signal.aborted) this.#end('stopped');
      else throw error;
    }
  }

  /** Everything that is due, as often as something is, by a poller that nothing kills. */
  async settle(): Promise<void> {
    this.#session ??= await this.#open(new Life());
    const session = this.#session;
    const signal = this.#world.stopAfter(Number.POSITIVE_INFINITY);
    await session.pollFresh(signal);
    await session.proveRecent(signal);
    while (await session.repairs.step(signal));
    while (await session.history.step(signal));
    while (await session.verification.step(signal));
    await session.proveRecent(signal);
  }

  /** Takes note of the repair requests, as it does while it lives. */
  async refreshRepairs(): Promise<void> {
    try {
      await this.#session?.repairs.refresh();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.kill();
    }
  }

  /** However a session ends, the next one begins from the log. */
  #end(how: string): void {
    this.#world.tally.note(how);
    this.kill();
  }

  kill(): void {
    this.#session = null;
    this.#served.clear();
  }

  #part(session: Session, signal: AbortSignal): Promise<unknown> {
    const what = this.#world.dice.next();
    if (what < 0.4) return session.pollFresh(signal);
    if (what < 0.7) return session.proveRecent(signal);
    if (what < 0.85) return session.history.step(signal);
    return what < 0.95 ? session.verification.step(signal) : session.repairs.step(signal);
  }

  async #open(life: Life): Promise<Session> {
    const { clock, latenessMs } = this.#world;
    const session = await openSession({
      log: mortalLog(this.#log, life),
      source: mortalSource(this.#listening(), life),
      listings: new GivenFacts(),
      env: this.#env,
      budget: this.#budget,
      clock,
      logger: silent,
      metrics,
      latenessMs,
      lookbackDays: this.#lookbackDays,
      verifyAfterMs: [10 * minuteMs, hourMs],
      mostAttempts: 0,
    });
    await session.repairs.refresh();
    // What the report of a first start looks at is read later.
    this.#served.clear();
    return session;
  }

  /** Notes what pages list to the poller: unless it dies, that has to be in the log by the end of its work. */
  #listening(): DecisionSource {
    const source = this.#source;
    return {
      countDecisions: (range, facet, options) => source.countDecisions(range, facet, options),
      listDecisions: async (request, signal) => {
        const page = await source.listDecisions({ perPage: mostEntriesPerPage, ...request }, signal);
        for (const { id } of page.entries) if (id !== null) this.#served.add(id);
        return page;
      },
    };
  }
}
