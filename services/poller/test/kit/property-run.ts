import { hourMs, hourWindows, isReservedWindowsKey, minuteMs, secondMs, topics } from '@custody/decision';
import { createPermitClient, createRateBudget } from '@custody/permit';
import { createMetrics } from '@custody/runtime';
import { createPollerMetrics } from '../../src/metrics.ts';
import { openSession, type Session } from '../../src/session.ts';
import type { DecisionSource } from '../../src/source.ts';
import { GivenFacts } from './fact-listings.ts';
import { silent } from './harness.ts';
import { MemoryLog } from './memory-log.ts';
import { Killed, Life, mortalLog, mortalSource } from './mortal.ts';
import { PropertyWorld } from './property-world.ts';

const plain = (id: string | null) => (id ?? '').replaceAll('-', '');
const decoder = new TextDecoder();
const metrics = createPollerMetrics(createMetrics('poller'), { now: () => 0, sleep: async () => undefined });

/** A poller that lives and dies over a drawn world, and what of it can be judged. */
export class PropertyRun {
  readonly world: PropertyWorld;
  readonly #log = new MemoryLog();
  readonly #served = new Set<string>();
  readonly #source: DecisionSource;
  readonly #budget;
  readonly #env;
  readonly #lookbackDays: number;
  #session: Session | null = null;
  #read = 0;
  readonly #inLog = new Set<string>();
  restarts = 0;

  private constructor(world: PropertyWorld, source: DecisionSource, parts: { budget: unknown; env: unknown }) {
    this.world = world;
    this.#source = source;
    this.#budget = parts.budget as ReturnType<typeof createRateBudget>;
    this.#env = parts.env as { id: string; name: string };
    this.#lookbackDays = world.dice.oneOf(0, 1, 3) / 24;
  }

