import { z } from 'zod';
import { sparkline } from './sparkline.ts';
import { formatFields, formatTable } from './table.ts';
import type { View } from './views.ts';
import { instantText } from './wording.ts';

const alert = z.looseObject({
  id: z.string(),
  status: z.string(),
  severity: z.string(),
  rule: z.string(),
  detector: z.string(),
  subject: z.looseObject({ env_name: z.string(), kind: z.string(), key: z.string() }),
  title: z.string(),
  opened_title: z.string(),
  sentence: z.string(),
  opened_at: z.string(),
  last_at: z.string(),
  resolved_at: z.string().nullable(),
  observed: z.number(),
  peak: z.number(),
  is_late: z.boolean(),
  completeness: z.string(),
  silenced_by: z.array(z.string()),
  acknowledged_by: z.string().nullable(),
  acknowledged_at: z.string().nullable(),
  members: z.number(),
  url: z.string(),
  withheld: z.boolean().optional(),
  pending: z.array(z.looseObject({ action: z.string(), actor: z.string() })),
});
type Alert = z.infer<typeof alert>;

const contributor = z.looseObject({
  key: z.string(),
  name: z.string(),
  denials: z.number(),
  share: z.number(),
  usual_share: z.number().nullable(),
  is_new: z.boolean(),
});

const whole = alert.extend({
  transitions: z.array(
    z.looseObject({ at: z.string(), kind: z.string(), sentence: z.string(), actor: z.string(), note: z.string() }),
  ),
  explanation: z.looseObject({
    contributors: z.record(z.string(), z.array(contributor)),
    new_pairs: z.array(z.string()),
    grant_changes: z.array(
      z.looseObject({
        ...{ at: z.string(), agent_key: z.string(), human_key: z.string(), server: z.string() },
        ...{ what: z.string(), before: z.string(), after: z.string() },
      }),
    ),
    examples: z.array(
      z.looseObject({
        occurred_at: z.string(),
        agent_key: z.string(),
        server: z.string(),
        tool: z.string(),
        url: z.string(),
      }),
    ),
    members: z.array(
      z.looseObject({ subject: z.looseObject({ kind: z.string(), name: z.string() }), sentence: z.string() }),
    ),
    // Services of before do not say these.
    other_members: z.number().default(0),
    is_brief: z.boolean().default(false),
    ...{
      unless: z.string(),
      runbook: z.string(),
      read_until: z.string().nullable(),
      proven_until: z.string().nullable(),
    },
  }),
  series: z.looseObject({ from: z.string(), to: z.string(), points: z.array(z.looseObject({ denials: z.number() })) }),
});
type Whole = z.infer<typeof whole>;

/** Enough of an id to find it again, and never only digits, which a table takes for a count. */
export const shortId = (id: string): string => id.slice(0, 13);

function statusText({ status, acknowledged_by, silenced_by, resolved_at, pending }: Alert): string {
  const taken = acknowledged_by !== null && resolved_at === null ? ` by ${acknowledged_by}` : '';
  const asked = pending.map(({ action, actor }) => `, ${action} asked by ${actor}`).join('');
  return `${status}${taken}${asked}${silenced_by.length > 0 ? ', silenced' : ''}`;
}

/** Alerts as a table. The beginning of an id is enough for the other commands. */
export const alertsView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(alert)
      .parse(data)
      .map((one) => ({
        id: shortId(one.id),
        [`opened (${timeZone})`]: instantText(one.opened_at, timeZone, 16),
        severity: one.severity,
        status: statusText(one),
        env: one.subject.env_name,
        alert: `${one.title}${one.is_late ? ' (late)' : ''}${one.members > 0 ? `, and ${one.members} more` : ''}`,
      })),
  );

function section(title: string, rows: readonly Record<string, unknown>[]): string[] {
  return rows.length === 0 ? [] : ['', title, formatTable(rows)];
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

function contributorRows({ explanation: { contributors } }: Whole): Record<string, unknown>[] {
  return Object.entries(contributors).flatMap(([by, those]) =>
    those.map(({ key, name, denials, share, usual_share, is_new }) => ({
      ...{ by, who: name === key ? key : `${name} (${key})`, denials, share: percent(share) },
      usually: is_new ? 'new' : usual_share === null ? '' : percent(usual_share),
    })),
  );
}

/** So many bars fit in a line beside their title. */
const mostBars = 96;

/** The newest five-minute counts, as bars. */
function seriesText({ series: { points, to } }: Whole, timeZone: string): string {
  const shown = points.slice(-mostBars).map(({ denials }) => denials);
  const hours = Math.round((shown.length * 5) / 6) / 10;
  return shown.length === 0 ? '' : `${sparkline(shown)} (${hours} h to ${instantText(to, timeZone, 16)})`;
}

/** One alert, whole. */
export const alertView: View = (data, { timeZone }) => {
  const one = whole.parse(data);
  const { explanation: why } = one;
  const at = (text: string | null) => instantText(text, timeZone);
  const fields = formatFields({
    alert: one.title,
    found: one.sentence,
    first: one.opened_title === one.title ? '' : one.opened_title,
    status: statusText(one),
    severity: one.severity,
    rule: `${one.rule} (${one.detector})`,
    environment: one.subject.env_name,
    subject: one.subject.key,
    opened: `${at(one.opened_at)} (${timeZone})${one.is_late ? ', found late' : ''}`,
    ended: at(one.resolved_at),
    silenced: one.silenced_by.join(', '),
    unless: why.unless,
    runbook: why.runbook,
    read: `to ${at(why.read_until)}, proven to ${at(why.proven_until)}: ${one.completeness}`,
    denials: seriesText(one, timeZone),
    new: why.new_pairs.join('; '),
    brief: why.is_brief ? 'told at once, without what is usual or new, examples and changed grants' : '',
    also: why.other_members > 0 ? `${why.other_members} more of the same cause` : '',
    page: one.url,
    id: one.id,
  });
  const time = `time (${timeZone})`;
  return [
    fields,
    ...section('WHO AND WHAT', contributorRows(one)),
    ...section(
      'GRANTS THAT CHANGED',
      why.grant_changes.map(({ at: when, agent_key: agent, human_key: human, server, what, before, after }) => ({
        ...{ [time]: at(when), what, agent, human, server, change: `${before || 'none'} → ${after || 'none'}` },
      })),
    ),
    ...section(
      'SAME CAUSE',
      why.members.map(({ subject, sentence }) => ({ what: `${subject.kind} ${subject.name}`.trim(), found: sentence })),
    ),
    ...section(
      'FOR EXAMPLE',
      why.examples.map(({ occurred_at, agent_key: agent, server, tool, url }) => ({
        ...{ [time]: at(occurred_at), agent, server, tool, decision: url },
      })),
    ),
    ...section(
      'STEPS',
      one.transitions.map(({ at: when, kind, actor, sentence, note }) => ({
        ...{ [time]: at(when), step: kind, by: actor, said: [sentence, note].filter(Boolean).join(' ') },
      })),
    ),
    ...(one.withheld ? ['', 'The token shows a part of the environment: what is about others is left out.'] : []),
  ].join('\n');
};
