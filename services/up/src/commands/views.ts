import { effectiveLevel, isTrustLevel } from '@custody/decision';
import { z } from 'zod';
import { formatFields, formatTable } from './table.ts';
import { agentText, humanText, instantText, rateText } from './wording.ts';

/** How answers are shown. */
export interface ViewOptions {
  readonly timeZone: string;
  /** Size of the buckets, as it was asked for. */
  readonly bucket: string;
}

/** Shows the `data` of an answer to a person. */
export type View = (data: unknown, options: ViewOptions) => string;

const decision = z.looseObject({
  decision_id: z.string(),
  occurred_at: z.string(),
  env_name: z.string(),
  agent_key: z.string(),
  agent_name: z.string(),
  human_key: z.string(),
  human_name: z.string(),
  human_email: z.string(),
  human_candidates: z.array(z.string()),
  attribution: z.string(),
  evidence: z.string(),
  server: z.string(),
  resource: z.string(),
  tool: z.string(),
  decision: z.string(),
  reason: z.string(),
  reason_code: z.string(),
  trust_level: z.string(),
  ceiling_level: z.string(),
  required_level: z.string(),
  possible: z.boolean().optional(),
});

const levelOf = (text: string) => (isTrustLevel(text) ? text : null);

/** A decision in the columns of a list. */
export function decisionOutcome(given: unknown, timeZone: string): Record<string, string> {
  const row = decision.parse(given);
  return {
    [`time (${timeZone})`]: instantText(row.occurred_at, timeZone),
    decision: row.decision,
    agent: agentText(row.agent_name, row.agent_key),
    human: humanText(row),
    certainty: row.possible ? 'possible' : row.attribution,
    server: row.server,
    tool: row.tool,
    has: effectiveLevel(levelOf(row.trust_level), levelOf(row.ceiling_level)) ?? '',
    needs: row.required_level,
    why: row.reason_code,
    id: row.decision_id,
  };
}

export const decisionsView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(z.unknown())
      .parse(data)
      .map((row) => decisionOutcome(row, timeZone)),
  );

const whole = decision.extend({
  consented_at: z.string().nullable(),
  trust: z.object({ consent: z.string(), ceiling: z.string(), required: z.string(), sentence: z.string().default('') }),
  denial: z
    .object({ sentence: z.string(), remedies: z.array(z.object({ code: z.string(), sentence: z.string() })) })
    .nullish(),
});

function trustText({ consent, ceiling, required, sentence }: z.infer<typeof whole>['trust']): string {
  return required === '' && consent === '' && ceiling === '' ? '' : sentence;
}

/** What has to change, all of it together; a code that this version does not know still comes with its sentence. */
function remedyText(denial: z.infer<typeof whole>['denial']): string {
  return (denial?.remedies ?? []).map(({ code, sentence }) => `${sentence} [${code}]`).join('; and: ');
}

export const whyView: View = (data, { timeZone }) => {
  const row = whole.parse(data);
  const named = row.human_name === '' ? row.human_key : `${row.human_name} <${row.human_email}> (${row.human_key})`;
  const evidence = row.evidence === '' ? '' : `, by ${row.evidence}`;
  return formatFields({
    decision: `${row.decision.toUpperCase()}${row.reason_code === '' ? '' : ` ${row.reason_code}`}`,
    why: row.denial?.sentence ?? '',
    time: `${instantText(row.occurred_at, timeZone)} (${timeZone}), ${row.occurred_at}`,
    agent: `${row.agent_name} (${row.agent_key})`,
    human: `${named || humanText(row) || 'no human involved'}: ${row.attribution}${evidence}`,
    candidates: row.human_candidates.join(', '),
    tool: `${row.tool} on ${row.resource || row.server}`,
    trust: trustText(row.trust),
    remedy: remedyText(row.denial),
    consented: instantText(row.consented_at, timeZone),
    reason: row.reason,
    environment: row.env_name,
    check: `permit.check(${[row.agent_key, row.tool, row.resource].map((text) => JSON.stringify(text)).join(', ')})`,
    id: `${row.decision_id} (--json shows everything, and the entry verbatim)`,
  });
};

const value = z.union([z.string(), z.number(), z.null()]);
const measured = z.record(z.string(), z.union([value, z.record(z.string(), value)]));
const bucketLengths: Readonly<Record<string, 10 | 16>> = { day: 10, week: 10, month: 10 };

function measureText(name: string, given: unknown, { timeZone, bucket }: ViewOptions): unknown {
  if (name === 'deny_rate') return rateText(typeof given === 'number' ? given : null);
  if (name === 'bucket' && typeof given === 'string') return instantText(given, timeZone, bucketLengths[bucket] ?? 16);
  if ((name === 'first_seen' || name === 'last_seen') && typeof given === 'string') return instantText(given, timeZone);
  return given;
}

/** Rows of `aggregate` and `trends`; what they are compared with stands beside each measure. */
export const measuredView: View = (data, options) =>
  formatTable(
    z
      .array(measured)
      .parse(data)
      .map(({ compare, ...row }) => {
        const earlier = typeof compare === 'object' && compare !== null ? compare : {};
        const columns = Object.entries(row).flatMap(([name, given]) => {
          const header = name === 'bucket' ? `bucket (${options.timeZone})` : name;
          const own = [header, measureText(name, given, options)] as const;
          return name in earlier && name !== 'bucket'
            ? [own, [`${name} before`, measureText(name, earlier[name], options)] as const]
            : [own];
        });
        return Object.fromEntries(columns);
      }),
  );
