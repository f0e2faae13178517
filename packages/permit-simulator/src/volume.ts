import { activityAt, type Human } from './humans.ts';
import { Rng } from './rng.ts';

export interface VolumeOptions {
  readonly seed: number;
  readonly anchorMs: number;
  readonly historyDays: number;
  readonly humans: readonly Human[];
  /** Entries before the anchor, exactly. */
  readonly historyTotal: number;
  /** Entries a day over the fortnight before growth; sets the live rate. */
  readonly perDay: number;
  /** A constant live rate in place of the working-hours curve. */
  readonly livePerSecond?: number;
  /** False: nothing happens after the anchor. */
  readonly live: boolean;
}

const hourMs = 3_600_000;
/** Share of the traffic that runs round the clock: bots, watchers, the egress proxy. */
const steadyShare = 0.28;
/** A bucket's entries are generated together; small enough for a first page in milliseconds. */
const targetPerBucket = 1500;
const bucketSizesMs = [hourMs, 900_000, 300_000, 60_000, 15_000, 5000, 1000];

/**
 * How many entries lie in each bucket, known without generating any. Buckets and hours are counted from the anchor,
 * negative before it, so the history's total is exact.
 */
export class Volume {
  readonly bucketMs: number;
  readonly firstBucket: number;
  readonly #options: VolumeOptions;
  readonly #perHour: number;
  readonly #firstHour: number;
  readonly #humanSum: number;
  readonly #liveFactor: number;
  /** Entries before hour `#firstHour + index`. */
  readonly #before: number[] = [0];

  constructor(options: VolumeOptions) {
    this.#options = options;
    this.#firstHour = -Math.round(options.historyDays * 24);
    const hours = Array.from({ length: -this.#firstHour }, (_, index) => this.#firstHour + index);
    this.#humanSum = hours.reduce((sum, hour) => sum + this.#humanWeight(hour), 0);
    this.#liveFactor = options.perDay * options.historyDays;
    this.bucketMs = this.#bucketMs(hours);
    this.#perHour = hourMs / this.bucketMs;
    this.firstBucket = this.#firstHour * this.#perHour;
    this.#fillHistory(hours);
  }

  /** Entries in all buckets before this one. */
  before(bucket: number): number {
    const clamped = Math.max(bucket, this.firstBucket);
    const hour = Math.floor(clamped / this.#perHour);
    const atHour = this.#beforeHour(hour);
    const inHour = this.#beforeHour(hour + 1) - atHour;
    return atHour + Math.floor((inHour * (clamped - hour * this.#perHour)) / this.#perHour);
  }

  countIn(bucket: number): number {
    return bucket < this.firstBucket ? 0 : this.before(bucket + 1) - this.before(bucket);
  }

  /** Share of a bucket's traffic that people's sessions make up; the rest is automation. */
  humanShare(bucket: number): number {
    const human = this.#humanPart(Math.floor(bucket / this.#perHour));
    return human / (human + this.#steadyPart());
  }

  #beforeHour(hour: number): number {
    const index = hour - this.#firstHour;
    while (this.#before.length <= index) {
      const next = this.#firstHour + this.#before.length - 1;
      this.#before.push((this.#before.at(-1) ?? 0) + this.#liveCount(next));
    }
    return this.#before[index] ?? 0;
  }

  #fillHistory(hours: readonly number[]): void {
    const weights = hours.map((hour) => this.#weight(hour) * this.#jitter(hour));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    for (const weight of weights) {
      sum += weight;
      this.#before.push(Math.round((this.#options.historyTotal * sum) / total));
    }
  }

  #liveCount(hour: number): number {
    const { live, livePerSecond } = this.#options;
    if (!live) return 0;
    if (livePerSecond !== undefined) return Math.round(livePerSecond * 3600);
    return Math.round(this.#liveFactor * this.#weight(hour) * this.#jitter(hour));
  }

  #weight(hour: number): number {
    return this.#humanPart(hour) + this.#steadyPart();
  }

  #humanPart(hour: number): number {
    return ((1 - steadyShare) * this.#humanWeight(hour)) / this.#humanSum;
  }

  #steadyPart(): number {
    return steadyShare / -this.#firstHour;
  }

  /** Grows over the history, as agents spread in the company, and stays there. */
  #humanWeight(hour: number): number {
    const growth = 0.5 + Math.min(1, 1 - hour / this.#firstHour);
    const middleMs = this.#options.anchorMs + (hour + 0.5) * hourMs;
    return growth * this.#options.humans.reduce((sum, human) => sum + human.weight * activityAt(human, middleMs), 0);
  }

  #jitter(hour: number): number {
    return 0.88 + 0.24 * Rng.of(this.#options.seed, 'hour', hour).next();
  }

  #bucketMs(hours: readonly number[]): number {
    const peak = Math.max(...hours.map((hour) => this.#weight(hour)));
    const most = Math.max(
      peak * Math.max(this.#options.historyTotal, this.#liveFactor),
      (this.#options.livePerSecond ?? 0) * 3600,
    );
    return bucketSizesMs.find((sizeMs) => (most * sizeMs) / hourMs <= targetPerBucket) ?? 1000;
  }
}
