import { hourMs, minuteMs, secondMs } from '@custody/decision';
import { createSimulatedPermit, type Variants } from '@custody/permit-simulator';
import { Dice } from './dice.ts';
import { drawEntries, drawnEntry } from './drawn-entries.ts';
import { type Bounds, drawFaults, drawVariants } from './drawn-switches.ts';
import type { Tally } from './tally.ts';

const beginsAtMs = Date.parse('2026-03-04T10:00:00Z');
/** Entries come in time where they are a little younger than the lateness: a request is padded by whole seconds. */
const marginMs = 2 * secondMs;
/** Whoever needs more for one of these lives goes round in circles. */
const mostRequests = 10_000;
const noLimit = Number.POSITIVE_INFINITY;

/** A source, and what time it is, drawn from a seed. */
export class PropertyWorld {
  readonly dice: Dice;
  readonly tally: Tally;
  readonly latenessMs: number;
  readonly permit;
  readonly untilMs: number;
  nowMs: number;
  /** How wrong the machine's clock is. */
  skewMs = 0;
  readonly variants: Partial<Variants>;
  /** Of the poller's own budget. */
  requestsPerMinute: number;
  /** Of the source: what goes beyond is refused. */
  readonly sourceLimit: number;
  /** Whether rows come later than any lateness allows for, or are denied: a later look at closed windows finds them. */
  readonly isMendedByLooks: boolean;
  readonly bounds: Omit<Bounds, 'mayBurst'>;
  /** Whether our clock may be ahead: then every answer of the source tells the time. */
  readonly #isClockWrong: boolean;
  /** Of the requests: rows vanish before they are answered. */
  #shrinkingShare: number;
  #isKeyWrong = false;
  #requests = 0;
  #burstsLeft: number;
  #stopAtMs = noLimit;
  #stopping = new AbortController();
  #added = 0;
  readonly #mayLie: boolean;
  #isLying = false;
  readonly #lies: { readonly fromMs: number; untilMs: number }[] = [];

  constructor(seed: number, mostResults: number, tally: Tally) {
    this.dice = new Dice(seed);
    this.tally = tally;
    const { dice } = this;
    this.latenessMs = dice.oneOf(60, 120, 300) * secondMs;
    this.nowMs = beginsAtMs + dice.between(0, 2 * hourMs);
    this.untilMs = this.nowMs + dice.oneOf(2, 10, 45) * minuteMs;
    this.variants = drawVariants(dice, tally);
    this.#isClockWrong = dice.chance(0.5);
    // Not both: a row deleted and one that came after the closing cancel out in every count.
    const tooLate = dice.chance(0.3) ? 0.05 : 0;
    const mayDelete = tooLate === 0 && dice.chance(0.5);
    this.#shrinkingShare = mayDelete ? dice.oneOf(0, 0, 0.1, 0.5) : 0;
    // Reading a second that is too full takes many requests.
    this.#burstsLeft = dice.chance(0.3) ? 1 : 0;
    const aheadMs = dice.oneOf(0, 0, 0, 20) * secondMs;
    const latestMs = this.latenessMs - marginMs - aheadMs;
    const mayHideDate = !this.#isClockWrong;
    this.bounds = { latestMs, aheadMs, mayDelete, mayLie: dice.chance(0.1), mayHideDate, mostResults };
    // Without counts every window is read at least twice: a few requests a minute never suffice.
    const isCounted = this.variants.totalCount !== 'absent';
    this.requestsPerMinute = dice.oneOf(
      noLimit,
      noLimit,
      noLimit,
      noLimit,
      300,
      isCounted ? 30 : 300,
      isCounted ? 10 : 300,
    );
    // Windows as short as a short lateness wants them take more requests than a source may allow.
    const isAmple = isCounted && this.latenessMs >= 300 * secondMs;
    this.sourceLimit = isAmple ? dice.oneOf(noLimit, 300, 60) : noLimit;
    if (this.requestsPerMinute < noLimit) tally.note('limited budget');
    if (this.sourceLimit < noLimit) tally.note('limited source');
    // Where nothing is counted, nothing tells that further pages are not empty.
    this.#mayLie = this.bounds.mayLie || !isCounted;
    this.isMendedByLooks = tooLate > 0 || this.#mayLie;
    if (tooLate > 0) tally.note('rows later than the lateness');
    const drawn = { fromMs: beginsAtMs - hourMs, toMs: this.untilMs, latestMs, tooLate, deleted: mayDelete ? 0.1 : 0 };
    this.permit = createSimulatedPermit({
      seed,
      now: () => this.nowMs,
      sleep: this.clock.sleep,
      variants: this.variants,
      mostResults,
      requestsPerMinute: this.sourceLimit,
      onRequest: () => {
        // No two answers are of the same moment.
        this.nowMs += 1;
        this.#shrink();
      },
      entries: drawEntries(dice, drawn),
    });
  }

