import { type Attribution, formatTimestamp, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { reattributionTerms } from '../terms.ts';
import type { KindOfCall } from './kinds-of-calls.ts';
import { behindLiveRows, inScope, type RowScope, scopeParams, scopeValues } from './rows-in-scope.ts';

/** What every row of a kind of call has to say in a period. */
export interface AttributionOutcome extends TimeRange {
  readonly call: KindOfCall;
  readonly agentName: string;
  readonly attribution: Attribution;
}

/** Rows in scope, with what they have to say: what a step is about. */
export interface OutcomeStep {
  /** A UUID of the step's own. */
  readonly id: string;
  readonly scope: RowScope;
  /** Of the leader whose step it is: without effect once another one has begun. */
  readonly term: string;
}

function outcomeColumns(stepId: string, { call, agentName, attribution, fromMs, toMs }: AttributionOutcome) {
  return {
    step_id: stepId,
    ...call,
    from_at: formatTimestamp(fromMs),
    to_at: formatTimestamp(toMs),
    new_agent_name: agentName,
    human_key: attribution.humanKey,
    human_name: attribution.humanName,
    human_email: attribution.humanEmail,
    human_candidates: attribution.candidates,
    attribution: attribution.certainty,
    evidence: attribution.evidence,
    trust_level: attribution.trustLevel,
    ceiling_level: attribution.ceilingLevel,
    required_level: attribution.requiredLevel,
    consent_id: attribution.consentId,
    consented_at: formatTimestamp(attribution.consentAtMs ?? 0),
  };
}

/** Lays the outcomes of a step down where the engine can join them. */
export async function stageOutcomes(
  client: StoreClient,
  stepId: string,
  outcomes: readonly AttributionOutcome[],
  options: StatementOptions = {},
): Promise<void> {
  const rows = outcomes.map((outcome) => outcomeColumns(stepId, outcome));
  await client.insert('reattribution.stage', 'custody_internal.attribution_outcomes', rows, options);
}

/** Columns that attribution fills, by name, each beside its value in the outcome `o`. */
const replaced = {
  agent_name: 'o.new_agent_name',
  human_key: 'o.human_key',
  human_name: 'o.human_name',
  human_email: 'o.human_email',
  attribution: 'o.attribution',
  evidence: 'o.evidence',
  trust_level: 'o.trust_level',
  ceiling_level: 'o.ceiling_level',
  required_level: 'o.required_level',
  consent_id: 'o.consent_id',
  consented_at: 'o.consented_at',
} as const;
const [names, values] = [Object.keys(replaced), Object.values(replaced)];

const differs = `((${names.map((name) => `d.${name}`).join(', ')}) != (${values.join(', ')})
    OR CAST(d.human_candidates, 'Array(String)') != o.human_candidates)`;

/** Every row in scope beside its outcome. One period of a kind holds the row's time, so none is there twice. */
const beside = `FROM custody_internal.decisions AS d FINAL
INNER JOIN (SELECT * FROM custody_internal.attribution_outcomes WHERE step_id = {step_id:UUID}) AS o
  ON d.agent_key = o.agent_key AND d.agent_name = o.agent_name AND d.server = o.server AND d.tool = o.tool
    AND d.decision = o.decision AND CAST(d.evidence_humans, 'Array(String)') = o.evidence_humans
WHERE ${inScope}
  AND d.occurred_at >= o.from_at AND d.occurred_at < o.to_at`;

const changesOfStep = defineQuery({
  name: 'reattribution.changes',
  sql: `SELECT
  toUnixTimestamp(toStartOfHour(d.occurred_at)) AS hour_seconds, ${differs} AS is_changed,
  if(is_changed, d.attribution, '') AS attribution_before, if(is_changed, d.human_key, '') AS human_before,
  if(is_changed, o.attribution, '') AS attribution_after, if(is_changed, o.human_key, '') AS human_after,
  count() AS rows
${beside}
GROUP BY hour_seconds, is_changed, attribution_before, human_before, attribution_after, human_after
ORDER BY hour_seconds, rows DESC`,
  params: scopeParams.extend({ step_id: z.uuid() }),
  row: z.object({
    hour_seconds: z.number(),
    is_changed: z.number(),
    attribution_before: z.string(),
    human_before: z.string(),
    attribution_after: z.string(),
    human_after: z.string(),
    rows: z.number(),
  }),
});

export type ChangedRows = z.infer<typeof changesOfStep.row>;

/** How many rows of each hour the step would change, from what to what, and how many it would leave as they are. */
export function readChanges(
  client: StoreClient,
  { id, scope }: Pick<OutcomeStep, 'id' | 'scope'>,
  options: StatementOptions = {},
) {
  const params = { ...scopeValues(scope), step_id: id };
  return runQuery(client, changesOfStep, params, { ...options, settings: behindLiveRows });
}

// All other columns as they are, whichever there are, so that a column added later is not lost here.
const rewrite = `INSERT INTO custody_internal.decisions
SELECT d.* REPLACE(
  ${Object.entries(replaced)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(', ')},
  o.human_candidates AS human_candidates,
  d.grants_position - d.grants_position % 281474976710656 + {new_position:UInt64} AS grants_position
)
${beside}
  AND ${differs}
  AND ${reattributionTerms.newest} = {term:UUID}`;

/**
 * Writes the rows of the step that differ anew, attributed with what is known at `position`, in one block: a reader
 * sees all of them as they were, or all as they are. A row that was written with newer knowledge meanwhile stays, since
 * its version is higher; doing it again finds nothing that differs.
 */
export async function rewriteRows(
  client: StoreClient,
  { id, scope, term }: OutcomeStep,
  position: number,
  { timeoutMs = 60_000, ...options }: StatementOptions = {},
): Promise<void> {
  const params = { ...scopeValues(scope), step_id: id, new_position: position, term };
  // The block holds each id once: merging it before it is written would cost three quarters of the time (measured).
  // The store goes on with a write whose client is gone: it ends it by itself, so that a later leader waits no longer.
  const max_execution_time = Math.ceil(timeoutMs / 1_000);
  const settings = { ...behindLiveRows, optimize_on_insert: 0, max_execution_time } as const;
  await client.command('reattribution.rewrite', rewrite, params, { ...options, timeoutMs, settings });
}
