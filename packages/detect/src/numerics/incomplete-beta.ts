import { logBeta } from './log-gamma.ts';

const tiny = 1e-300;
const precision = 1e-15;
const mostSteps = 20_000;

/** The continued fraction of the incomplete beta function (modified Lentz); converges fast for x < (a + 1) / (a + b + 2). */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let step = 1; step <= mostSteps; step += 1) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < precision) break;
  }
  return value;
}

function notZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/**
 * The natural logarithm of the regularised incomplete beta function I_x(a, b), for a and b > 0 and 0 < x < 1. As a
 * logarithm it stays exact where the value itself is too small for a number.
 * `complement` is 1 − x, given apart since x may be too near to 1 to tell.
 */
export function logIncompleteBeta(x: number, complement: number, a: number, b: number): number {
  const front = a * Math.log(x) + b * Math.log(complement) - logBeta(a, b);
  if (x < (a + 1) / (a + b + 2)) return front + Math.log(fraction(x, a, b) / a);
  return Math.log1p(-Math.exp(front) * (fraction(complement, b, a) / b));
}
