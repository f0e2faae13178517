import { secondMs } from '@custody/decision';
import { byName } from '../finding.ts';
import { aboutOf } from './about.ts';
import { type HeldAlert, heldId, idOf, isToldOpen } from './held-alert.ts';
import type { JudgedTransition } from './judged-transition.ts';
import { Judgement } from './judgement.ts';
import { lastingMs, untilItLasts } from './lasting.ts';
import { type JudgeInput, lookByRules, type RuleFinding, type RuleLook } from './look-by-rules.ts';
import { regroup } from './regroup.ts';
import type { RuleSet } from './rule-set.ts';
import { higher, type RuleNamed, severityOfAll } from './told-transition.ts';

/** How long the first word of an alert waits for what else has the same cause. */
export const groupingMs = 30 * secondMs;

export interface Judged {
  /** What stands out, by rule. */
  readonly findings: readonly RuleFinding[];
  /** For the next judgement. */
  readonly alerts: readonly HeldAlert[];
  /** What there is to record and to tell, in order. */
  readonly transitions: readonly JudgedTransition[];
}

/** Takes over what each rule's look says of its alerts. */
function takeOver(judgement: Judgement, looks: readonly RuleLook[], before: readonly HeldAlert[], atMs: number): void {
  const known = new Map(before.map((held) => [idOf(held), held]));
  for (const { rule, alerts, events } of looks) {
    const eventOf = new Map(events.map((event) => [event.alertId, event]));
    for (const alert of alerts) {
      const id = heldId(rule.name, alert.detector, alert.subject);
      const was = known.get(id);
      // One that ended long ago and fires again is another alert: what was told of the old one is over.
      const isSame = was !== undefined && was.alert.id === alert.id;
      const fresh = { waitingSinceMs: atMs, leadId: null, isHushed: false, told: null };
      const kept = isSame ? was : fresh;
      const event = eventOf.get(alert.id);
      if (event !== undefined) judgement.events.set(id, event);
      const lookedAtMs = isSame ? was.alert.lookedAtMs : null;
      const held = untilItLasts({ ...kept, rule: rule.name, alert }, lookedAtMs, atMs);
      if (held !== null) judgement.put(held);
    }
  }
}

/** Ends what was told of alerts whose rule is gone, or does not judge any more. */
function endOrphaned(judgement: Judgement, before: readonly HeldAlert[], ruleNamed: RuleNamed, atMs: number): void {
  for (const held of before) {
    if (ruleNamed(held.rule) !== undefined || !isToldOpen(held) || held.leadId !== null) continue;
    const sentence = `The rule ${held.rule} does not run any more: it was removed or turned off.`;
    judgement.take(held, { kind: 'resolved', status: 'resolved', sentence, atMs });
    judgement.drop(held);
  }
}

/** What people did. An action counts for the alert that they saw: not for one that opened again since. */
function apply(judgement: Judgement, actions: NonNullable<JudgeInput['actions']>, atMs: number): void {
  if (actions.length === 0) return;
  const idOfTold = new Map(judgement.all().map((held) => [held.told?.alertId ?? '', idOf(held)]));
  for (const { alertId, kind, sequence, actor, note } of actions) {
    const held = judgement.get(idOfTold.get(alertId) ?? '');
    if (held === undefined || held.told === null || !isToldOpen(held) || held.leadId !== null) continue;
    if (sequence < held.told.openedSequence) continue;
    const by = { actor, note, atMs };
    if (kind === 'resolve') {
      const members = judgement.membersOf(held);
      const sentence = `Resolved by ${actor}.`;
      const ended = judgement.take(held, { kind: 'resolved', status: 'resolved', sentence, ...by });
      for (const it of [ended, ...members])
        judgement.put({ ...it, leadId: null, isHushed: it.alert.status === 'open' });
    } else if (held.told.status === 'open') {
      const sentence = `Acknowledged by ${actor}.`;
      judgement.take(held, { kind: 'acknowledged', status: 'acknowledged', sentence, ...by });
    }
  }
}

