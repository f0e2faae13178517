import { hourMs, minuteMs, secondMs } from '@custody/decision';
import { createSimulatedPermit, type FaultSettings, type GivenEntry, type Variants } from '@custody/permit-simulator';
import { Dice } from './dice.ts';
import { entryAt } from './entries.ts';

const beginsAtMs = Date.parse('2026-03-04T10:00:00Z');

function variantsOf(dice: Dice): Partial<Variants> {
  return {
    order: dice.oneOf('newest-first', 'newest-first', 'oldest-first'),
    ties: dice.oneOf('stable', 'shuffled'),
    pageOrder: dice.oneOf('sorted', 'shuffled'),
    lowerBound: dice.oneOf('inclusive', 'exclusive', 'whole-second'),
    upperBound: dice.oneOf('inclusive', 'exclusive', 'whole-second'),
    totalCount: dice.oneOf('exact', 'exact', 'capped', 'estimated', 'absent'),
    resources: dice.oneOf('type', 'instance', 'both'),
    idForm: dice.oneOf('stable', 'changing'),
    rawDataOnList: false,
  };
}

/** Faults that come and go; a run ends without them. */
function faultsOf(dice: Dice, latenessMs: number): FaultSettings {
  const share = dice.oneOf(0.05, 0.2, 0.5);
  const retryAfter = dice.oneOf('seconds', 'date', 'absent');
  const all: FaultSettings[] = [
    { '429': { share, retryAfter } },
    { '503': { share } },
    { reset: { share } },
    { 'truncated-json': { share } },
    { 'truncated-length': { share } },
    { garbage: { share } },
    { html: { share, fromPage: 2 } },
    { 'between-pages': { share: 0.3, upToSeconds: latenessMs / secondMs - 2 } },
  ];
  return Object.assign({}, ...Array.from({ length: dice.between(0, 3) }, () => dice.oneOf(...all)));
}

/** Where decisions cluster: on edges of hours and seconds, in bursts, or anywhere. */
function timeOf(dice: Dice, fromMs: number, toMs: number): number {
  const anyMs = dice.between(fromMs, toMs - 1);
  const shape = dice.next();
  if (shape < 0.1) return Math.round(anyMs / hourMs) * hourMs + dice.oneOf(-1, 0, 0, 1, 999, 1_000);
  if (shape < 0.3) return Math.floor(anyMs / minuteMs) * minuteMs + dice.oneOf(0, 1, 999);
  return anyMs;
}

interface Drawn {
  readonly fromMs: number;
  readonly toMs: number;
  readonly latenessMs: number;
  /** Shares. Not both: a row deleted and one that came after the closing cancel out in every count. */
  readonly tooLate: number;
  readonly deleted: number;
}

function entriesOf(dice: Dice, { fromMs, toMs, latenessMs, tooLate, deleted }: Drawn): GivenEntry[] {
  const count = dice.oneOf(0, 5, 30, 120, 260, 450);
  return Array.from({ length: count }, (_, index): GivenEntry => {
    const atMs = timeOf(dice, fromMs, toMs);
    const lateMs = dice.chance(tooLate)
      ? dice.between(latenessMs, 50 * minuteMs)
      : dice.between(0, latenessMs - 2 * secondMs);
    const visibleAtMs = atMs + (dice.chance(0.7) ? dice.between(0, 10 * secondMs) : lateMs);
    const fields = {
      action: dice.oneOf('read', 'write', 'delete'),
      resource_type: dice.oneOf('linear', 'github'),
      decision: dice.oneOf(true, true, false, null),
    };
    const entry = entryAt(index + 1, new Date(atMs).toISOString(), fields);
    return { entry, visibleAtMs, ...(dice.chance(deleted) && { deletedAtMs: atMs + dice.between(0, 2 * hourMs) }) };
  });
}

/** A source, and what time it is, drawn from a seed. */
export class PropertyWorld {
  readonly dice: Dice;
  readonly latenessMs: number;
  readonly permit;
  readonly untilMs: number;
  nowMs: number;
  /** How wrong the machine's clock is. */
  skewMs = 0;
  readonly hasDate: boolean;
  readonly variants: Partial<Variants>;
  #isShrinking = false;

  constructor(seed: number) {
    this.dice = new Dice(seed);
    const { dice } = this;
    this.latenessMs = dice.oneOf(60, 120, 300) * secondMs;
    this.nowMs = beginsAtMs + dice.between(0, 2 * hourMs);
    this.untilMs = this.nowMs + dice.oneOf(2, 20, 90) * minuteMs;
    this.hasDate = dice.chance(0.8);
    this.variants = variantsOf(dice);
    const tooLate = dice.chance(0.3) ? 0.05 : 0;
    const deleted = tooLate === 0 && dice.chance(0.5) ? 0.1 : 0;
    this.#isShrinking = deleted > 0 && dice.chance(0.3);
    const drawn = { fromMs: beginsAtMs - hourMs, toMs: this.untilMs, latenessMs: this.latenessMs, tooLate, deleted };
    this.permit = createSimulatedPermit({
      seed,
      now: () => this.nowMs,
      sleep: async (ms) => {
        this.nowMs += ms;
      },
      variants: this.variants,
      onRequest: () => this.#deleteSome(),
      entries: entriesOf(dice, drawn),
      ...(!this.hasDate && { faults: { date: { absent: true } } }),
    });
  }

  readonly clock = {
    now: () => this.nowMs + this.skewMs,
    sleep: async (ms: number) => {
      this.nowMs += ms;
    },
  };

  changeFaults(): void {
    this.permit.faults.replace({
      ...faultsOf(this.dice, this.latenessMs),
      ...(!this.hasDate && { date: { absent: true } }),
    });
  }

  /** Only a source that tells the time saves one from a clock that is wrong. */
  changeClock(): void {
    if (this.hasDate) this.skewMs = this.dice.oneOf(0, 0, -10, -3, 3, 10, 45) * minuteMs;
  }

  /** Rows vanish while pages are turned, in worlds where no row comes after its window was closed. */
  #deleteSome(): void {
    if (!this.#isShrinking || !this.dice.chance(0.1)) return;
    const ids = [...this.permit.oracle.listedNow()];
    const id = ids[this.dice.between(0, ids.length - 1)];
    if (id !== undefined) this.permit.entries.delete(id, this.nowMs);
  }

  heal(): void {
    this.#isShrinking = false;
    this.permit.faults.replace(this.hasDate ? {} : { date: { absent: true } });
    this.skewMs = 0;
  }
}
