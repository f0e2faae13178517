import { minuteMs, type TimeRange } from '@custody/decision';
import { type Finding, probabilityOf, type Subject } from '../finding.ts';
import { logShareHead, logShareTail, type ShareDistribution } from '../numerics/beta-binomial.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { duration, many, percent } from '../wording.ts';

/** Calls and how many of them were denied. */
export interface Calls {
  readonly calls: number;
  readonly denials: number;
}

/** A server's or an environment's calls. */
export interface RateSeries {
  readonly subject: Subject;
  readonly recent: Calls;
  /** Agents that were denied in the window, or that called at all where the step is down. */
  readonly agents: number;
  /** The same of the last two minutes, of which a step up is told: the agents are those that were denied. */
  readonly latest?: { readonly recent: Calls; readonly agents: number };
  /** By hour, the lag and what belongs to alerts left out. */
  readonly hours: readonly Calls[];
}

export interface RateStepRule {
  readonly alpha: number;
  readonly leastCalls: number;
  /** One agent's trouble is not a change of policy. */
  readonly leastAgents: number;
  /** The share has to move by so much. */
  readonly leastStep: number;
}

export const defaultRateStepRule = { leastCalls: 20, leastAgents: 3, leastStep: 0.1 } as const;
export const latestMs = 2 * minuteMs;
/**
 * Of two minutes: few agents that try again and again are soon a large share of so short a time. There are two and a half times
 * as many such windows as the budget is shared over.
 */
export const latestRateStepRule = { leastCalls: 20, leastAgents: 5, leastStep: 0.2, alphaShare: 0.4 } as const;

/** What is assumed of a server that is hardly known: 5 % denied, with the weight of twenty calls. */
const assumed = { share: 0.05, calls: 20 };

/**
 * Of a hundred hours one may be left out that the others make all but impossible: an hour of an earlier incident, which must
 * not make the next one look usual. What is so more often is how the server is.
 */
const exceptional = { share: 0.01, probability: 1e-6 } as const;

export interface UsualShare {
  readonly share: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * The share of denied calls as it scatters from hour to hour, as a beta distribution by its moments: hours differ by more
 * than chance, and a server with few calls is drawn to what is usual.
 */
export function usualShare(hours: readonly Calls[]): UsualShare {
  const all = momentsOf(hours);
  const most = Math.floor(hours.length * exceptional.share);
  const excessOf = ({ calls, denials }: Calls) => denials - all.share * calls;
  // Chance alone hardly ever reaches so far: most servers have no such hour, and are done.
  const isFar = (hour: Calls) => excessOf(hour) > 4 * Math.sqrt(Math.max(1, all.share * hour.calls));
  const far = most === 0 ? [] : hours.filter(isFar);
  if (far.length === 0) return all;
  const furthest = new Set(far.toSorted((a, b) => excessOf(b) - excessOf(a)).slice(0, most));
  const others = momentsOf(hours.filter((hour) => !furthest.has(hour)));
  const isExceptional = ({ calls, denials }: Calls) =>
    logShareTail(denials, { trials: calls, alpha: others.alpha, beta: others.beta }) <
    Math.log(exceptional.probability);
  const kept = hours.filter((hour) => !furthest.has(hour) || !isExceptional(hour));
  return kept.length === hours.length ? all : momentsOf(kept);
}

function momentsOf(hours: readonly Calls[]): UsualShare {
  const calls = hours.reduce((sum, hour) => sum + hour.calls, 0);
  const denials = hours.reduce((sum, hour) => sum + hour.denials, 0);
  const share = (denials + assumed.share * assumed.calls) / (calls + assumed.calls);
  const square = (value: number) => value * value;
  const scatter = hours.reduce((sum, hour) => sum + square(hour.denials - share * hour.calls), 0);
  const chance = share * (1 - share) * calls;
  const pairs = share * (1 - share) * hours.reduce((sum, hour) => sum + hour.calls * (hour.calls - 1), 0);
  // Correlation of two calls of an hour beyond chance; a first guess of 1 % with the weight of a hundred pairs.
  const correlation = Math.max(0.002, (scatter - chance + share * (1 - share)) / (pairs + 100 * share * (1 - share)));
  const weight = Math.max(1, 1 / Math.min(0.5, correlation) - 1);
  return { share, alpha: share * weight, beta: (1 - share) * weight };
}

function boundOf(shares: ShareDistribution, logAlpha: number): number {
  let [below, above] = [0, shares.trials + 1];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (logShareTail(middle, shares) < logAlpha) above = middle;
    else below = middle;
  }
  return above;
}

function lowBoundOf(shares: ShareDistribution, logAlpha: number): number {
  let [below, above] = [-1, shares.trials];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (logShareHead(middle, shares) < logAlpha) below = middle;
    else above = middle;
  }
  return below;
}

/** A step up of the last two minutes alone: a policy that was changed just now, which an hour does not show yet. */
export function latestRateStep(
  series: RateSeries,
  window: TimeRange,
  reading: Reading,
  rule: RateStepRule,
): Finding | null {
  if (series.latest === undefined) return null;
  const found = denyRateStep({ ...series, ...series.latest }, window, reading, rule);
  return found?.details.direction === 'up' ? found : null;
}

/**
 * A step of the share of denied calls, up or down, of a server or an environment: a policy that changed. Down matters as
 * much: what had been denied is allowed now. `null` while part of the window is unread: a share of a part says nothing.
 */
export function denyRateStep(
  series: RateSeries,
  window: TimeRange,
  reading: Reading,
  rule: RateStepRule,
): Finding | null {
  const { recent, agents, subject } = series;
  const completeness = completenessOf(window, reading);
  if (completeness === 'unread' || recent.calls < rule.leastCalls || agents < rule.leastAgents) return null;
  const usual = usualShare(series.hours);
  const share = recent.denials / recent.calls;
  if (Math.abs(share - usual.share) < rule.leastStep) return null;
  const shares = { trials: recent.calls, alpha: usual.alpha, beta: usual.beta };
  const isUp = share > usual.share;
  const logProbability = isUp ? logShareTail(recent.denials, shares) : logShareHead(recent.denials, shares);
  if (logProbability >= Math.log(rule.alpha)) return null;
  const bound = isUp ? boundOf(shares, Math.log(rule.alpha)) : lowBoundOf(shares, Math.log(rule.alpha));
  const expected = recent.calls * usual.share;
  const within = duration(window.toMs - window.fromMs);
  return {
    detector: 'deny_rate_step',
    subject,
    window,
    observed: recent.denials,
    expected,
    bound,
    probability: probabilityOf(logProbability),
    completeness,
    sentence: `${percent(share)} of ${many(recent.calls, 'call')} denied in ${within}, usually ${percent(usual.share)}; ${many(agents, 'agent')}, alert bound ${isUp ? 'at least' : 'at most'} ${many(bound, 'denial')}${reservation(completeness)}.`,
    unless: `${isUp ? 'Fewer' : 'More'} than ${many(bound, 'denial')} among ${many(recent.calls, 'call')}, or fewer than ${many(rule.leastAgents, 'agent')}.`,
    details: { direction: isUp ? 'up' : 'down', calls: recent.calls, agents, usualShare: usual.share },
  };
}
