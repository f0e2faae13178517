import { describe, expect, test } from 'vitest';
import { leastUnlikely, logGamma, logNone, logShareHead, logShareTail, logTail } from '../src/index.ts';
import { choose, type Fraction, factorial, fraction, minus, plus, toNumber } from './exact.ts';

/** |a − b| as a share of b. */
function relativeError(actual: number, exact: number): number {
  return Math.abs(actual - exact) / Math.abs(exact);
}

/** The natural logarithm of a whole number of any length. */
function logOf(value: bigint): number {
  const text = value.toString();
  return Math.log(Number(`0.${text.slice(0, 25)}`)) + text.length * Math.LN10;
}

describe('the gamma function', () => {
  test.each([1, 2, 3, 7, 12, 13, 50, 171, 400, 2_000])('Γ(%i) is a factorial', (n) => {
    const exact = logOf(factorial(n - 1));
    expect(Math.abs(logGamma(n) - exact)).toBeLessThan(1e-12 * Math.max(1, exact));
  });

  test.each([0, 1, 2, 5, 20, 80])('Γ(%i + ½) = (2n)! / (4ⁿ n!) √π', (n) => {
    const exact = logOf(factorial(2 * n)) - logOf(4n ** BigInt(n) * factorial(n)) + 0.5 * Math.log(Math.PI);
    expect(Math.abs(logGamma(n + 0.5) - exact)).toBeLessThan(1e-12 * Math.max(1, Math.abs(exact)));
  });

  test('keeps its recurrence where arguments are tiny', () => {
    for (const x of [1e-6, 1e-3, 0.1, 0.9])
      expect(Math.abs(logGamma(x + 1) - Math.log(x) - logGamma(x))).toBeLessThan(1e-13);
  });
});

/** P(Y ≥ count) of a negative binomial with `shape` successes of the chance 1/ratio: exactly. */
function exactTail(count: number, shape: number, ratio: number): Fraction {
  const [r, one] = [BigInt(ratio), fraction(1)];
  let head = fraction(0);
  for (let k = 0; k < count; k += 1) {
    head = plus(head, { over: choose(k + shape - 1, k) * (r - 1n) ** BigInt(k), under: r ** BigInt(shape + k) });
  }
  return minus(one, head);
}

describe('the tail of a count', () => {
  // Shape and ratio whole, so that every probability is a fraction; means from 1 to 120.
  test.each([
    [1, 2, 1],
    [1, 2, 40],
    [3, 2, 12],
    [3, 2, 90],
    [2, 3, 30],
    [5, 6, 60],
    [20, 3, 45],
    [20, 3, 300],
    [60, 2, 20],
    [60, 3, 400],
  ])('of shape %i and ratio %i from %i on is what exact sums say', (shape, ratio, count) => {
    const exact = toNumber(exactTail(count, shape, ratio));
    const actual = Math.exp(logTail(count, { mean: shape * (ratio - 1), varianceRatio: ratio }));
    expect(relativeError(actual, exact)).toBeLessThan(1e-10);
  });

  test('stays exact where the probability is too small for a number', () => {
    // P(Y ≥ n) of shape 1 is (1 − 1/ratio)ⁿ.
    const actual = logTail(5_000, { mean: 1, varianceRatio: 2 });
    expect(relativeError(actual, 5_000 * Math.log(0.5))).toBeLessThan(1e-12);
  });

  test('is Poisson’s where counts do not scatter', () => {
    // P(Y ≥ 12) of the mean 2 by its series, terms from 12 on.
    let exact = 0;
    for (let k = 12; k < 60; k += 1) exact += Math.exp(-2 + k * Math.LN2 - logOf(factorial(k)));
    expect(relativeError(Math.exp(logTail(12, { mean: 2, varianceRatio: 1 })), exact)).toBeLessThan(0.01);
    expect(relativeError(logNone({ mean: 2, varianceRatio: 1 }), -2)).toBeLessThan(1e-3);
  });

  test('is far from what a normal distribution says', () => {
    // Mean 3, variance 7.5: 24 lies 7.7 standard deviations away, 1e-14 by a normal distribution.
    expect(Math.exp(logTail(24, { mean: 3, varianceRatio: 2.5 }))).toBeGreaterThan(1e-6);
  });

  test('none of nothing is sure, anything of nothing impossible', () => {
    expect(logTail(0, { mean: 3, varianceRatio: 2 })).toBe(0);
    expect(logTail(1, { mean: 0, varianceRatio: 2 })).toBe(Number.NEGATIVE_INFINITY);
  });

  test('says what the page gives as an example: of 0.05 expected, 12 is the first that is a finding', () => {
    expect(leastUnlikely({ mean: 0.05, varianceRatio: 2 }, 3.5e-6)).toBe(12);
  });

  test.each([0.05, 0.6, 3, 40, 500])('the bound of the mean %d is the first count that is unlikely enough', (mean) => {
    for (const varianceRatio of [1, 2, 8]) {
      const bound = leastUnlikely({ mean, varianceRatio }, 3.5e-6);
      expect(Math.exp(logTail(bound, { mean, varianceRatio }))).toBeLessThan(3.5e-6);
      expect(Math.exp(logTail(bound - 1, { mean, varianceRatio }))).toBeGreaterThanOrEqual(3.5e-6);
    }
  });
});

/** Beta functions of whole numbers: B(a, b) = (a − 1)! (b − 1)! / (a + b − 1)!. */
function exactShare(successes: number, trials: number, alpha: number, beta: number): Fraction {
  const [a, b] = [successes + alpha, trials - successes + beta];
  const over = choose(trials, successes) * factorial(a - 1) * factorial(b - 1) * factorial(alpha + beta - 1);
  return { over, under: factorial(a + b - 1) * factorial(alpha - 1) * factorial(beta - 1) };
}

describe('the tail of a share', () => {
  test.each([
    [50, 2, 20, 15],
    [50, 2, 20, 50],
    [200, 3, 60, 80],
    [40, 1, 1, 7],
  ])('of %i calls, beta(%i, %i), from %i on is what exact sums say', (trials, alpha, beta, successes) => {
    let [tail, head] = [fraction(0), fraction(0)];
    for (let x = 0; x <= trials; x += 1) {
      const mass = exactShare(x, trials, alpha, beta);
      if (x >= successes) tail = plus(tail, mass);
      else head = plus(head, mass);
    }
    const shares = { trials, alpha, beta };
    expect(relativeError(Math.exp(logShareTail(successes, shares)), toNumber(tail))).toBeLessThan(1e-10);
    expect(relativeError(Math.exp(logShareHead(successes - 1, shares)), toNumber(head))).toBeLessThan(1e-10);
  });

  test('is nothing beyond all and all from nothing on', () => {
    const shares = { trials: 5, alpha: 1, beta: 4 };
    expect(logShareTail(6, shares)).toBe(Number.NEGATIVE_INFINITY);
    expect(logShareTail(0, shares)).toBe(0);
    expect(logShareHead(5, shares)).toBe(0);
    expect(logShareHead(-1, shares)).toBe(Number.NEGATIVE_INFINITY);
  });
});
