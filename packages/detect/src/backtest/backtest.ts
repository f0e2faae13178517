import { type BacktestRows, type DeniedMinuteRow, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import { alphaOf } from '../budget.ts';
import { defaultCountModel } from '../count/count-model.ts';
import type { EnvironmentInput } from '../environment-input.ts';
import { type Detector, detectors } from '../finding.ts';
import type { HeldAlert } from '../rule-set/held-alert.ts';
import { isToldOpen } from '../rule-set/held-alert.ts';
import { judge } from '../rule-set/judge.ts';
import { deniedWanted, lookByRules } from '../rule-set/look-by-rules.ts';
import { type Rule, settingsOf } from '../rule-set/rule.ts';
import { enabledRules, type RuleSet } from '../rule-set/rule-set.ts';
import { narrow, passesEnvironment } from '../rule-set/scope.ts';
import { type BacktestAlert, BacktestAlerts } from './backtest-alert.ts';
import { Limits } from './limits.ts';
import { Masks, seriesName } from './masks.ts';
import { ReplayedEnvironment } from './replayed-environment.ts';

/** What a back-test judges by counts of denials and of all decisions. The others need more than is kept of the past. */
export const backtestedDetectors: readonly Detector[] = ['spike', 'sweep', 'source_silent', 'threshold'];

/** The windows of the first moments reach so far back: denials are handed over from so long before the range on. */
export const warmUpMs = hourMs;

export interface BacktestRequest {
  readonly ruleSet: RuleSet;
  /** Whole minutes; the first moment that is judged is a minute after its start. */
  readonly range: TimeRange;
  /** Their counts end where the denials that are handed over begin. */
  readonly environments: readonly BacktestRows[];
}

/** What a rule watches and a back-test does not. */
export interface LeftOut {
  readonly rule: string;
  readonly detector: Detector;
}

export interface BacktestResult {
  readonly alerts: readonly BacktestAlert[];
  readonly leftOut: readonly LeftOut[];
  /** Moments that were judged; at all the others nothing could have happened. */
  readonly looks: number;
}

interface Replayed {
  readonly environment: ReplayedEnvironment;
  readonly limits: Limits;
}

/** Whether a look may change something of it, or count as quiet. */
function isGoingOn(held: HeldAlert): boolean {
  return held.alert.status === 'open' || held.waitingSinceMs !== null || isToldOpen(held);
}

/**
 * Judges the past by rules, minute by minute, as the alerter would have: the same judgement of what would have been read at
 * each moment. Only where nothing is open and no count is unlikely by the loosest of the rules is a moment left out, since
 * judging it would find nothing and change nothing. Denials are handed over in the order of their time, once; what is
 * remembered of them does not grow with the range but for the counts of each series' last four weeks.
 */
export class Backtest {
  readonly #ruleSet: RuleSet;
  readonly #rules: readonly Rule[];
  readonly #range: TimeRange;
  readonly #detectors: ReadonlySet<Detector>;
  readonly #environments: readonly Replayed[];
  readonly #alerts: BacktestAlerts;
  readonly #leftOut: readonly LeftOut[];
  readonly #masks = new Masks();
  #held: readonly HeldAlert[] = [];
  #atMs: number;
  #looks = 0;
  #alpha: { readonly key: string; readonly alpha: number } = { key: '', alpha: 0 };

  constructor({ ruleSet, range, environments }: BacktestRequest) {
    // As they are: a budget is shared with what is not judged here, and of that nothing is given to look at.
    this.#ruleSet = ruleSet;
    this.#rules = enabledRules(ruleSet);
    this.#range = range;
    this.#detectors = new Set(this.#rules.flatMap((rule) => rule.detectors));
    this.#atMs = range.fromMs - warmUpMs;
    this.#environments = environments.map((rows) => ({
      environment: new ReplayedEnvironment(rows, defaultCountModel),
      limits: new Limits(this.#rules, rows.envName),
    }));
    this.#alerts = new BacktestAlerts(ruleSet, new Map(environments.map(({ envId, envName }) => [envId, envName])));
    this.#leftOut = enabledRules(ruleSet).flatMap(({ name: rule, detectors: those }) =>
      detectors
        .filter((detector) => those.includes(detector) && !backtestedDetectors.includes(detector))
        .map((detector) => ({ rule, detector })),
    );
  }

  /**
   * Judges up to a moment, a whole minute. `cells`: all denials between the last one and that, in any order; those of the
   * first call begin `warmUpMs` before the range.
   */
  advance(cells: readonly DeniedMinuteRow[], untilMs: number): void {
    const byMinute = Map.groupBy(cells, ({ atMs }) => atMs);
    for (; this.#atMs < untilMs; this.#atMs += minuteMs) {
      const byEnvironment = Map.groupBy(byMinute.get(this.#atMs) ?? [], ({ envId }) => envId);
      for (const { environment, limits } of this.#environments) {
        const own = byEnvironment.get(environment.envId) ?? [];
        environment.take(this.#atMs, own);
        limits.take(own);
      }
      const momentMs = this.#atMs + minuteMs;
      // What comes before the range fills the windows of its first moments.
      if (momentMs > this.#range.fromMs) this.#look(momentMs);
    }
  }

  result(): BacktestResult {
    return { alerts: this.#alerts.all(), leftOut: this.#leftOut, looks: this.#looks };
  }

  /** The loosest probability that a rule takes for unlikely; the same for an hour. */
  #alphaAt(atMs: number): number {
    const environments = this.#environments.map(({ environment }) => environment.bareAt(atMs));
    const key = JSON.stringify(environments.map(({ activeSeries, activeByKind }) => [activeSeries, activeByKind]));
    if (this.#alpha.key !== key) {
      const alphas = this.#rules.map((rule) => alphaOfRule(rule, environments, atMs));
      this.#alpha = { key, alpha: Math.max(0, ...alphas) };
    }
    return this.#alpha.alpha;
  }

  #inputsAt(atMs: number): EnvironmentInput[] {
    for (const { environment } of this.#environments) {
      const maskedBy = (name: string, by: readonly string[]) => this.#masks.of(environment.envId, name, by, atMs);
      environment.refresh(atMs, { detectors: this.#detectors, maskedBy });
    }
    const alpha = this.#alphaAt(atMs);
    return this.#environments.map(({ environment }) => {
      const { envId } = environment;
      const own = this.#held.filter(({ alert }) => alert.subject.envId === envId);
      const open = namesOf(own.filter(({ alert }) => alert.status === 'open'));
      const measured = namesOf(own.filter(({ alert }) => alert.baseline !== null));
      const maskedBy = (name: string, by: readonly string[]) => this.#masks.of(envId, name, by, atMs);
      const maskChangesOf = (name: string) => this.#masks.changesOf(envId, name);
      return environment.inputAt({ atMs, detectors: this.#detectors, alpha, open, measured, maskChangesOf, maskedBy });
    });
  }

  #look(atMs: number): void {
    const inputs = this.#inputsAt(atMs);
    const hasLimits = this.#environments.some(({ limits }) => limits.isReached);
    const isSuspect = ({ series, deniedTools, decisions }: EnvironmentInput) =>
      series.length > 0 || deniedTools.length > 0 || decisions !== null;
    if (!hasLimits && !this.#held.some(isGoingOn) && !inputs.some(isSuspect)) return;
    this.#looks += 1;
    const withLimits = inputs.map((input, index) => {
      const { environment, limits } = this.#environments[index] as Replayed;
      return limits.isReached ? { ...input, denied: environment.deniedNow() } : input;
    });
    const moment = { atMs, environments: withLimits, alerts: this.#held };
    const looks = lookByRules(this.#ruleSet, moment);
    const wanted = new Set(deniedWanted(looks, this.#held));
    const environments = withLimits.map((input, index) => {
      const { environment } = this.#environments[index] as Replayed;
      return wanted.has(input.envId) ? { ...input, denied: environment.deniedNow() } : input;
    });
    const { alerts, transitions } = judge(this.#ruleSet, { ...moment, environments }, looks);
    this.#held = alerts;
    this.#masks.take(alerts);
    this.#alerts.take(transitions);
  }
}

function namesOf(held: readonly HeldAlert[]): Set<string> {
  return new Set(held.map(({ alert: { subject } }) => seriesName(subject.kind, subject.key)));
}

function alphaOfRule(rule: Rule, environments: readonly EnvironmentInput[], atMs: number): number {
  if (!rule.detectors.includes('spike')) return 0;
  const activeSeries = environments
    .filter((environment) => passesEnvironment(rule.scope, environment))
    .reduce((sum, environment) => sum + narrow(rule, environment, atMs).activeSeries, 0);
  const { falseAlertsADay, looksADay } = settingsOf(rule);
  return alphaOf({ falseAlertsADay, activeSeries, looksADay });
}
