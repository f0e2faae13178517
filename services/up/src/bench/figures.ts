import type { Figure } from './bench.ts';

/** Four digits: more would pretend that a run can be repeated so exactly. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function withRatios(figure: Figure, baselines: Readonly<Record<string, Figure>>): Figure {
  const ratios = Object.entries(baselines).map(([name, { value }]) => [name, rounded(figure.value / value)]);
  return ratios.length === 0 ? figure : { ...figure, ratio_to: Object.fromEntries(ratios) };
}

/** So many things in so many milliseconds, as things a second. Baselines are figures of the same unit. */
export function rate(
  count: number,
  elapsedMs: number,
  what: string,
  baselines: Readonly<Record<string, Figure>> = {},
): Figure {
  const value = rounded(count / (elapsedMs / 1_000));
  return withRatios({ value, unit: `${what}/s`, better: 'higher' }, baselines);
}

/** A duration. Baselines are durations too. */
export function duration(elapsedMs: number, baselines: Readonly<Record<string, Figure>> = {}): Figure {
  return withRatios({ value: rounded(elapsedMs), unit: 'ms', better: 'lower' }, baselines);
}

/** How many times as long it takes with four times as much; 4 is in proportion, 1 does not depend on it. */
export function growth(largeMs: number, smallMs: number): Figure {
  return { value: rounded(largeMs / smallMs), unit: 'times as long', better: 'lower' };
}

/** Something of which less is better. Baselines are figures of the same unit. */
export function cost(value: number, unit: string, baselines: Readonly<Record<string, Figure>> = {}): Figure {
  return withRatios({ value: rounded(value), unit, better: 'lower' }, baselines);
}
