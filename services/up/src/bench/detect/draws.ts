import { drawOf } from '../random.ts';

/** Random numbers of several distributions, a function of seed and purpose. */
export class Draws {
  readonly #seed: number;
  readonly #purpose: number;
  #next = 0;

  constructor(seed: number, purpose: number) {
    this.#seed = seed;
    this.#purpose = purpose;
  }

  /** Of [0, 1). */
  uniform(): number {
    this.#next += 1;
    return drawOf(this.#seed, this.#next, this.#purpose);
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.uniform();
  }

  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** By multiplying uniform draws where the mean is small, else rounded from the gamma-like transformed normal. */
  poisson(mean: number): number {
    if (mean > 30) {
      const half = Math.floor(mean / 2);
      return this.poisson(half) + this.poisson(mean - half);
    }
    const limit = Math.exp(-mean);
    let product = this.uniform();
    let count = 0;
    while (product > limit) {
      product *= this.uniform();
      count += 1;
    }
    return count;
  }

  /** Negative binomial by its mean and its variance over the mean: a Poisson number of clusters of logarithmic size. */
  negativeBinomial(mean: number, varianceRatio: number): number {
    if (varianceRatio <= 1) return this.poisson(mean);
    const clusters = this.poisson((mean / (varianceRatio - 1)) * Math.log(varianceRatio));
    let count = 0;
    for (let cluster = 0; cluster < clusters; cluster += 1) count += this.#logarithmic(1 - 1 / varianceRatio);
    return count;
  }

  /** Kemp's method for the logarithmic distribution. */
  #logarithmic(share: number): number {
    const v = this.uniform();
    if (v >= share) return 1;
    const q = 1 - Math.exp(Math.log1p(-share) * this.uniform());
    if (v <= q * q) return Math.max(1, Math.floor(1 + Math.log(v) / Math.log(q)));
    return v > q ? 1 : 2;
  }

  /** Number of failures before a success of such a probability. */
  geometric(probability: number): number {
    return Math.floor(Math.log(1 - this.uniform()) / Math.log(1 - probability));
  }
}
