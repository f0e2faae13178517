import { alertTransitionKinds, dayMs, severities } from '@custody/decision';
import { type BacktestAlert, detectors, type RuleSet } from '@custody/detect';
import { z } from 'zod';
import type { BacktestDone } from './run-backtest.ts';

const alert = z
  .object({
    id: z.string(),
    rule: z.string(),
    detector: z.enum(detectors),
    severity: z.enum(severities).describe('The highest that it reached'),
    subject: z.object({ env_id: z.string(), env_name: z.string(), kind: z.string(), key: z.string() }),
    title: z.string(),
    sentence: z.string().describe('What would have been found first'),
    opened_at: z.string(),
    resolved_at: z.string().nullable().describe('null: still open at the end of the range'),
    peak: z.number(),
    completeness: z.enum(['proven', 'unproven', 'unread']).describe('Of the window, as it is known now'),
    steps: z
      .partialRecord(z.enum(alertTransitionKinds), z.number().int())
      .describe('How often it would have been told of what'),
    members: z.number().int().describe('What else had the same cause and would have been told with it'),
    muted: z.boolean().describe('Nobody would have been told: its rules were muted'),
    merged_into: z.string().nullable().describe('The alert that it would have become part of'),
  })
  .meta({ id: 'BacktestAlert' });

export const backtestAnswer = z
  .object({
    sentence: z.string().describe('Would have fired 3 times in 30 days: …'),
    fired: z.number().int(),
    per_day: z.number(),
    muted: z.number().int().describe('Of those, how many at a time at which nobody is told'),
    rules: z.array(
      z.object({
        rule: z.string(),
        fired: z.number().int(),
        per_day: z.number(),
        budget: z.number().describe('False alerts a day'),
      }),
    ),
    alerts: z.array(alert).describe('In the order of their opening, the first 1,000'),
    truncated: z.literal(true).optional().describe('There are more alerts than are listed'),
    left_out: z
      .array(z.object({ rule: z.string(), detector: z.enum(detectors) }))
      .describe('What the rules watch and a back-test cannot judge: it needs more than is kept of the past'),
    looks: z.number().int().describe('Moments that were judged; at all other minutes nothing could have happened'),
    minutes: z.number().int().describe('Minutes of the range'),
  })
  .meta({ id: 'Backtest' });
export type BacktestAnswer = z.infer<typeof backtestAnswer>;

const mostAlerts = 1_000;
/** Alerts that the sentence names. */
const named = 3;

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

function rowOf(one: BacktestAlert): z.infer<typeof alert> {
  const { subject } = one;
  return {
    ...{ id: one.alertId, rule: one.rule, detector: one.detector, severity: one.severity },
    subject: { env_id: subject.envId, env_name: one.envName, kind: subject.kind, key: subject.key },
    ...{ title: one.title, sentence: one.sentence, opened_at: iso(one.openedAtMs) },
    resolved_at: one.resolvedAtMs === null ? null : iso(one.resolvedAtMs),
    ...{ peak: one.peak, completeness: one.completeness, steps: { ...one.steps }, members: one.members },
    ...{ muted: one.isMuted, merged_into: one.mergedInto === '' ? null : one.mergedInto },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function spanText(ms: number): string {
  const [amount, unit] = ms >= 2 * dayMs ? [Math.round(ms / dayMs), 'day'] : [Math.round(ms / 3_600_000), 'hour'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** What a back-test did not look for must not read as if nothing had been found of it. */
function sentenceOf(done: BacktestDone, judged: RuleSet['rules']): string {
  const leftOut = new Set(done.leftOut.map(({ detector }) => detector));
  if (leftOut.size === 0) return firedText(done);
  const isAnyJudged = judged.some(({ detectors }) => detectors.some((detector) => !leftOut.has(detector)));
  const names = [...leftOut].join(', ');
  return isAnyJudged
    ? `${firedText(done)} Not judged: ${names}.`
    : `Cannot be told: a back-test does not judge ${names}.`;
}

function firedText({ alerts, range }: BacktestDone): string {
  const within = spanText(range.toMs - range.fromMs);
  if (alerts.length === 0) return `Would not have fired in ${within}.`;
  const times = alerts.length === 1 ? 'once' : `${alerts.length} times`;
  const said = alerts.slice(0, named).map(({ title, openedAtMs }) => `${title} (${iso(openedAtMs).slice(0, 16)}Z)`);
  const more = alerts.length > named ? `; and ${alerts.length - named} more` : '';
  return `Would have fired ${times} in ${within}: ${said.join('; ')}${more}.`;
}

/** What a back-test found, as it is answered. */
export function backtestAnswerOf(done: BacktestDone, ruleSet: RuleSet): BacktestAnswer {
  const { alerts, leftOut, looks, range } = done;
  const days = (range.toMs - range.fromMs) / dayMs;
  const firedBy = (name: string) => alerts.filter(({ rule }) => rule === name).length;
  const judged = ruleSet.rules.filter(({ isEnabled }) => isEnabled);
  return {
    sentence: sentenceOf(done, judged),
    ...{ fired: alerts.length, per_day: rounded(alerts.length / days) },
    muted: alerts.filter(({ isMuted }) => isMuted).length,
    rules: judged.map(({ name, falseAlertsADay }) => {
      const fired = firedBy(name);
      return { rule: name, fired, per_day: rounded(fired / days), budget: falseAlertsADay };
    }),
    alerts: alerts.slice(0, mostAlerts).map(rowOf),
    ...(alerts.length > mostAlerts ? { truncated: true as const } : {}),
    left_out: leftOut.map((one) => ({ ...one })),
    ...{ looks, minutes: Math.round((range.toMs - range.fromMs) / 60_000) },
  };
}