/** Ends what has come to rest, and lets go of what was told with it. */
function end(judgement: Judgement, atMs: number): void {
  for (const held of judgement.all()) {
    if (held.alert.status !== 'resolved') continue;
    const { leadId, isHushed } = held;
    const sentence = judgement.events.get(idOf(held))?.sentence ?? 'Nothing unusual any more.';
    const quiet = { ...held, waitingSinceMs: null, leadId: null, isHushed: false };
    if (leadId === null && !isHushed && isToldOpen(held)) {
      judgement.take(quiet, { kind: 'resolved', status: 'resolved', sentence, atMs });
    } else judgement.put(quiet);
  }
  for (const held of judgement.all()) {
    if (held.leadId === null) continue;
    const lead = judgement.get(held.leadId);
    const isLed = lead !== undefined && lead.leadId === null && (isToldOpen(lead) || lead.waitingSinceMs !== null);
    // The cause that it was told with is over and it goes on: it is looked at anew. What is quiet too ends in its time.
    const goesOn = held.alert.status === 'open' && held.alert.lastSignMs === atMs;
    if (!isLed && goesOn) judgement.put({ ...held, leadId: null, waitingSinceMs: atMs });
  }
}

/** Those whose place among others is to be found: what waits, what came back, and members that grew beyond their lead. */
function newcomersOf(judgement: Judgement, atMs: number): HeldAlert[] {
  for (const held of judgement.all()) {
    const kind = judgement.events.get(idOf(held))?.kind;
    const hasGrown = kind === 'escalated' || kind === 'reopened';
    const isByItself = isToldOpen(held) && held.leadId === null;
    if (held.alert.status !== 'open' || !hasGrown || isByItself) continue;
    judgement.put({ ...held, isHushed: false, waitingSinceMs: held.waitingSinceMs ?? atMs });
  }
  return judgement.all().filter(({ waitingSinceMs }) => waitingSinceMs !== null);
}

function group(judgement: Judgement, { environments, atMs }: JudgeInput, ruleNamed: RuleNamed): void {
  const given = new Set(environments.map(({ envId }) => envId));
  // Of an environment that is not looked at now nothing new is known: what waits there waits on.
  const newcomers = newcomersOf(judgement, atMs).filter(({ alert }) => given.has(alert.subject.envId));
  if (newcomers.length === 0) return;
  const isOpen = ({ alert, waitingSinceMs, isHushed }: HeldAlert) =>
    alert.status === 'open' && waitingSinceMs === null && !isHushed;
  const open = judgement.all().filter(isOpen);
  const { leadOf, merging, promoted } = regroup(newcomers, open, environments, atMs, ruleNamed);
  const rising = open.filter((held) => promoted.has(idOf(held)));
  for (const held of rising) judgement.put({ ...held, leadId: null, waitingSinceMs: atMs });
  for (const held of newcomers) {
    const leadId = leadOf.get(idOf(held)) ?? null;
    const lead = leadId === null ? undefined : judgement.get(leadId);
    // With a lead that is told there is nothing left to wait for.
    const isTold = lead !== undefined && isToldOpen(lead) && lead.waitingSinceMs === null;
    judgement.put({ ...held, leadId, waitingSinceMs: isTold ? null : held.waitingSinceMs });
  }
  tell(judgement, [...newcomers, ...rising], environments, atMs);
  for (const [id, leadId] of merging) merge(judgement, id, leadId, atMs);
}

/** Tells those whose waiting is over; the others of their cause have waited with them. */
function tell(
  judgement: Judgement,
  newcomers: readonly HeldAlert[],
  environments: JudgeInput['environments'],
  atMs: number,
): void {
  const byEnvironment = new Map(environments.map((environment) => [environment.envId, environment]));
  for (const newcomer of newcomers) {
    const held = judgement.get(idOf(newcomer));
    if (held === undefined || held.leadId !== null || held.waitingSinceMs === null) continue;
    const members = judgement.membersOf(held);
    const sinceOf = (least: number, { waitingSinceMs }: HeldAlert) => Math.min(least, waitingSinceMs ?? atMs);
    const since = members.reduce(sinceOf, held.waitingSinceMs);
    const isBack = held.told !== null;
    const { finding } = held.alert;
    // That many agents are refused at once is the larger cause already: what else it leads to joins it.
    const waitsMs = finding.detector === 'deny_rate_step' || isBack ? 0 : groupingMs;
    if (atMs - since < (finding.detector === 'coverage_lost' ? lastingMs : waitsMs)) continue;
    if (isBack) {
      const sentence = judgement.events.get(idOf(held))?.sentence ?? `Still going on. ${finding.sentence}`;
      judgement.take(held, { kind: 'reopened', status: 'open', sentence, atMs });
    } else {
      const environment = byEnvironment.get(finding.subject.envId);
      const about = environment === undefined ? null : aboutOf(held, environment);
      const opening = about === null ? held : { ...held, about: about.subject };
      const sentence = about?.sentence ?? finding.sentence;
      judgement.take(opening, { kind: 'opened', status: 'open', sentence, atMs: held.waitingSinceMs });
    }
    judgement.events.delete(idOf(held));
    for (const member of members) judgement.put({ ...member, waitingSinceMs: null });
  }
}

