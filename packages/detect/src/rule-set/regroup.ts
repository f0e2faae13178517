import { hourMs, severities } from '@custody/decision';
import { causesOf } from '../cause/causes-of.ts';
import { cellsOf } from '../denied-cell.ts';
import type { EnvironmentInput } from '../environment-input.ts';
import { byName, type Finding } from '../finding.ts';
import { aboutOf } from './about.ts';
import { type HeldAlert, idOf, isToldOpen } from './held-alert.ts';
import { type RuleNamed, severityOf } from './told-transition.ts';

/** Which alert leads which, by id. */
export interface Grouping {
  /** Of those that are told with another one: its id. */
  readonly leadOf: ReadonlyMap<string, string>;
  /** Alerts that were told by themselves and are part of a larger cause now; they follow once that is told. */
  readonly merging: ReadonlyMap<string, string>;
  /** Those that were told with another one, and are the larger cause themselves now. */
  readonly promoted: ReadonlySet<string>;
}

interface Group {
  readonly lead: HeldAlert;
  readonly all: readonly HeldAlert[];
  readonly isShared: boolean;
}

/** The denials that an alert is about: those of its finding while it fires, of the last hour while it is only held. */
function callsOf({ alert: { subject, finding, detector } }: HeldAlert, environment: EnvironmentInput, atMs: number) {
  const cells = environment.denied ?? [];
  const isFresh = finding.window.toMs > atMs - hourMs;
  // What is counted of whole environments that went silent or blind has no denials to compare.
  if (detector === 'source_silent' || detector === 'coverage_lost') return [];
  const window = isFresh ? finding.window : { fromMs: atMs - hourMs, toMs: atMs };
  return cellsOf(cells, subject, { ...window, toMs: Math.max(window.toMs, atMs) });
}

/** Puts alerts of one environment together by what caused them. */
function groupsOf(
  candidates: readonly HeldAlert[],
  environment: EnvironmentInput,
  atMs: number,
  ruleNamed: RuleNamed,
): Group[] {
  const byFinding = new Map<Finding, HeldAlert>();
  const explained = candidates.map((held) => {
    const finding = { ...held.alert.finding };
    byFinding.set(finding, held);
    const rank = severities.indexOf(severityOf(held, ruleNamed));
    const isOver = held.waitingSinceMs === null && held.alert.lastSignMs < atMs;
    const about = held.about ?? (held.waitingSinceMs === null ? null : (aboutOf(held, environment)?.subject ?? null));
    const sinceMs = held.alert.openedAtMs;
    return { finding, calls: callsOf(held, environment, atMs), rank, rule: held.rule, isOver, about, sinceMs };
  });
  return causesOf(explained, environment).flatMap(({ lead, members, why }) => {
    const first = byFinding.get(lead);
    const all = [lead, ...members].flatMap((finding) => byFinding.get(finding) ?? []);
    return first === undefined ? [] : [{ lead: first, all, isShared: why === 'shared' }];
  });
}

/** The alert that is told by itself and that this one belongs to, where there is one. */
function toldLead(held: HeldAlert, byId: ReadonlyMap<string, HeldAlert>): HeldAlert | null {
  if (isToldOpen(held) && held.leadId === null && !held.isHushed) return held;
  const lead = held.leadId === null ? undefined : byId.get(held.leadId);
  return lead !== undefined && isToldOpen(lead) ? lead : null;
}

function byAge(a: HeldAlert, b: HeldAlert): number {
  return a.alert.openedAtMs - b.alert.openedAtMs || (idOf(a) < idOf(b) ? -1 : 1);
}

/**
 * Puts what has newly happened together with what is open. What is told stays the lead of its cause, so that an alert that
 * somebody works on does not change its name; only where several agents turn out to meet the refusal of one server, or of all
 * of an environment, is that told, and theirs are merged into it.
 */
export function regroup(
  newcomers: readonly HeldAlert[],
  open: readonly HeldAlert[],
  environments: readonly EnvironmentInput[],
  atMs: number,
  ruleNamed: RuleNamed,
): Grouping {
  const byId = new Map([...open, ...newcomers].map((held) => [idOf(held), held]));
  const isNew = new Set(newcomers.map(idOf));
  const leadOf = new Map<string, string>();
  const merging = new Map<string, string>();
  const promoted = new Set<string>();
  const byEnvironment = Map.groupBy(byId.values(), ({ alert }) => alert.subject.envId);
  for (const environment of environments.toSorted(byName(({ envId }) => envId))) {
    const here = byEnvironment.get(environment.envId) ?? [];
    if (!here.some((held) => isNew.has(idOf(held)))) continue;
    for (const group of groupsOf(here, environment, atMs, ruleNamed)) {
      const fresh = group.all.filter((held) => isNew.has(idOf(held)));
      if (fresh.length === 0) continue;
      const told = group.all.filter((held) => !isNew.has(idOf(held))).flatMap((held) => toldLead(held, byId) ?? []);
      // What is over has its place: that something it was told with goes on is no reason to tell it anew.
      const parts = new Set(group.all);
      const isPart = (held: HeldAlert) => parts.has(held) || held.alert.lastSignMs >= atMs;
      const incumbents = [...new Set(told)].filter(isPart).sort(byAge);
      const { kind, key } = group.lead.alert.subject;
      const isOfMany = group.isShared && kind !== 'agent';
      const isOfSame = ({ alert: { subject } }: HeldAlert) => subject.kind === kind && subject.key === key;
      const usual = incumbents[0] ?? group.lead;
      const lead = isOfMany ? (incumbents.find(isOfSame) ?? group.lead) : usual;
      if (!isNew.has(idOf(lead)) && !incumbents.includes(lead)) promoted.add(idOf(lead));
      for (const held of fresh) if (held !== lead) leadOf.set(idOf(held), idOf(lead));
      for (const held of incumbents) {
        // One that has come to rest ends by itself: all of an agent's denials are among those of its server.
        if (held !== lead && held.alert.lastSignMs >= atMs) merging.set(idOf(held), idOf(lead));
      }
    }
  }
  return { leadOf, merging, promoted };
}
