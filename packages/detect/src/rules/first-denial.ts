import { dayMs, type PairRow, type TimeRange } from '@custody/decision';
import { type Finding, probabilityOf } from '../finding.ts';
import { logShareTail } from '../numerics/beta-binomial.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { duration, many, percent } from '../wording.ts';

/** An agent's calls with a server: those of the window, and all that are known before it. */
export interface PairCalls extends PairRow {
  readonly envId: string;
}

export interface FirstDenialRule {
  /** A pair that is younger is only finding out what it may do. */
  readonly leastKnownMs: number;
  /** A first denial that is likelier than this is no finding: most agents are denied something some day. */
  readonly mostProbability: number;
  /** The share of denied calls of all pairs, and the calls that this assumption weighs. */
  readonly usualShare: number;
  readonly weightCalls: number;
}

export const defaultFirstDenialRule: FirstDenialRule = {
  leastKnownMs: dayMs,
  mostProbability: 0.02,
  usualShare: 0.05,
  weightCalls: 10,
};

/** The first denial of a pair that is known, where its clean past makes one unlikely. */
export function firstDenial(
  pair: PairCalls,
  window: TimeRange,
  reading: Reading,
  rule = defaultFirstDenialRule,
): Finding | null {
  const knownMs = window.fromMs - pair.firstSeenMs;
  if (pair.denials < 1 || pair.denialsBefore > 0 || pair.callsBefore < 1 || knownMs < rule.leastKnownMs) return null;
  const alpha = rule.usualShare * rule.weightCalls;
  const beta = (1 - rule.usualShare) * rule.weightCalls + pair.callsBefore;
  const logProbability = logShareTail(pair.denials, { trials: pair.calls, alpha, beta });
  if (logProbability > Math.log(rule.mostProbability)) return null;
  const completeness = completenessOf(window, reading);
  return {
    detector: 'first_denial',
    subject: { envId: pair.envId, kind: 'pair', key: `${pair.agentKey} → ${pair.server}` },
    window,
    observed: pair.denials,
    expected: (pair.calls * alpha) / (alpha + beta),
    bound: 1,
    probability: probabilityOf(logProbability),
    completeness,
    sentence: `The first ${pair.denials === 1 ? 'denial' : `${pair.denials} denials`} of ${pair.agentKey} at ${pair.server}, after ${many(pair.callsBefore, 'call')} without one in ${duration(knownMs)}${reservation(completeness)}.`,
    unless: `A denial before, or a past so short that a denial has a probability above ${percent(rule.mostProbability)}.`,
    details: {
      agentKey: pair.agentKey,
      server: pair.server,
      callsBefore: pair.callsBefore,
      firstSeenMs: pair.firstSeenMs,
    },
  };
}
