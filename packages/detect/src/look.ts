import { advance } from './alert/advance.ts';
import type { Alert, AlertEvent, Sign } from './alert/alert.ts';
import { alphaOf, windowsADay } from './budget.ts';
import type { EnvironmentInput } from './environment-input.ts';
import { byName, type Finding, subjectId } from './finding.ts';
import { completenessOf } from './reading.ts';
import { ruleFindings } from './rule-findings.ts';
import type { DetectSettings } from './settings.ts';
import { type SubjectSign, spikeSigns } from './spike-signs.ts';

/** One look at everything. Recorded as JSON, it can be judged again and gives the same. */
export interface LookInput {
  /** The moment that is judged: windows end here. May lie in the past, where late rows changed what is known of it. */
  readonly atMs: number;
  readonly environments: readonly EnvironmentInput[];
  /** As the look before left them. */
  readonly alerts: readonly Alert[];
}

export interface LookResult {
  /** Below this probability a count is a finding. */
  readonly alpha: number;
  readonly findings: readonly Finding[];
  /** For the next look. */
  readonly alerts: readonly Alert[];
  /** What there is to tell. */
  readonly events: readonly AlertEvent[];
}

/** A rule's finding measures itself; where it fires again with more, it grows. */
function ruleSign(finding: Finding): SubjectSign {
  const { tools } = finding.details;
  const sign: Sign = {
    kind: 'fires',
    finding,
    measure: Math.max(1, finding.observed),
    tools: Array.isArray(tools) ? tools : [],
  };
  return { id: subjectId(finding.detector, finding.subject), sign, baseline: null };
}

/** Of several findings of one rule about one subject, the one with the most. */
function strongest(findings: readonly Finding[]): Finding[] {
  const bySubject = Map.groupBy(findings, ({ detector, subject }) => subjectId(detector, subject));
  return [...bySubject.values()].map((those) => those.reduce((a, b) => (b.observed > a.observed ? b : a)));
}

/** An alert of which nothing was found: quiet where the last minutes were read, else nobody knows. */
function signOfMissing(
  alert: Alert,
  environments: ReadonlyMap<string, EnvironmentInput>,
  atMs: number,
  bucketMs: number,
): Sign {
  const environment = environments.get(alert.subject.envId);
  if (environment === undefined) return { kind: 'unknown' };
  // That reading has caught up is all that coverage needs to be well again, and the source's silence ends with a decision.
  const window = { fromMs: atMs - bucketMs, toMs: atMs };
  const isRead = completenessOf(window, environment.reading) !== 'unread';
  return isRead ? { kind: 'quiet' } : { kind: 'unknown' };
}

function agentsOf({ activeAgents, activeByKind, activeSeries }: EnvironmentInput): number {
  return activeAgents ?? activeByKind?.agent ?? activeSeries;
}

/**
 * Judges a moment: what stands out, what becomes of the alerts, and what there is to tell. Pure and in no order but its
 * own: the same input gives the same result, in whatever order environments, series and alerts are given.
 */
export function look(input: LookInput, settings: DetectSettings): LookResult {
  const { atMs, alerts } = input;
  const activeSeries = input.environments.reduce((sum, environment) => sum + environment.activeSeries, 0);
  const alpha = alphaOf({ falseAlertsADay: settings.falseAlertsADay, activeSeries, looksADay: settings.looksADay });
  const sweepAlpha = alphaOf({
    falseAlertsADay: settings.falseSweepsADay,
    activeSeries: input.environments.reduce((sum, one) => sum + agentsOf(one), 0),
    looksADay: windowsADay,
  });
  const known = new Map(alerts.map((alert) => [subjectId(alert.detector, alert.subject), alert]));
  const environments = new Map(input.environments.map((environment) => [environment.envId, environment]));
  const signs = input.environments.flatMap((environment) => [
    ...spikeSigns(environment, known, alpha, atMs, settings.model),
    ...strongest(ruleFindings(environment, { alpha, sweepAlpha }, atMs, settings)).map(ruleSign),
  ]);
  const seen = new Set(signs.map(({ id }) => id));
  for (const [id, alert] of known) {
    if (seen.has(id)) continue;
    signs.push({
      id,
      sign: signOfMissing(alert, environments, atMs, settings.model.calendar.bucketMs),
      baseline: null,
    });
  }
  signs.sort(byName(({ id }) => id));
  const advanced = signs.map(({ id, sign, baseline }) =>
    advance(known.get(id) ?? null, sign, baseline, atMs, settings.alerts),
  );
  return {
    alpha,
    findings: signs.flatMap(({ sign }) => (sign.kind === 'fires' ? [sign.finding] : [])),
    alerts: advanced.flatMap(({ alert }) => (alert === null ? [] : [alert])),
    events: advanced.flatMap(({ event }) => (event === null ? [] : [event])),
  };
}
