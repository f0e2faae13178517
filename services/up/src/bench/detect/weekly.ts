import { Draws } from './draws.ts';

/**
 * The scenarios of Noufaily et al., Statistics in Medicine 32 (2013) 1206–1222, section 3: weekly counts whose mean is
 * exp(θ + β·t + Σ_{j ≤ m} (γ1·cos(2πjt/52) + γ2·sin(2πjt/52))), negative binomial with the variance φ times the mean; seven
 * sets of parameters, each with and without a trend, with none, one and two harmonics.
 */
interface ParameterSet {
  readonly theta: number;
  readonly phi: number;
  readonly beta: number;
  readonly gamma1: number;
  readonly gamma2: number;
}

const parameterSets: readonly ParameterSet[] = [
  { theta: 0.1, phi: 1.5, beta: 0.0025, gamma1: 0.6, gamma2: 0.6 },
  { theta: -2, phi: 2, beta: 0.005, gamma1: 0.1, gamma2: 0.3 },
  { theta: 1.5, phi: 1, beta: 0.003, gamma1: 0.2, gamma2: -0.4 },
  { theta: 0.5, phi: 5, beta: 0.002, gamma1: 0.5, gamma2: 0.5 },
  { theta: 2.5, phi: 3, beta: 0.001, gamma1: 1, gamma2: 0.1 },
  { theta: 3.75, phi: 1.1, beta: 0.001, gamma1: 0.1, gamma2: -0.1 },
  { theta: 5, phi: 1.2, beta: 0.0001, gamma1: 0.05, gamma2: 0.01 },
];

export const weeks = 624;
/** Earlier outbreaks lie here, which a detector is not told of. */
const pastFrom = 312;
/** The last 49 weeks are judged; one outbreak begins in them. */
export const judgedFrom = 575;
const pastOutbreaks = 4;
const pastSizes = [2, 3, 5, 10];
const largestCurrent = 10;

export interface WeeklySeries {
  readonly counts: Uint32Array;
  /** Weeks of the judged outbreak, in order: a detector that raises an alarm in one of them has found it. */
  readonly outbreakWeeks: readonly number[];
}

interface Scenario extends ParameterSet {
  readonly hasTrend: boolean;
  readonly harmonics: number;
}

function meanAt({ theta, beta, gamma1, gamma2, hasTrend, harmonics }: Scenario, week: number): number {
  let exponent = theta + (hasTrend ? beta * week : 0);
  for (let j = 1; j <= harmonics; j += 1) {
    const angle = (2 * Math.PI * j * week) / 52;
    exponent += gamma1 * Math.cos(angle) + gamma2 * Math.sin(angle);
  }
  return Math.exp(exponent);
}

/** Adds an outbreak of a Poisson size of so many standard deviations, spread log-normally over the weeks; tells its weeks. */
function addOutbreak(draws: Draws, scenario: Scenario, counts: Uint32Array, week: number, size: number): number[] {
  const deviation = Math.sqrt(meanAt(scenario, week + 1) * scenario.phi);
  const touched = new Set<number>();
  for (let left = Math.max(2, draws.poisson(size * deviation)); left > 0; left -= 1) {
    const at = week + Math.floor(Math.exp(0.5 * draws.normal()));
    if (at >= counts.length) continue;
    counts[at] = (counts[at] ?? 0) + 1;
    touched.add(at);
  }
  return [...touched].sort((a, b) => a - b);
}

function weeklySeries(draws: Draws, scenario: Scenario): WeeklySeries {
  const counts = Uint32Array.from({ length: weeks }, (_, week) =>
    draws.negativeBinomial(meanAt(scenario, week + 1), scenario.phi),
  );
  for (let past = 0; past < pastOutbreaks; past += 1) {
    addOutbreak(draws, scenario, counts, pastFrom + draws.below(judgedFrom - pastFrom), draws.pick(pastSizes));
  }
  const week = judgedFrom + draws.below(weeks - judgedFrom);
  return { counts, outbreakWeeks: addOutbreak(draws, scenario, counts, week, 1 + draws.below(largestCurrent)) };
}

/** 42 scenarios, each so many times. */
export function weeklyWorld(seed: number, replications: number): WeeklySeries[] {
  const scenarios = parameterSets.flatMap((parameters) =>
    [false, true].flatMap((hasTrend) => [0, 1, 2].map((harmonics) => ({ ...parameters, hasTrend, harmonics }))),
  );
  return scenarios.flatMap((scenario, index) => {
    const draws = new Draws(seed, 100_000 + index);
    return Array.from({ length: replications }, () => weeklySeries(draws, scenario));
  });
}
