import { effectiveLevel, isTrustLevel } from '@custody/decision';
import { z } from 'zod';
import { formatTable } from './table.ts';
import { agentText, humanText, instantText, rateText } from './wording.ts';

/** How answers are shown. */
export interface ViewOptions {
  readonly timeZone: string;
  /** Size of the buckets, as it was asked for. */
  readonly bucket: string;
}

/** Shows the `data` of an answer to a person. */
export type View = (data: unknown, options: ViewOptions) => string;

/** What the views of decisions show of one. */
export const shownDecision = z.looseObject({
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
  tenant: z.string().default(''),
});

const levelOf = (text: string) => (isTrustLevel(text) ? text : null);

/** A decision in the columns of a list. */
export function decisionOutcome(given: unknown, timeZone: string): Record<string, string> {
  const row = shownDecision.parse(given);
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

const value = z.union([z.string(), z.number(), z.null()]);
const measured = z.record(z.string(), z.union([value, z.boolean(), z.record(z.string(), value)]));
const bucketLengths: Readonly<Record<string, 10 | 16>> = { day: 10, week: 10, month: 10 };

function measureText(name: string, given: unknown, { timeZone, bucket }: ViewOptions): unknown {
  if (name === 'deny_rate') return rateText(typeof given === 'number' ? given : null);
  if (name === 'bucket' && typeof given === 'string') return instantText(given, timeZone, bucketLengths[bucket] ?? 16);
  if ((name === 'first_seen' || name === 'last_seen') && typeof given === 'string') return instantText(given, timeZone);
  return given;
}

/** Measures that say nothing where nothing was counted; any other null is a group that is not one. */
const mayBeNull = new Set(['deny_rate', 'first_seen', 'last_seen']);

/** Rows of `aggregate` and `trends`; what they are compared with stands beside each measure. */
export const measuredView: View = (data, options) =>
  formatTable(
    z
      .array(measured)
      .parse(data)
      .map(({ compare, other, ...row }) => {
        const earlier = typeof compare === 'object' && compare !== null ? compare : {};
        const columns = Object.entries(row).flatMap(([name, given]) => {
          const header = name === 'bucket' ? `bucket (${options.timeZone})` : name;
          const isNobody = other === true && given === null && !mayBeNull.has(name);
          const own = [header, isNobody ? '(others)' : measureText(name, given, options)] as const;
          return name in earlier && name !== 'bucket'
            ? [own, [`${name} before`, measureText(name, earlier[name], options)] as const]
            : [own];
        });
        return Object.fromEntries(columns);
      }),
  );
