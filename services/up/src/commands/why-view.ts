import { permitCheck } from '@custody/decision';
import { z } from 'zod';
import { harmless } from '../dead-letters/letter-bytes.ts';
import { formatFields, formatTable } from './table.ts';
import { shownDecision, type View } from './views.ts';
import { humanText, instantText } from './wording.ts';

const sentence = z.looseObject({ sentence: z.string() });
const grant = z.looseObject({
  kind: z.string(),
  level: z.string(),
  valid_from: z.string().nullable(),
  first_seen: z.string(),
  last_seen: z.string(),
  first_missing: z.string().nullable(),
});
const grants = z.array(grant).default([]);
const role = z.looseObject({
  role: z.string(),
  resource: z.string(),
  allowing: z.boolean(),
  sources: z.array(z.looseObject({ role: z.string(), resource: z.string(), relation: z.string() })),
});

/** What an older API does not tell is left out. */
const whole = shownDecision.extend({
  consented_at: z.string().nullable(),
  trust: z.object({ consent: z.string(), ceiling: z.string(), required: z.string(), sentence: z.string().default('') }),
  denial: z
    .object({ sentence: z.string(), remedies: z.array(z.object({ code: z.string(), sentence: z.string() })) })
    .nullish(),
  chain: z
    .looseObject({
      human: sentence,
      consent: sentence.extend({ grants }),
      ceiling: z.looseObject({ grants }),
      agent: sentence,
      call: sentence.extend({ grants }),
    })
    .optional(),
  derived_roles: sentence.extend({ roles: z.array(role) }).optional(),
  check: z.string().optional(),
  seal: sentence.extend({ digest: z.string() }).nullish(),
  entry: z.string().nullish(),
});
type Whole = z.infer<typeof whole>;

function trustText({ consent, ceiling, required, sentence: text }: Whole['trust']): string {
  return required === '' && consent === '' && ceiling === '' ? '' : text;
}

/** What has to change, all of it together; a code that this version does not know still comes with its sentence. */
function remedyText(denial: Whole['denial']): string {
  return (denial?.remedies ?? []).map((one) => `${one.sentence} [${one.code}]`).join('; and: ');
}

function humanLine(row: Whole): string {
  if (row.chain !== undefined) return row.chain.human.sentence;
  const named = row.human_name === '' ? row.human_key : `${row.human_name} <${row.human_email}> (${row.human_key})`;
  const evidence = row.evidence === '' ? '' : `, by ${row.evidence}`;
  return `${named || humanText(row) || 'no human involved'}: ${row.attribution}${evidence}`;
}

function section(title: string, rows: readonly Record<string, unknown>[]): string[] {
  return rows.length === 0 ? [] : ['', title, formatTable(rows)];
}

function grantRows({ chain }: Whole, timeZone: string): Record<string, unknown>[] {
  const all = [...(chain?.consent.grants ?? []), ...(chain?.ceiling.grants ?? []), ...(chain?.call.grants ?? [])];
  return all.map((one) => ({
    grant: one.kind.replace('_', ' '),
    level: one.level,
    [`since (${timeZone})`]: instantText(one.valid_from ?? one.first_seen, timeZone),
    'last seen': instantText(one.last_seen, timeZone),
    'first missed': instantText(one.first_missing, timeZone),
  }));
}

function roleRows({ derived_roles: derived }: Whole): Record<string, unknown>[] {
  return (derived?.roles ?? []).map((one) => ({
    role: one.role,
    on: one.resource,
    allowed: one.allowing ? 'yes' : 'no',
    'derived from': one.sources
      .map(
        ({ role: name, resource, relation }) =>
          `${name} on ${resource}${relation === '' ? '' : ` through ${relation}`}`,
      )
      .join('; '),
  }));
}

/** One decision, whole. */
export const whyView: View = (data, { timeZone }) => {
  const row = whole.parse(data);
  const fields = formatFields({
    decision: `${row.decision.toUpperCase()}${row.reason_code === '' ? '' : ` ${row.reason_code}`}`,
    why: row.denial?.sentence ?? row.chain?.call.sentence ?? '',
    time: `${instantText(row.occurred_at, timeZone)} (${timeZone}), ${row.occurred_at}`,
    human: humanLine(row),
    candidates: row.human_candidates.join(', '),
    consent: row.chain?.consent.sentence ?? instantText(row.consented_at, timeZone),
    agent: row.chain?.agent.sentence ?? `${row.agent_name} (${row.agent_key})`,
    call: `${row.tool} on ${row.resource || row.server}`,
    trust: trustText(row.trust),
    remedy: remedyText(row.denial),
    roles: row.derived_roles?.sentence ?? '',
    reason: row.reason,
    environment: row.env_name,
    check: row.check ?? permitCheck(row),
    seal: row.seal?.sentence ?? '',
    digest: row.seal?.digest ?? '',
    id: row.decision_id,
  });
  return [
    fields,
    ...section('GRANTS OF THAT MOMENT', grantRows(row, timeZone)),
    ...section('DERIVED ROLES', roleRows(row)),
    ...(row.entry ? ['', 'ENTRY, as Permit sent it', harmless(row.entry)] : []),
  ].join('\n');
};
