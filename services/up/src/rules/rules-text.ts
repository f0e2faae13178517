import { z } from 'zod';
import { formatTable } from '../commands/table.ts';
import { instantText } from '../commands/wording.ts';

const fault = z.object({ path: z.string(), line: z.number().nullable(), wrong: z.string(), right: z.string() });

const listed = z.object({
  data: z.array(
    z.looseObject({
      name: z.string(),
      origin: z.string(),
      file: z.string().nullable(),
      line: z.number().nullable(),
      enabled: z.boolean(),
      detectors: z.array(z.string()),
      scope: z.record(z.string(), z.array(z.string())),
      budget: z.number(),
      severity: z.record(z.string(), z.string()),
      channels: z.array(z.string()).nullable(),
      mute: z.array(z.looseObject({ text: z.string() })),
      version: z.string(),
    }),
  ),
  meta: z.looseObject({
    file: z.object({ path: z.string(), is_there: z.boolean(), faults: z.array(fault) }),
    not_understood: z.array(z.string()),
  }),
});

function scopeText(scope: Readonly<Record<string, readonly string[]>>): string {
  const named = Object.entries(scope).filter(([name, values]) => name !== 'kinds' && values.length > 0);
  return named.map(([name, values]) => `${name}: ${values.join(', ')}`).join('; ') || 'everything';
}

/** Rules as a table, with what is wrong with the file of rules. */
export function rulesText(answer: unknown): string {
  const { data, meta } = listed.parse(answer);
  const rows = data.map((rule) => ({
    rule: rule.name,
    from: rule.file === null ? rule.origin : `${rule.file}${rule.line === null ? '' : `:${rule.line}`}`,
    runs: rule.enabled ? 'yes' : 'no',
    detectors: rule.detectors,
    scope: scopeText(rule.scope),
    'false alerts a day': rule.budget,
    severity: [...new Set(Object.values(rule.severity))],
    channels: rule.channels ?? 'all',
    mute: rule.mute.map(({ text }) => text).join('; '),
  }));
  const wrong = meta.file.faults.map(
    ({ path, line, wrong: what, right }) =>
      `${meta.file.path}${line === null ? '' : `:${line}`}: ${path}: ${what}; right would be: ${right}`,
  );
  const notes = [
    ...wrong.map((text) => `! ${text}`),
    ...meta.not_understood.map((name) => `! ${name}: this version does not understand it, and does not run it`),
  ];
  return [formatTable(rows), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

const judged = z.object({
  data: z.looseObject({
    sentence: z.string(),
    rules: z.array(z.object({ rule: z.string(), fired: z.number(), per_day: z.number(), budget: z.number() })),
    alerts: z.array(
      z.looseObject({
        opened_at: z.string(),
        resolved_at: z.string().nullable(),
        severity: z.string(),
        rule: z.string(),
        title: z.string(),
        muted: z.boolean(),
        members: z.number(),
      }),
    ),
    left_out: z.array(z.object({ rule: z.string(), detector: z.string() })),
  }),
  meta: z.looseObject({
    from: z.string(),
    to: z.string(),
    proven: z.boolean(),
    blind_seconds: z.number(),
    elapsed_ms: z.number(),
    expired: z.object({ from: z.string(), to: z.string() }).optional(),
    demo: z.boolean().optional(),
  }),
});

function minutesText(from: string, to: string | null): string {
  if (to === null) return 'still open';
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** What a back-test found, as a person reads it. */
export function backtestText(answer: unknown, mostAlerts: number): string {
  const { data, meta } = judged.parse(answer);
  const alerts = data.alerts.slice(0, mostAlerts).map((alert) => ({
    opened: instantText(alert.opened_at, 'UTC', 16),
    lasted: minutesText(alert.opened_at, alert.resolved_at),
    severity: alert.severity,
    rule: alert.rule,
    what: alert.title,
    with: alert.members === 0 ? '' : `${alert.members} more of one cause`,
    '': alert.muted ? 'muted' : '',
  }));
  const rules = data.rules.map(({ rule, fired, per_day, budget }) => ({
    rule,
    'would have fired': fired,
    'a day': per_day,
    'false alerts a day it may have': budget,
  }));
  const more = data.alerts.length - alerts.length;
  const proven = meta.proven ? 'proven complete' : `not all proven (${meta.blind_seconds} s blind)`;
  const leftOut = Map.groupBy(data.left_out, ({ rule }) => rule);
  return [
    ...(meta.demo ? ['DEMO: simulated decisions'] : []),
    data.sentence,
    '',
    formatTable(rules),
    ...(alerts.length > 0 ? ['', formatTable(alerts)] : []),
    ...(more > 0 ? [`… and ${more} more; --json has all`] : []),
    '',
    `judged ${instantText(meta.from, 'UTC', 16)} to ${instantText(meta.to, 'UTC', 16)} UTC, ${proven}, in ${(meta.elapsed_ms / 1_000).toFixed(1)} s`,
    ...(meta.expired
      ? [`decisions up to ${instantText(meta.expired.to, 'UTC', 16)} expired: judged from then on`]
      : []),
    ...[...leftOut].map(([rule, those]) => `${rule}: not judged: ${those.map(({ detector }) => detector).join(', ')}`),
  ].join('\n');
}
