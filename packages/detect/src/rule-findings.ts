import { baselineOf } from './count/baseline.ts';
import { bucketOf } from './count/calendar.ts';
import { defaultPrior } from './count/kind-prior.ts';
import type { EnvironmentInput } from './environment-input.ts';
import type { Finding } from './finding.ts';
import { coverageLost } from './rules/coverage-lost.ts';
import {
  defaultRateStepRule,
  denyRateStep,
  latestMs,
  latestRateStep,
  latestRateStepRule,
} from './rules/deny-rate-step.ts';
import { dormantAgent } from './rules/dormant-agent.ts';
import { firstDenial } from './rules/first-denial.ts';
import { privilegedAfterDenials } from './rules/privileged-after-denials.ts';
import { leastSilentMs, sourceSilent } from './rules/source-silent.ts';
import { sweep } from './rules/sweep.ts';
import { threshold } from './rules/threshold.ts';
import type { DetectSettings } from './settings.ts';
import { observedTime } from './spike-signs.ts';

function silence(
  environment: EnvironmentInput,
  alpha: number,
  atMs: number,
  { model }: DetectSettings,
): Finding | null {
  const { decisions, envId, reading } = environment;
  if (decisions === null) return null;
  const exposure = observedTime(environment, atMs, model).of(bucketOf(model.calendar, decisions.firstSeenMs));
  const baseline = baselineOf(decisions.history, exposure, defaultPrior(model), model);
  return sourceSilent(
    { envId, lastDecisionMs: decisions.lastDecisionMs, baseline },
    atMs,
    reading,
    { alpha, leastSilentMs },
    model,
  );
}

/** Below which probability something is a finding: counts and shares, and numbers of tools. */
export interface Alphas {
  readonly alpha: number;
  readonly sweepAlpha: number;
}

/** What every rule but the count model says of an environment. */
export function ruleFindings(
  environment: EnvironmentInput,
  { alpha, sweepAlpha }: Alphas,
  atMs: number,
  settings: DetectSettings,
): Finding[] {
  const { envId, reading } = environment;
  const { bucketMs, blockBuckets } = settings.model.calendar;
  const minutes = { fromMs: atMs - bucketMs, toMs: atMs };
  const hour = { fromMs: atMs - blockBuckets * bucketMs, toMs: atMs };
  const rateRule = { ...defaultRateStepRule, alpha };
  const latest = { fromMs: atMs - latestMs, toMs: atMs };
  const latestRule = { ...latestRateStepRule, alpha: alpha * latestRateStepRule.alphaShare };
  const coverage =
    environment.coverage === null
      ? null
      : coverageLost({ envId, ...environment.coverage }, atMs, reading, settings.coverage);
  const found = [
    ...environment.deniedTools.map((denied) => sweep({ envId, ...denied }, minutes, reading, sweepAlpha)),
    ...environment.agentCalls.map(({ agentKey, calls }) =>
      privilegedAfterDenials(envId, agentKey, calls, reading, settings.escalation),
    ),
    ...environment.pairs.map((pair) => firstDenial({ envId, ...pair }, minutes, reading, settings.firstDenial)),
    ...environment.rates.map((series) => denyRateStep(series, hour, reading, rateRule)),
    ...environment.rates.map((series) => latestRateStep(series, latest, reading, latestRule)),
    ...environment.awake.map((agent) => dormantAgent({ envId, ...agent }, minutes, reading, settings.dormant)),
    silence(environment, alpha, atMs, settings),
    coverage,
    ...environment.limits.map(({ counted, atLeast, windowMs }) =>
      threshold(counted, atLeast, { fromMs: atMs - windowMs, toMs: atMs }, reading),
    ),
  ];
  return found.filter((finding) => finding !== null);
}
