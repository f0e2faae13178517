import { dayMs, minuteMs, parseFilterText, severities } from '@custody/decision';
import { z } from 'zod';
import { detectors, seriesKinds } from '../finding.ts';
import { parseDurationText } from './duration-text.ts';

/**
 * A rule as people write it, in a file or over the API. Every description says what would be right: faults quote it.
 */
const oneOrMany = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1)]);

const name = /^[a-z0-9][a-z0-9._-]{0,62}$/;
/** Names of rules and channels. */
const nameText = (what: string) =>
  z
    .string()
    .regex(name)
    .describe(`a name of ${what}: small letters, digits and . _ -, at most 63, such as linear-denials`);

const filterValue = z
  .string()
  .max(500)
  .refine((text) => parseFilterText(text).every((value) => value.text !== ''));
const filter = (what: string, example: string) =>
  oneOrMany(filterValue)
    .optional()
    .describe(`${what}, as one text or a list: ${example}; x* is "starts with", !x is "not", commas or`);

const duration = (what: string, leastMs: number, mostMs: number, example: string) =>
  z
    .string()
    .refine((text) => {
      const ms = parseDurationText(text);
      return ms !== null && ms >= leastMs && ms <= mostMs;
    })
    .optional()
    .describe(`${what}, such as ${example}`);

const severity = z.enum(severities).describe(severities.join(', '));
const detector = z.enum(detectors).describe(detectors.join(', '));
export const daysOfWeek = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type DayOfWeek = (typeof daysOfWeek)[number];

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    // Offsets and abbreviations are told apart by nobody.
    return text === 'UTC' || text.includes('/');
  } catch {
    return false;
  }
}

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .describe('a time of the day in quotes, "00:00" to "23:59"');

export const muteDocument = z
  .strictObject({
    days: oneOrMany(z.enum(daysOfWeek))
      .optional()
      .describe(`days on which it begins, of ${daysOfWeek.join(', ')}`),
    from: clockTime.optional(),
    to: clockTime.optional(),
    zone: z.string().refine(isZone).optional().describe('an IANA time zone, such as Europe/Berlin or UTC'),
  })
  .describe('days, from, to and zone, such as { days: [sat, sun], zone: Europe/Berlin }');

const bySeverity = z
  .strictObject(Object.fromEntries(detectors.map((it) => [it, severity.optional()])))
  .describe(`a severity for each of some detectors, such as { sweep: critical }`);

export const scopeDocument = z
  .strictObject({
    env: filter('environments by id or name', 'production or ["prod*", "!prod-test"]'),
    agent: filter('agents by key or bare id', 'cursor or "agent|cursor*"'),
    human: filter('humans by key or bare id', '"human|alice"'),
    server: filter('MCP servers', 'linear'),
    tool: filter('tools, alone or with their server', 'create_issue or linear:create_issue'),
    reason: filter('reason codes', 'no_permission'),
    kinds: oneOrMany(z.enum(seriesKinds))
      .optional()
      .describe(`whose counts spike watches, one or some of ${seriesKinds.join(', ')}`),
  })
  .describe('what the rule looks at: any of env, agent, human, server, tool, reason, kinds');

const runbook = z
  .string()
  .max(2_000)
  .refine((text) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol))
  .optional()
  .describe('an address of a page, such as https://wiki.example.com/denials');

export const ruleDocument = z
  .strictObject({
    name: nameText('a rule'),
    description: z.string().max(500).optional().describe('what it is for, in at most 500 characters'),
    enabled: z.boolean().optional().describe('true or false'),
    detectors: oneOrMany(detector)
      .optional()
      .describe(`one or some of ${detectors.join(', ')}; all but threshold and first_denial where nothing is said`),
    scope: scopeDocument.optional(),
    budget: z
      .number()
      .min(0.001)
      .max(1_000)
      .optional()
      .describe('false alerts a day that this rule may have, such as 0.2, from 0.001 to 1000'),
    severity: z
      .union([severity, bySeverity])
      .optional()
      .describe('info, warning or critical; or one for each detector'),
    runbook,
    mute: oneOrMany(muteDocument).optional().describe('times at which nobody is told, such as { days: [sat, sun] }'),
    channels: oneOrMany(nameText('a channel'))
      .optional()
      .describe('names of channels that are told; all where nothing is said'),
    threshold: z
      .strictObject({
        at_least: z.number().int().min(1).describe('a whole number from 1 on'),
        within: duration('a duration from 1m to 1h', minuteMs, 60 * minuteMs, '10m'),
        per: z
          .enum(seriesKinds)
          .optional()
          .describe(`whose denials are counted together, one of ${seriesKinds.join(', ')}`),
      })
      .optional()
      .describe('a limit for the detector threshold, such as { at_least: 50, within: 10m, per: agent }'),
    privileged_after_denials: z
      .strictObject({
        denied_tools: z.number().int().min(1).max(100).optional().describe('a whole number of tools, 1 to 100'),
      })
      .optional()
      .describe('how many tools have to be denied before, such as { denied_tools: 3 }'),
    dormant_agent: z
      .strictObject({
        silent_for: duration('a duration from 14d to 365d', 14 * dayMs, 365 * dayMs, '30d'),
      })
      .optional()
      .describe('how long an agent has to be silent, such as { silent_for: 30d }'),
    coverage_lost: z
      .strictObject({
        behind: duration('a duration from 1m to 24h', minuteMs, dayMs, '15m'),
        blind: duration('a duration from 0s to 24h', 0, dayMs, '60s'),
      })
      .optional()
      .describe('how far reading may be behind, and how much time blind, such as { behind: 15m }'),
    alert: z
      .strictObject({
        resolve_after: duration('a duration from 10m to 24h of quiet', 10 * minuteMs, dayMs, '60m'),
        reopen_within: duration('a duration from 0s to 24h', 0, dayMs, '4h'),
        escalate_at: z
          .number()
          .min(1.5)
          .max(1_000)
          .optional()
          .describe('how many times as much as was told is told again, such as 4, from 1.5 to 1000'),
        remind_every: duration('a duration from 1h to 30d', 60 * minuteMs, 30 * dayMs, '24h'),
      })
      .optional()
      .describe('when its alerts grow and end: any of resolve_after, reopen_within, escalate_at, remind_every'),
  })
  .describe('a rule: a name, and any of the other keys');
export type RuleDocument = z.infer<typeof ruleDocument>;

/** What `rules:` of a file holds. */
export const ruleDocuments = z.array(ruleDocument).max(500).describe('a list of at most 500 rules, each with a name');
