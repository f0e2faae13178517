import { type FilterValue, severities } from '@custody/decision';
import { detectors, isMuted, muteText, ruleOrigins, seriesKinds } from '@custody/detect';
import { z } from 'zod';
import { literalFilter } from '../filters/parse-filter.ts';
import type { KnownRule } from './known-rules.ts';
import type { RulesFileView } from './rules-file.ts';

const filter = z.array(z.string());

export const ruleFault = z
  .object({
    path: z.string().describe('Where, such as rules[2].scope.agent; empty for the whole'),
    line: z.number().int().nullable(),
    wrong: z.string(),
    right: z.string().describe('What would be right'),
  })
  .meta({ id: 'RuleFault' });

/** A rule as it is shown. */
export const ruleRow = z
  .object({
    name: z.string(),
    version: z.string().describe('Of what it says: 16 hexadecimal digits, the same for the same rule'),
    origin: z
      .enum(ruleOrigins)
      .describe('default: it comes with Custody; file: it stands in the file; api: made over the API'),
    stands_in_for: z.array(z.enum(ruleOrigins)).describe('Where else there is a rule of this name, which does not run'),
    read_only: z.boolean().describe('It is changed in the file that it stands in'),
    file: z.string().nullable(),
    line: z.number().int().nullable(),
    changed_at: z.string().nullable().describe('Of a rule of the API'),
    changed_by: z.string().nullable().describe('Name of the token'),
    enabled: z.boolean(),
    description: z.string(),
    detectors: z.array(z.enum(detectors)),
    scope: z
      .object({
        ...{ env: filter, agent: filter, human: filter, server: filter, tool: filter, reason: filter },
        kinds: z.array(z.enum(seriesKinds)).describe('Whose counts spike watches'),
      })
      .describe('What it looks at; an empty list lets everything through'),
    budget: z.number().describe('False alerts a day that it may have'),
    severity: z.record(z.string(), z.enum(severities)).describe('By detector'),
    runbook: z.string(),
    mute: z
      .array(
        z.object({ days: z.array(z.string()), from: z.string(), to: z.string(), zone: z.string(), text: z.string() }),
      )
      .describe('When nobody is told'),
    is_muted: z.boolean().describe('Now'),
    channels: z.array(z.string()).nullable().describe('Names of those that are told; null: all'),
    threshold: z.object({ at_least: z.number(), within_seconds: z.number(), per: z.enum(seriesKinds) }).nullable(),
    alert: z.object({
      resolve_after_seconds: z.number(),
      reopen_within_seconds: z.number(),
      escalate_at: z.number().describe('As many times as what was told last is told again'),
      remind_every_seconds: z.number(),
    }),
    document: z.record(z.string(), z.unknown()).describe('As it was written: what PUT takes'),
  })
  .meta({ id: 'Rule' });
export type RuleRow = z.infer<typeof ruleRow>;

function textOf({ text, isPrefix, isNegated }: FilterValue): string {
  return `${isNegated ? '!' : ''}${literalFilter(text)}${isPrefix ? '*' : ''}`;
}

function clock(minute: number): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${digits(Math.floor(minute / 60))}:${digits(minute % 60)}`;
}

/** A rule as it is shown, with the ones that it stands in for. */
export function ruleRowOf(
  { rule, document, line, changedAt, changedBy }: KnownRule,
  others: readonly KnownRule[],
  file: RulesFileView,
  nowMs: number,
): RuleRow {
  const { env, agent, human, server, tool, reason, kinds } = rule.scope;
  const isOfFile = rule.origin === 'file';
  return {
    ...{ name: rule.name, version: rule.version, origin: rule.origin },
    stands_in_for: others.map((other) => other.rule.origin),
    ...{ read_only: isOfFile, file: isOfFile ? file.path : null, line },
    ...{ changed_at: changedAt, changed_by: changedBy, enabled: rule.isEnabled, description: rule.description },
    detectors: [...rule.detectors],
    scope: {
      ...{ env: env.map(textOf), agent: agent.map(textOf), human: human.map(textOf), server: server.map(textOf) },
      ...{ tool: tool.map(textOf), reason: reason.map(textOf), kinds: [...kinds] },
    },
    budget: rule.falseAlertsADay,
    severity: Object.fromEntries(rule.detectors.map((detector) => [detector, rule.severities[detector]])),
    runbook: rule.runbook,
    mute: rule.mutes.map((mute) => ({
      ...{ days: [...mute.days], from: clock(mute.fromMinute), to: clock(mute.toMinute) },
      ...{ zone: mute.zone, text: muteText(mute) },
    })),
    is_muted: rule.mutes.some((mute) => isMuted(mute, nowMs)),
    channels: rule.channels === null ? null : [...rule.channels],
    threshold:
      rule.threshold === null
        ? null
        : {
            ...{ at_least: rule.threshold.atLeast, within_seconds: rule.threshold.withinMs / 1_000 },
            per: rule.threshold.per,
          },
    alert: {
      ...{ resolve_after_seconds: rule.alerts.quietMs / 1_000, escalate_at: rule.alerts.escalation },
      ...{ reopen_within_seconds: rule.alerts.reopenWithinMs / 1_000 },
      remind_every_seconds: rule.alerts.reminderMs / 1_000,
    },
    document: document as Record<string, unknown>,
  };
}
