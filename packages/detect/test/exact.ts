/** Exact arithmetic to compare with: fractions of integers without rounding, and nothing of what is tested. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

export function fraction(over: bigint | number, under: bigint | number = 1n): Fraction {
  return { over: BigInt(over), under: BigInt(under) };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { over: -b.over, under: b.under });
}

/** The fraction as a number; 25 digits are taken along, so that tiny ones keep theirs. */
export function toNumber({ over, under }: Fraction): number {
  if (over === 0n) return 0;
  const digits = under.toString().length - over.toString().length + 25;
  const shift = Math.max(0, digits);
  const scaled = (over * 10n ** BigInt(shift)) / under;
  return Number(`${scaled}e-${shift}`);
}

export function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i += 1) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

export function factorial(n: number): bigint {
  let result = 1n;
  for (let i = 2; i <= n; i += 1) result *= BigInt(i);
  return result;
}