  static async start(seed: number): Promise<PropertyRun> {
    const world = new PropertyWorld(seed);
    const { permit, clock } = world;
    const budget = createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock });
    const options = { apiUrl: permit.url, apiKey: permit.apiKey, budget, clock, logger: silent, fetch: permit.fetch };
    const client = createPermitClient(options);
    const { envId, envName } = await client.resolveEnvironment();
    return new PropertyRun(world, client, { budget, env: { id: envId, name: envName } });
  }

  /** One step of whatever the poller does, or several side by side, as they run in a process. */
  async step(): Promise<void> {
    const { dice } = this.world;
    const many = dice.oneOf(1, 1, 1, 2, 4);
    await this.#alive(async (session) => {
      const ends = await Promise.allSettled(Array.from({ length: many }, () => this.#work(session)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    });
  }

  async #work(session: Session): Promise<unknown> {
    const what = this.world.dice.next();
    if (what < 0.4) return session.pollFresh();
    if (what < 0.7) return session.proveRecent();
    if (what < 0.85) return session.history.step();
    return what < 0.95 ? session.verification.step() : session.repairs.step();
  }

  /** Everything that is due, as often as something is. */
  async settle(): Promise<void> {
    await this.#alive(async (session) => {
      await session.pollFresh();
      await session.proveRecent();
      while (await session.repairs.step());
      while (await session.history.step());
      while (await session.verification.step());
      await session.proveRecent();
    }, new Life());
  }

  /** Asks for an hour again, as somebody downstream does who misses rows. */
  async askForRepair(): Promise<void> {
    const { dice, nowMs } = this.world;
    const hour = new Date(Math.floor((nowMs - dice.between(0, 3) * hourMs) / hourMs) * hourMs).toISOString();
    const requested_at = new Date(nowMs).toISOString();
    const request = { env_id: this.#env.id, hour, reason: 'rows are missing', requested_by: 'test', requested_at };
    const value = new TextEncoder().encode(JSON.stringify(request));
    await this.#log.append(topics.repairs.name, [{ key: `${this.#env.id}/${hour}`, value }]);
    await this.#alive((session) => session.repairs.refresh(), new Life());
  }

  kill(): void {
    this.#session = null;
    this.#served.clear();
  }

  isSettled(): boolean {
    const { latenessMs, variants } = this.world;
    // Without counts a proof takes two readings one lateness apart.
    const allowedSeconds = variants.totalCount === 'absent' ? (3 * latenessMs) / secondMs : 0;
    return (this.#session?.coverage().blind ?? Number.POSITIVE_INFINITY) <= allowedSeconds;
  }

  coverage() {
    return this.#session?.coverage();
  }

  /** What is wrong now, in words; empty in health. */
  faults({ isEnd = false } = {}): string[] {
    const found: string[] = [];
    const inLog = this.#idsInLog();
    const lost = [...this.#served].filter((id) => !inLog.has(id));
    if (lost.length > 0) found.push(`listed to the poller and not in the log: ${lost}`);
    const { oracle } = this.world.permit;
    const foreign = [...inLog].filter((id) => oracle.lifetime(id) === undefined);
    if (foreign.length > 0) found.push(`in the log and never listed: ${foreign}`);
    if (isEnd) {
      const horizonMs = this.#horizonMs();
      const left = [...oracle.listed({ asOfMs: this.world.nowMs, fromMs: horizonMs })].filter((id) => {
        return (oracle.lifetime(id)?.deletedAtMs ?? 0) > this.world.nowMs && !inLog.has(id);
      });
      if (left.length > 0) found.push(`listed at the end and not in the log: ${left}`);
    }
    for (const window of this.#windows()) {
      if (window.state !== 'closed') continue;
      const [asOfMs, fromMs, toMs] = [window.read_at ?? '', window.from, window.to].map((text) => Date.parse(text));
      const listed = oracle.listed({ asOfMs: asOfMs ?? 0, fromMs: fromMs ?? 0, toMs: toMs ?? 0 });
      const missing = [...listed].filter((id) => {
        return (oracle.lifetime(id)?.deletedAtMs ?? 0) > this.world.nowMs && !inLog.has(id);
      });
      if (missing.length > 0) found.push(`${window.from} to ${window.to} is said to be proven without ${missing}`);
    }
    return found;
  }

  /** Lets the poller work; one that was killed begins anew with the next work. */
  async #alive(work: (session: Session) => Promise<unknown>, life: Life | null = null): Promise<void> {
    const { dice } = this.world;
    try {
      if (this.#session === null || life !== null) {
        const fresh = life ?? new Life(dice.chance(0.5) ? dice.between(1, 60) : Number.POSITIVE_INFINITY);
        if (this.#session === null || dice.chance(0.3)) this.#session = await this.#open(fresh);
      }
      await work(this.#session);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.restarts += 1;
      this.kill();
      if (life !== null) await this.#alive(work, life);
    }
  }

  async #open(life: Life): Promise<Session> {
    const { clock, latenessMs } = this.world;
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

  /** Notes what pages list to the poller: unless it dies, that has to be in the log by the end of its step. */
  #listening(): DecisionSource {
    return {
      countDecisions: (range, facet, options) => this.#source.countDecisions(range, facet, options),
      listDecisions: async (request, signal) => {
        const page = await this.#source.listDecisions(request, signal);
        for (const { id } of page.entries) this.#served.add(plain(id));
        return page;
      },
    };
  }

  #idsInLog(): Set<string> {
    const records = this.#log.recordsOf(topics.decisions.name);
    for (; this.#read < records.length; this.#read += 1) {
      const text = decoder.decode(records[this.#read]?.value ?? new Uint8Array());
      this.#inLog.add(plain((JSON.parse(text) as { id: string }).id));
    }
    return this.#inLog;
  }

  #hours() {
    const newest = new Map<string, Uint8Array | null>();
    for (const { key, value } of this.#log.recordsOf(topics.windows.name)) {
      if (!isReservedWindowsKey(key)) newest.set(key, value);
    }
    return [...newest.values()].map((value) =>
      hourWindows.parse(JSON.parse(decoder.decode(value ?? new Uint8Array()))),
    );
  }

  #windows() {
    return this.#hours().flatMap(({ windows }) => windows);
  }

  #horizonMs(): number {
    return Math.min(...this.#hours().map(({ hour }) => Date.parse(hour)));
  }
}

/** A whole life from a seed. Returns what went wrong. */
export async function runProperty(seed: number): Promise<{ faults: string[]; restarts: number }> {
  const run = await PropertyRun.start(seed);
  const { world } = run;
  const { dice } = world;
  const faults: string[] = [];
  while (world.nowMs < world.untilMs && faults.length === 0) {
    world.nowMs += dice.oneOf(5, 5, 5, 30, 60, 600) * secondMs;
    if (dice.chance(0.15)) world.changeFaults();
    if (dice.chance(0.15)) world.changeClock();
    if (dice.chance(0.05)) await run.askForRepair();
    if (dice.chance(0.12)) run.kill();
    await run.step();
    if (dice.chance(0.1)) faults.push(...run.faults());
  }
  world.heal();
  for (const waitMs of [0, hourMs + minuteMs, hourMs + minuteMs]) {
    world.nowMs += waitMs;
    // Windows without a count need several readings, with pauses between them.
    for (let round = 0; round < 60 && faults.length === 0; round += 1) {
      world.nowMs += world.latenessMs + secondMs;
      await run.settle();
      if (run.isSettled()) break;
    }
    faults.push(...run.faults());
  }
  if (faults.length === 0) faults.push(...run.faults({ isEnd: true }));
  if (!run.isSettled()) faults.push(`blind in health: ${JSON.stringify(run.coverage())}`);
  return { faults, restarts: run.restarts };
}
