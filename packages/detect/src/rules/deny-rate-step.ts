import type { TimeRange } from '@custody/decision';
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

/** What is assumed of a server that is hardly known: 5 % denied, with the weight of twenty calls. */
const assumed = { share: 0.05, calls: 20 };

/**
 * The share of denied calls as it scatters from hour to hour, as a beta distribution by its moments: hours differ by more
 * than chance, and a server with few calls is drawn to what is usual.
 */
export function usualShare(hours: readonly Calls[]): { share: number; alpha: number; beta: number } {
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
