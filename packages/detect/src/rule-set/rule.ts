import type { FilterValue, Severity } from '@custody/decision';
import { type AlertRules, defaultAlertRules } from '../alert/alert-rules.ts';
import type { Detector, SeriesKind } from '../finding.ts';
import { type DetectSettings, defaultSettings } from '../settings.ts';
import type { Mute } from './mute.ts';

/** What a rule looks at; an empty filter lets everything through. */
export interface RuleScope {
  readonly env: readonly FilterValue[];
  readonly agent: readonly FilterValue[];
  readonly human: readonly FilterValue[];
  readonly server: readonly FilterValue[];
  /** Tools, alone or as `server:tool`. */
  readonly tool: readonly FilterValue[];
  readonly reason: readonly FilterValue[];
  /** Whose counts are watched by `spike`. */
  readonly kinds: readonly SeriesKind[];
}

export interface ThresholdLimit {
  readonly atLeast: number;
  readonly withinMs: number;
  readonly per: SeriesKind;
}

/** Where a rule was written: it comes with Custody, stands in the file, or was made over the API. */
export const ruleOrigins = ['default', 'api', 'file'] as const;
export type RuleOrigin = (typeof ruleOrigins)[number];

/** A rule with everything filled in. A plain value: it survives JSON. */
export interface Rule {
  readonly name: string;
  /** Of what it says, whoever wrote it where; the same text has the same. */
  readonly version: string;
  readonly origin: RuleOrigin;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly detectors: readonly Detector[];
  readonly scope: RuleScope;
  /** Wanted a day of the whole rule. */
  readonly falseAlertsADay: number;
  readonly severities: Readonly<Record<Detector, Severity>>;
  /** `''` for none. */
  readonly runbook: string;
  readonly mutes: readonly Mute[];
  /** Names of the channels that are told; `null` for all. */
  readonly channels: readonly string[] | null;
  readonly threshold: ThresholdLimit | null;
  readonly deniedTools: number;
  readonly dormantMs: number;
  readonly mostBehindMs: number;
  readonly mostBlindSeconds: number;
  readonly alerts: Pick<AlertRules, 'quietMs' | 'reopenWithinMs' | 'escalation' | 'reminderMs'>;
}

/**
 * How much of a budget is spent on the probability of one look. Looks each half minute, scatter that is not known exactly, and
 * series that are new find several times as much where nothing happens as that probability alone would: with a tenth, three
 * quiet weeks had two to four false alerts each where seven were wanted (docs/detection.md).
 */
const spent = 0.1;

/** How much of it is spent on sweeps: their chances are as good as what is known of the agents, so that as many come of it. */
const spentOnSweeps = 0.5;

/** What a look takes of a rule. */
export function settingsOf(rule: Rule): DetectSettings {
  return {
    ...defaultSettings,
    alerts: { ...defaultAlertRules, ...rule.alerts },
    falseAlertsADay: rule.falseAlertsADay * spent,
    falseSweepsADay: rule.falseAlertsADay * spentOnSweeps,
    escalation: { ...defaultSettings.escalation, leastDeniedTools: rule.deniedTools },
    dormant: { ...defaultSettings.dormant, leastSilentMs: rule.dormantMs },
    coverage: { mostBehindMs: rule.mostBehindMs, mostBlindSeconds: rule.mostBlindSeconds },
  };
}