/** An alert that was told by itself becomes part of a larger cause, with all that was told with it. */
function merge(judgement: Judgement, id: string, leadId: string, atMs: number): void {
  const [held, lead] = [judgement.get(id), judgement.get(leadId)];
  const told = lead?.told;
  // The larger cause waits still: until it is told, this one stands.
  if (held === undefined || lead === undefined || told === undefined || told === null || !isToldOpen(lead)) return;
  for (const member of judgement.membersOf(held)) judgement.put({ ...member, leadId });
  const sentence = `Part of a larger cause: ${lead.alert.finding.sentence}`;
  const merged = judgement.take(held, {
    ...{ kind: 'merged', status: 'resolved', sentence, atMs },
    mergedInto: told.alertId,
  });
  judgement.put({ ...merged, leadId });
}

/** What the look says of alerts that are told: that they grew, last, or are still there. */
function report(judgement: Judgement, atMs: number, ruleNamed: RuleNamed): void {
  for (const held of judgement.all()) {
    const { told, leadId, waitingSinceMs } = held;
    if (told === null || !isToldOpen(held) || leadId !== null || waitingSinceMs !== null) continue;
    const { status } = told;
    const event = judgement.events.get(idOf(held));
    const members = judgement.membersOf(held);
    const severity = severityOfAll([held, ...members], ruleNamed);
    if (event?.kind === 'escalated' || event?.kind === 'ongoing') {
      judgement.take(held, { kind: event.kind, status, sentence: event.sentence, atMs });
    } else if (higher(severity, told.severity) !== told.severity) {
      const [worst] = members.filter((it) => severityOfAll([it], ruleNamed) === severity);
      const sentence = `Now also: ${worst?.alert.finding.sentence ?? held.alert.finding.sentence}`;
      judgement.take(held, { kind: 'escalated', status, sentence, atMs });
    } else if (event?.kind === 'reminded' && status === 'open') {
      // Whoever has acknowledged it knows.
      judgement.take(held, { kind: 'reminded', status, sentence: event.sentence, atMs });
    }
  }
}

/**
 * Judges a moment by all rules: what each finds within its scope and its budget, what of it has one cause and is told as
 * one alert, and what there is to record and to tell. Pure: the same rules and the same input give the same, in whatever
 * order rules, environments, series and alerts are given.
 *
 * Findings are put together by the denials that they share, which are needed only where something happened: look first
 * (`lookByRules`), read what is wanted (`deniedWanted`) into `denied` of the environments, and hand the looks over.
 */
export function judge(ruleSet: RuleSet, input: JudgeInput, looks = lookByRules(ruleSet, input)): Judged {
  const { atMs, alerts, actions = [] } = input;
  const rules = new Map(looks.map(({ rule }) => [rule.name, rule]));
  const ruleNamed: RuleNamed = (name) => rules.get(name);
  const judgement = new Judgement(ruleNamed);
  takeOver(judgement, looks, alerts, atMs);
  endOrphaned(judgement, alerts, ruleNamed, atMs);
  apply(judgement, actions, atMs);
  end(judgement, atMs);
  group(judgement, input, ruleNamed);
  report(judgement, atMs, ruleNamed);
  const findings = looks
    .flatMap(({ rule, findings: found }) => found.map((finding) => ({ rule: rule.name, finding })))
    .sort(byName(({ rule, finding: { detector, subject } }) => heldId(rule, detector, subject)));
  return { findings, alerts: judgement.all(), transitions: judgement.transitions };
}
