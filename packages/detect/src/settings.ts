import { type AlertRules, defaultAlertRules } from './alert/alert-rules.ts';
import { looksADay } from './budget.ts';
import { type CountModel, defaultCountModel } from './count/count-model.ts';
import { type CoverageRule, defaultCoverageRule } from './rules/coverage-lost.ts';
import { type DormantRule, defaultDormantRule } from './rules/dormant-agent.ts';
import { defaultFirstDenialRule, type FirstDenialRule } from './rules/first-denial.ts';
import { defaultEscalationRule, type EscalationRule } from './rules/privileged-after-denials.ts';

/** Everything that an installation may set. */
export interface DetectSettings {
  readonly model: CountModel;
  readonly alerts: AlertRules;
  /** Wanted of the count model a day, over the whole installation. */
  readonly falseAlertsADay: number;
  readonly looksADay: number;
  /** Wanted a day of sweeps, over the whole installation. */
  readonly falseSweepsADay: number;
  readonly escalation: EscalationRule;
  readonly firstDenial: FirstDenialRule;
  readonly dormant: DormantRule;
  readonly coverage: CoverageRule;
}

export const defaultSettings: DetectSettings = {
  model: defaultCountModel,
  alerts: defaultAlertRules,
  falseAlertsADay: 1,
  looksADay,
  falseSweepsADay: 0.05,
  escalation: defaultEscalationRule,
  firstDenial: defaultFirstDenialRule,
  dormant: defaultDormantRule,
  coverage: defaultCoverageRule,
};
