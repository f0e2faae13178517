import type { TimeRange } from '@custody/decision';
import type { Baseline } from '../count/baseline.ts';
import { type Finding, subjectId } from '../finding.ts';
import { amount, duration, names } from '../wording.ts';
import type { Alert, AlertEvent, Sign } from './alert.ts';
import type { AlertRules } from './alert-rules.ts';

export interface Advanced {
  /** The alert from now on; `null` where there is none, or it ended so long ago that it cannot open again. */
  readonly alert: Alert | null;
  readonly event: AlertEvent | null;
}

function event(kind: AlertEvent['kind'], alert: Alert, atMs: number, sentence: string): AlertEvent {
  return { kind, alertId: alert.id, atMs, sentence, finding: alert.finding };
}

function open(
  finding: Finding,
  measure: number,
  tools: readonly string[],
  baseline: Baseline | null,
  atMs: number,
): Advanced {
  const alert: Alert = {
    id: `${subjectId(finding.detector, finding.subject)}@${new Date(atMs).toISOString()}`,
    detector: finding.detector,
    subject: finding.subject,
    status: 'open',
    sinceMs: finding.window.fromMs,
    openedAtMs: atMs,
    resolvedAtMs: null,
    lookedAtMs: atMs,
    lastSignMs: atMs,
    quietMs: 0,
    peak: measure,
    toldPeak: measure,
    toldTools: [...tools].sort(),
    toldAtMs: atMs,
    baseline,
    isFrozen: true,
    finding,
  };
  return { alert, event: event('opened', alert, atMs, finding.sentence) };
}

/** Half of the tools, at least, were not among those that were told. */
function isNewSet(tools: readonly string[], told: readonly string[]): boolean {
  const fresh = tools.filter((tool) => !told.includes(tool));
  return told.length > 0 && fresh.length > 0 && fresh.length * 2 >= tools.length;
}

function told(alert: Alert, measure: number, tools: readonly string[], atMs: number): Alert {
  const toldTools = [...new Set([...alert.toldTools, ...tools])].sort();
  return { ...alert, toldPeak: Math.max(measure, alert.toldPeak), toldTools, toldAtMs: atMs };
}

/** Still going on: nothing to tell unless it grew, or changed what it aims at. */
function hold(alert: Alert, sign: Extract<Sign, { measure: number }>, atMs: number, rules: AlertRules): Advanced {
  const { measure, tools } = sign;
  const finding = sign.kind === 'fires' ? sign.finding : alert.finding;
  const peak = Math.max(alert.peak, measure);
  const held: Alert = { ...alert, finding, peak, lastSignMs: atMs, quietMs: 0, lookedAtMs: atMs };
  if (sign.kind === 'fires' && measure >= rules.escalation * alert.toldPeak) {
    const sentence = `Grew from ${amount(alert.toldPeak)} to ${amount(measure)}. ${finding.sentence}`;
    return { alert: told(held, measure, tools, atMs), event: event('escalated', held, atMs, sentence) };
  }
  if (sign.kind === 'fires' && isNewSet(tools, alert.toldTools)) {
    const sentence = `Other tools than before: ${names([...tools].sort())}. ${finding.sentence}`;
    return { alert: told(held, measure, tools, atMs), event: event('escalated', held, atMs, sentence) };
  }
  return { alert: held, event: null };
}

function quieten(alert: Alert, atMs: number, rules: AlertRules): Advanced {
  const quietMs = alert.quietMs + Math.min(rules.lookMs, atMs - alert.lookedAtMs);
  const next: Alert = { ...alert, quietMs, lookedAtMs: atMs };
  if (quietMs < rules.quietMs) return { alert: next, event: null };
  const resolved: Alert = { ...next, status: 'resolved', resolvedAtMs: atMs };
  const sentence = `Nothing unusual for ${duration(rules.quietMs)}; it lasted ${duration(Math.max(1_000, alert.lastSignMs - alert.openedAtMs))}, at its peak ${amount(alert.peak)}.`;
  return { alert: resolved, event: event('resolved', resolved, atMs, sentence) };
}

/** After a day the alert is measured by what is normal now, and told once a day if it lasts. */
function age({ alert, event: happened }: Advanced, atMs: number, rules: AlertRules): Advanced {
  if (alert === null || alert.status !== 'open') return { alert, event: happened };
  if (alert.isFrozen && atMs - alert.openedAtMs >= rules.freezeAtMostMs) {
    const thawed: Alert = { ...alert, isFrozen: false, baseline: null, toldAtMs: atMs };
    const sentence = `Ongoing for ${duration(Math.max(1_000, atMs - alert.openedAtMs))}: the new normal? It is measured by the last days from now on.`;
    // Without a freeze there is nothing to thaw and nothing to tell.
    if (rules.freezeAtMostMs <= 0) return { alert: thawed, event: happened };
    return { alert: thawed, event: happened ?? event('ongoing', thawed, atMs, sentence) };
  }
  if (alert.isFrozen || happened !== null || atMs - alert.toldAtMs < rules.reminderMs)
    return { alert, event: happened };
  const reminded = { ...alert, toldAtMs: atMs };
  const sentence = `Still going on after ${duration(atMs - alert.openedAtMs)}. ${alert.finding.sentence}`;
  return { alert: reminded, event: event('reminded', reminded, atMs, sentence) };
}

function reopen(alert: Alert, sign: Extract<Sign, { kind: 'fires' }>, atMs: number): Advanced {
  const { finding, measure, tools } = sign;
  const again: Alert = {
    ...alert,
    finding,
    status: 'open',
    resolvedAtMs: null,
    lastSignMs: atMs,
    quietMs: 0,
    lookedAtMs: atMs,
  };
  const next = told({ ...again, peak: Math.max(alert.peak, measure) }, measure, tools, atMs);
  return { alert: next, event: event('reopened', next, atMs, `Again. ${finding.sentence}`) };
}

/**
 * The life of one alert, a look at a time: opened by what fires, held by what is elevated, ended by quiet that was read.
 * Looks that are older than the last one change nothing, so that late looks at closed windows only find.
 * `baseline` is what an alert that opens now is measured by from now on.
 */
export function advance(
  alert: Alert | null,
  sign: Sign,
  baseline: Baseline | null,
  atMs: number,
  rules: AlertRules,
): Advanced {
  if (alert !== null && atMs < alert.lookedAtMs) return { alert, event: null };
  if (alert === null || alert.status === 'resolved') {
    const isOver = alert === null || atMs - (alert.resolvedAtMs ?? 0) > rules.reopenWithinMs;
    if (sign.kind !== 'fires') return { alert: isOver ? null : alert, event: null };
    if (alert !== null && !isOver) return reopen(alert, sign, atMs);
    return age(open(sign.finding, sign.measure, sign.tools, baseline, atMs), atMs, rules);
  }
  if (sign.kind === 'unknown') return { alert: { ...alert, lookedAtMs: atMs }, event: null };
  const next = sign.kind === 'quiet' ? quieten(alert, atMs, rules) : hold(alert, sign, atMs, rules);
  return age(next, atMs, rules);
}

/**
 * What an alert keeps out of its series' history, from its first window on: an attack that is over must not count as usual.
 * What lasted longer than a baseline is frozen has become usual, and stays in.
 */
export function maskOf({ sinceMs, openedAtMs, lastSignMs }: Alert, rules: AlertRules): TimeRange | null {
  return lastSignMs - openedAtMs > rules.freezeAtMostMs ? null : { fromMs: sinceMs, toMs: lastSignMs };
}
