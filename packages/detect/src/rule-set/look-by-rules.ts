import type { Alert, AlertEvent } from '../alert/alert.ts';
import type { EnvironmentInput } from '../environment-input.ts';
import { type Finding, subjectId } from '../finding.ts';
import { look } from '../look.ts';
import type { AlertAction } from './alert-action.ts';
import type { HeldAlert } from './held-alert.ts';
import { type Rule, settingsOf } from './rule.ts';
import { enabledRules, type RuleSet } from './rule-set.ts';
import { narrow, passesEnvironment } from './scope.ts';

/** What is judged. Recorded as JSON with the rule set, it can be judged again and gives the same. */
export interface JudgeInput {
  /** The moment that is judged; may lie in the past, where late rows changed what is known of it. */
  readonly atMs: number;
  readonly environments: readonly EnvironmentInput[];
  /** As the judgement before left them. */
  readonly alerts: readonly HeldAlert[];
  /** What people did to alerts; those that were applied before change nothing. */
  readonly actions?: readonly AlertAction[];
}

export interface RuleFinding {
  readonly rule: string;
  readonly finding: Finding;
}

/** What one rule says of a moment. */
export interface RuleLook {
  readonly rule: Rule;
  /** Below this probability a count is a finding of this rule. */
  readonly alpha: number;
  readonly alerts: readonly Alert[];
  readonly findings: readonly Finding[];
  readonly events: readonly AlertEvent[];
}

/** Looks at a moment with the eyes of each rule: its detectors, its scope, its budget and its own alerts. */
export function lookByRules(ruleSet: RuleSet, { atMs, environments, alerts }: Omit<JudgeInput, 'actions'>): RuleLook[] {
  return enabledRules(ruleSet).map((rule) => {
    const within = environments
      .filter((environment) => passesEnvironment(rule.scope, environment))
      .map((environment) => narrow(rule, environment, atMs));
    const own = alerts.filter((held) => held.rule === rule.name).map(({ alert }) => alert);
    const {
      alpha,
      alerts: next,
      findings,
      events,
    } = look({ atMs, environments: within, alerts: own }, settingsOf(rule));
    return { rule, alpha, alerts: next, findings, events };
  });
}

/** How far back limits that somebody has set are counted: denials of that time are needed at every look; 0 for none. */
export function limitsWithinMs(ruleSet: RuleSet): number {
  const each = enabledRules(ruleSet)
    .filter(({ detectors }) => detectors.includes('threshold'))
    .map(({ threshold }) => threshold?.withinMs ?? 0);
  return Math.max(0, ...each);
}

/**
 * The environments whose denials of the last hour have to be known to put findings together, by id; none where nothing
 * happened, so that most looks need not read them.
 */
export function deniedWanted(looks: readonly RuleLook[], alerts: readonly HeldAlert[]): string[] {
  const waiting = alerts
    .filter(({ waitingSinceMs }) => waitingSinceMs !== null)
    .map(({ alert }) => alert.subject.envId);
  const happened = looks.flatMap(({ events }) => events.map(({ finding }) => finding.subject.envId));
  return [...new Set([...waiting, ...happened])].sort();
}

/** Subjects of alerts that are open, whose series have to be looked at even where they count nothing now. */
export function openSubjects(alerts: readonly HeldAlert[]): string[] {
  const open = alerts.filter(({ alert }) => alert.status === 'open');
  return [...new Set(open.map(({ alert }) => subjectId(alert.detector, alert.subject)))].sort();
}
