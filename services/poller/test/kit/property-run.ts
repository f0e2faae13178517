import { hourMs, minuteMs, secondMs, settlingSeconds, topics } from '@custody/decision';
import { createRateBudget } from '@custody/permit';
import { type EnvironmentName, tooManyResults } from '../../src/source.ts';
import { MemoryLog } from './memory-log.ts';
import { PropertyJudge } from './property-judge.ts';
import { clientOf, PropertyPoller } from './property-poller.ts';
import { PropertyWorld } from './property-world.ts';
import type { Tally } from './tally.ts';

/** Windows without a count need several readings, with pauses between them. */
const mostRounds = 60;
/** After the last look at a closed window is due; one that a part of the hour closed last delays is due after the next. */
const lookMs = hourMs + 15 * minuteMs;

/** Pollers that live and die over a drawn world, and the judge of what they leave. */
class PropertyRun {
  readonly world: PropertyWorld;
  readonly judge: PropertyJudge;
  readonly #log: MemoryLog;
  readonly #env: EnvironmentName;
  readonly #lookbackDays: number;
  readonly #pollers: PropertyPoller[] = [];

  private constructor(world: PropertyWorld, env: EnvironmentName) {
    this.world = world;
    this.#env = env;
    this.judge = new PropertyJudge(world);
    this.#log = new MemoryLog(this.judge.onAppend);
    this.#lookbackDays = world.dice.oneOf(0, 1, 3) / 24;
  }

  static async start(seed: number, tally: Tally): Promise<PropertyRun> {
    const world = new PropertyWorld(seed, tooManyResults, tally);
    const budget = createRateBudget({ clock: world.clock });
    const { envId: id, envName: name } = await clientOf(world, budget).resolveEnvironment();
    const run = new PropertyRun(world, { id, name });
    // One that was the leader may go on for a while beside the next.
    const isDoubled = world.dice.chance(0.15);
    if (isDoubled) tally.note('two pollers');
    for (let left = isDoubled ? 2 : 1; left > 0; left -= 1) run.#pollers.push(run.#poller());
    return run;
  }

  /** Some time passes, something changes, and somebody works. */
  async step(): Promise<void> {
    const { dice, tally } = this.world;
    this.world.nowMs += dice.oneOf(5, 5, 5, 30, 60, 600) * secondMs;
    if (dice.chance(0.15)) this.world.changeFaults();
    if (dice.chance(0.15)) this.world.changeClock();
    if (dice.chance(0.05)) await this.#askForRepair();
    if (dice.chance(0.12)) {
      tally.note('killed between steps');
      dice.oneOf(...this.#pollers).kill();
    }
    await dice.oneOf(...this.#pollers).work();
  }

  /** Nothing strikes any more; what is left is one poller, which begins from the log. */
  heal(): void {
    for (const poller of this.#pollers) poller.kill();
    this.world.heal();
    this.#pollers.splice(0, this.#pollers.length, this.#poller());
  }

  /** It has the time that it needs. */
  async settle(): Promise<void> {
    const { world } = this;
    for (let round = 0; round < mostRounds && this.found().length === 0; round += 1) {
      world.nowMs += world.latenessMs + secondMs;
      await this.#settleOnce();
      if (this.#isProven()) return;
    }
    if (this.found().length === 0) this.judge.add(`blind in health: ${JSON.stringify(this.#pollers[0]?.coverage())}`);
  }

  /** What is wrong so far, in words; empty in health. */
  found(): string[] {
    const unlogged = this.#pollers.flatMap(({ served }) => [...served].filter((id) => !this.judge.has(id)));
    const lost = unlogged.length === 0 ? [] : [`listed to the poller and not in the log: ${unlogged.slice(0, 5)}`];
    const circles = this.world.isInCircles ? [`goes in circles: ${this.judge.hint()}`] : [];
    return [...lost, ...circles, ...this.judge.found];
  }

  /** By what the poller says of itself, which the records have to bear out. */
  #isProven(): boolean {
    const { world, judge } = this;
    const blind = this.#pollers[0]?.coverage()?.blind ?? Number.POSITIVE_INFINITY;
    // Without counts a proof takes two readings one lateness apart; with few requests every proof waits.
    const isSlow = world.variants.totalCount === 'absent' || Number.isFinite(world.sourceLimit);
    if (blind > (isSlow ? (3 * world.latenessMs) / secondMs : 0)) return false;
    const agedMs = world.nowMs - world.latenessMs - settlingSeconds * secondMs;
    const unproven = judge.unprovenSeconds(agedMs);
    // The `Date` of an answer is in whole seconds, and as old as the answer.
    if (unproven > blind + settlingSeconds)
      judge.add(`blind is said to be ${blind} s, and ${unproven} s are not proven`);
    return true;
  }

  async #settleOnce(): Promise<void> {
    try {
      await this.#pollers[0]?.settle();
    } catch (error) {
      if (!this.world.isInCircles) throw error;
    }
  }

  #poller(): PropertyPoller {
    return new PropertyPoller({ world: this.world, log: this.#log, env: this.#env, lookbackDays: this.#lookbackDays });
  }

  /** Asks for an hour again, as somebody downstream does who misses rows. */
  async #askForRepair(): Promise<void> {
    const { dice, nowMs, tally } = this.world;
    const envId = this.#env.id;
    const hour = new Date(Math.floor((nowMs - dice.between(0, 3) * hourMs) / hourMs) * hourMs).toISOString();
    const requested_at = new Date(nowMs).toISOString();
    const request = { env_id: envId, hour, reason: 'rows are missing', requested_by: 'test', requested_at };
    const value = new TextEncoder().encode(JSON.stringify(request));
    await this.#log.append(topics.repairs.name, [{ key: `${envId}/${hour}`, value }]);
    for (const poller of this.#pollers) await poller.refreshRepairs();
    tally.note('repair asked for');
  }
}

/** A whole life from a seed. Returns what went wrong, in words; empty in health. */
export async function runProperty(seed: number, tally: Tally): Promise<string[]> {
  const run = await PropertyRun.start(seed, tally);
  const { world, judge } = run;
  while (world.nowMs < world.untilMs && run.found().length === 0) await run.step();
  run.heal();
  for (let looksLeft = world.isMendedByLooks ? 2 : 1; run.found().length === 0; looksLeft -= 1) {
    await run.settle();
    if (run.found().length === 0) judge.judgeEnd({ isMended: looksLeft === 0 || !world.isMendedByLooks });
    if (looksLeft === 0) break;
    world.nowMs += lookMs;
  }
  return run.found();
}
