import { type FilterValue, parseFilterText, type Severity } from '@custody/decision';
import { defaultAlertRules } from '../alert/alert-rules.ts';
import { type Detector, detectors, seriesKinds } from '../finding.ts';
import { defaultCoverageRule } from '../rules/coverage-lost.ts';
import { defaultDormantRule } from '../rules/dormant-agent.ts';
import { defaultEscalationRule } from '../rules/privileged-after-denials.ts';
import { boundsOf, isApplicable } from './applicable.ts';
import { digestOf } from './canonical-json.ts';
import { parseDurationText } from './duration-text.ts';
import { muteOf } from './mute.ts';
import type { Rule, RuleOrigin, RuleScope } from './rule.ts';
import { type RuleDocument, ruleDocument, ruleDocuments } from './rule-document.ts';
import { faultsIn, nearest, type RuleFault } from './rule-faults.ts';

/** Of a rule that says nothing about it. */
const defaultBudget = 0.2;
const minutesOfHour = 60;

export const defaultSeverities: Readonly<Record<Detector, Severity>> = {
  spike: 'warning',
  sweep: 'critical',
  privileged_after_denials: 'critical',
  first_denial: 'info',
  deny_rate_step: 'warning',
  dormant_agent: 'warning',
  source_silent: 'critical',
  coverage_lost: 'critical',
  threshold: 'warning',
};

/** What a rule watches that names no detectors: the first denials of each agent are too many for most. */
const usualDetectors = detectors.filter((it) => it !== 'threshold' && it !== 'first_denial');

function filterOf(given: string | readonly string[] | undefined): FilterValue[] {
  return given === undefined ? [] : parseFilterText(given);
}

function scopeOf({ scope = {} }: RuleDocument): RuleScope {
  const { env, agent, human, server, tool, reason, kinds = [...seriesKinds] } = scope;
  return {
    ...{ env: filterOf(env), agent: filterOf(agent), human: filterOf(human) },
    ...{ server: filterOf(server), tool: filterOf(tool), reason: filterOf(reason) },
    kinds: seriesKinds.filter((kind) => [kinds].flat().includes(kind)),
  };
}

function detectorsOf(document: RuleDocument, scope: RuleScope): Detector[] {
  if (document.detectors !== undefined) {
    const named = [document.detectors].flat();
    return detectors.filter((it) => named.includes(it));
  }
  if (document.threshold !== undefined) return ['threshold'];
  return usualDetectors.filter((it) => isApplicable(it, scope));
}

function msOf(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : (parseDurationText(text) ?? otherwise);
}

function severitiesOf({ severity = {} }: RuleDocument): Record<Detector, Severity> {
  const each = typeof severity === 'string' ? () => severity : (it: Detector) => severity[it] ?? defaultSeverities[it];
  return Object.fromEntries(detectors.map((it) => [it, each(it)])) as Record<Detector, Severity>;
}

/** What a document says, everything filled in. It has to be without faults. */
export function ruleOf(document: RuleDocument, origin: RuleOrigin): Rule {
  const scope = scopeOf(document);
  const { threshold, alert = {}, coverage_lost: coverage = {} } = document;
  const said = {
    name: document.name,
    description: document.description ?? '',
    isEnabled: document.enabled ?? true,
    detectors: detectorsOf(document, scope),
    scope,
    falseAlertsADay: document.budget ?? defaultBudget,
    severities: severitiesOf(document),
    runbook: document.runbook ?? '',
    mutes: document.mute === undefined ? [] : [document.mute].flat().map(muteOf),
    channels: document.channels === undefined ? null : [...new Set([document.channels].flat())].sort(),
    threshold:
      threshold === undefined
        ? null
        : {
            atLeast: threshold.at_least,
            withinMs: msOf(threshold.within, minutesOfHour * 60_000),
            per: threshold.per ?? ('environment' as const),
          },
    deniedTools: document.privileged_after_denials?.denied_tools ?? defaultEscalationRule.leastDeniedTools,
    dormantMs: msOf(document.dormant_agent?.silent_for, defaultDormantRule.leastSilentMs),
    mostBehindMs: msOf(coverage.behind, defaultCoverageRule.mostBehindMs),
    mostBlindSeconds: msOf(coverage.blind, defaultCoverageRule.mostBlindSeconds * 1_000) / 1_000,
    alerts: {
      quietMs: msOf(alert.resolve_after, defaultAlertRules.quietMs),
      reopenWithinMs: msOf(alert.reopen_within, defaultAlertRules.reopenWithinMs),
      escalation: alert.escalate_at ?? defaultAlertRules.escalation,
      reminderMs: msOf(alert.remind_every, defaultAlertRules.reminderMs),
    },
  };
  return { ...said, version: digestOf(said), origin };
}