  readonly clock = {
    now: () => this.nowMs + this.skewMs,
    sleep: async (ms: number) => {
      this.nowMs += ms;
      if (this.nowMs >= this.#stopAtMs) this.#stopping.abort();
    },
  };

  /** Aborts once so much time has passed. One at a time. */
  stopAfter(ms: number): AbortSignal {
    this.#stopAtMs = this.nowMs + ms;
    this.#stopping = new AbortController();
    return this.#stopping.signal;
  }

  /** The way to the source, by a key that it knows or, for a while, does not. */
  readonly fetch: typeof fetch = (input, init) => {
    this.#requests += 1;
    if (this.isInCircles) this.#stopping.abort();
    if (!this.#isKeyWrong) return this.permit.fetch(input, init);
    return this.permit.fetch(input, { ...init, headers: { authorization: 'Bearer of another key' } });
  };

  /** Whether more was asked than any life needs. */
  get isInCircles(): boolean {
    return this.#requests > mostRequests;
  }

  changeFaults(): void {
    this.#isKeyWrong = this.dice.chance(0.05);
    if (this.#isKeyWrong) this.tally.note('wrong key');
    this.#tellTruth();
    const faults = drawFaults(this.dice, { ...this.bounds, mayBurst: this.#burstsLeft > 0 }, this.tally);
    if (faults.burst !== undefined) this.#burstsLeft -= 1;
    this.permit.faults.replace(faults);
    this.#isLying = faults.empty !== undefined && this.#mayLie;
    if (this.#isLying) this.#lies.push({ fromMs: this.nowMs, untilMs: noLimit });
  }

  /** Only a source that tells the time saves one from a clock that is ahead; one that is behind costs time alone. */
  changeClock(): void {
    const skews = this.#isClockWrong ? [0, 0, -90, -10, -3, 3, 10, 45, 90] : [0, 0, -3];
    this.skewMs = this.dice.oneOf(...skews) * minuteMs;
    if (this.skewMs !== 0) this.tally.note('clock set wrong');
  }

  /** Whether the source said "nothing" of what it had, at some time between. */
  liedBetween(fromMs: number, untilMs: number): boolean {
    return this.#lies.some((lie) => lie.fromMs <= untilMs && fromMs <= lie.untilMs);
  }

  /** The sky clears: no faults, and a clock that is right. */
  heal(): void {
    this.#shrinkingShare = 0;
    this.#isKeyWrong = false;
    this.#tellTruth();
    // What is deleted by age goes on being so, in some worlds.
    const { retention } = this.permit.faults.settings;
    this.permit.faults.replace(retention && this.dice.chance(0.5) ? { retention } : {});
    this.skewMs = 0;
    this.requestsPerMinute = this.sourceLimit;
  }

  #tellTruth(): void {
    const last = this.#lies.at(-1);
    if (last && this.#isLying) last.untilMs = this.nowMs;
    this.#isLying = false;
  }

  /**
   * Rows vanish while pages are turned and between a count and a reading, and at times as many come in the same moment, so
   * that no count shows it. In worlds where no row comes after its window was closed.
   */
  #shrink(): void {
    const { dice, nowMs } = this;
    if (!dice.chance(this.#shrinkingShare)) return;
    const ids = [...this.permit.oracle.listedNow()];
    const id = ids[dice.between(0, ids.length - 1)];
    if (id === undefined) return;
    this.permit.entries.delete(id, nowMs);
    this.tally.note('row deleted while reading');
    if (!dice.chance(0.5)) return;
    this.tally.note('row deleted and one come together');
    this.#added += 1;
    const entry = drawnEntry(dice, 1_000_000 + this.#added, nowMs - dice.between(0, this.bounds.latestMs));
    this.permit.entries.add({ entry, visibleAtMs: nowMs });
  }
}