/** What of a rule does not go together, though each part may stand by itself. */
function contradictions(document: RuleDocument, knownChannels: readonly string[] | null): RuleFault[] {
  const faults: RuleFault[] = [];
  const add = (path: string, wrong: string, right: string) => faults.push({ path, wrong, right });
  const rule = ruleOf(document, 'api');
  if (document.detectors !== undefined) {
    for (const detector of rule.detectors) {
      if (isApplicable(detector, rule.scope)) continue;
      const bounds = boundsOf(rule.scope).join(', ') || `kinds ${rule.scope.kinds.join(', ')}`;
      add('detectors', `${detector} cannot be bounded by ${bounds}`, `threshold, or another rule with another scope`);
    }
  }
  if (rule.detectors.length === 0)
    add('scope', 'no detector finds anything in it', 'detectors: threshold, or a wider scope');
  const hasThreshold = rule.detectors.includes('threshold');
  if (hasThreshold && rule.threshold === null) {
    add('threshold', 'it is missing', 'a limit, such as { at_least: 50, within: 10m, per: agent }');
  }
  for (const key of ['threshold', 'privileged_after_denials', 'dormant_agent', 'coverage_lost'] as const) {
    if (document[key] === undefined || rule.detectors.includes(key)) continue;
    add(key, `the rule does not watch ${key}`, `${key} among the detectors, or nothing about it`);
  }
  for (const channel of knownChannels === null ? [] : (rule.channels ?? [])) {
    if (knownChannels?.includes(channel)) continue;
    const meant = nearest(channel, knownChannels ?? []);
    add(
      'channels',
      `there is no channel ${JSON.stringify(channel)}`,
      meant ?? `one of ${knownChannels?.join(', ') || 'channels: (none is configured)'}`,
    );
  }
  return faults;
}

export interface ParsedRule {
  readonly rule: Rule | null;
  readonly faults: readonly RuleFault[];
}

function under(prefix: string, { path, ...rest }: RuleFault): RuleFault {
  const joined = prefix === '' || path === '' ? prefix + path : `${prefix}.${path}`;
  return { ...rest, path: joined };
}

/** Reads one rule: as it is, or everything that is wrong with it. Without `knownChannels` any channel may be named. */
export function parseRule(
  given: unknown,
  origin: RuleOrigin,
  knownChannels: readonly string[] | null = null,
): ParsedRule {
  const parsed = ruleDocument.safeParse(given);
  if (!parsed.success) return { rule: null, faults: faultsIn(ruleDocument, given) };
  const faults = contradictions(parsed.data, knownChannels);
  return { rule: faults.length > 0 ? null : ruleOf(parsed.data, origin), faults };
}

export interface ParsedRules {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
}

/** Reads a list of rules, as `rules:` of a file has it; all faults of all of them, with paths from `at` on. */
export function parseRules(
  given: unknown,
  origin: RuleOrigin,
  knownChannels: readonly string[] | null = null,
  at = 'rules',
): ParsedRules {
  if (given === undefined || given === null) return { rules: [], faults: [] };
  if (!Array.isArray(given) || given.length > 500) {
    return { rules: [], faults: faultsIn(ruleDocuments, given).map((fault) => under(at, fault)) };
  }
  const parsed = given.map((it) => parseRule(it, origin, knownChannels));
  const faults = parsed.flatMap((it, index) => it.faults.map((fault) => under(`${at}[${index}]`, fault)));
  const names = given.map((it: unknown) => (it as { name?: unknown } | null)?.name);
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) return;
    faults.push({
      path: `${at}[${index}].name`,
      wrong: `${at}[${first}] is called ${name} too`,
      right: 'another name',
    });
  });
  return { rules: parsed.flatMap(({ rule }) => (rule === null ? [] : [rule])), faults };
}
