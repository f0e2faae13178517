import { alertStatuses, alertTransitionKinds, severities } from '@custody/decision';
import {
  type alertRow,
  isWithinEnvironments,
  recordedTransitionOf,
  type Scope,
  type StoredAlertAction,
} from '@custody/store';
import { z } from 'zod';
import { actionOf, alertAction, pendingOf } from './alert-action.ts';
import { shownDetails, shownSilencers, withheldNote } from './shown.ts';

export const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const isoOrNull = (epochMs: number | null): string | null => (epochMs === null ? null : iso(epochMs));

/** A moment that was not known is written as 0. */
export const isoOfKnown = (epochMs: number): string | null => (epochMs === 0 ? null : iso(epochMs));

export const alertSubject = z
  .object({
    env_id: z.string(),
    env_name: z.string(),
    kind: z.string().describe('agent, human, server, tool, reason, environment, or pair (an agent and a server)'),
    key: z.string().describe('agent|…, linear, linear:create_issue, agent|… → linear; empty for an environment'),
    name: z.string().describe('The name that people know; the key where there is none'),
  })
  .meta({ id: 'AlertSubject' });

export const withheldText =
  'The token shows a part of the environment: members, their severity and runbook, contributors, pairs, changes, examples and sentences about anything else are left out, if there are any';

/** An alert as lists have it. */
export const alertListed = z
  .object({
    id: z.string().describe('UUID; the same from its opening to its last end'),
    status: z.enum(alertStatuses),
    severity: z
      .enum(severities)
      .describe('The highest of what is told together; of what the alert itself found where others are withheld'),
    rule: z.string(),
    rule_version: z.string(),
    detector: z.string(),
    subject: alertSubject,
    title: z.string().describe('For a subject line: of whom, and what was found, by the figures that were told last'),
    opened_title: z.string().describe('The same by the figures of its opening'),
    sentence: z.string().describe('What was found, as it was said last'),
    opened_at: z.string(),
    last_at: z.string().describe('Of the last step, in the time of the decisions'),
    last_kind: z.enum(alertTransitionKinds),
    resolved_at: z.string().nullable(),
    sequence: z.number().int().describe('Steps so far'),
    window: z.object({ from: z.string(), to: z.string() }).describe('What observed was counted in, last'),
    observed: z.number(),
    expected: z.number().nullable().describe('null where the rule has no opinion'),
    bound: z.number().describe('What observed had to reach'),
    probability: z.number().nullable(),
    peak: z.number(),
    is_late: z.boolean().describe('Found long after its moment, in decisions that were read late'),
    completeness: z.enum(['proven', 'unproven', 'unread']).describe('Of the window, when it was last judged'),
    silenced_by: z
      .array(z.string())
      .describe('What kept the last step from being told: silence:ID, or mute:RULE with the time'),
    acknowledged_by: z.string().nullable().describe('Name of the token, since the alert opened last'),
    acknowledged_at: z.string().nullable(),
    pending: z.array(alertAction).describe('What somebody has asked for and the alerter has not taken up yet'),
    members: z.number().int().describe('What else has the same cause and is told with it'),
    url: z.string(),
    withheld: z.literal(true).optional().describe(withheldText),
  })
  .meta({ id: 'Alert' });
export type AlertListed = z.infer<typeof alertListed>;

/** What is shown of an alert's subject. */
export function subjectOf(subject: {
  readonly envId: string;
  readonly envName: string;
  readonly kind: string;
  readonly key: string;
  readonly name: string;
}): z.infer<typeof alertSubject> {
  const { envId: env_id, envName: env_name, kind, key, name } = subject;
  return { env_id, env_name, kind, key, name };
}

/** An alert as a caller may see it, with what was asked for lately of any. */
export function alertOf(
  row: z.infer<typeof alertRow>,
  actions: readonly StoredAlertAction[],
  scope: Scope,
): AlertListed {
  const { foundTitle, openedTitle, foundSentence, foundLate, foundDetails, acknowledgedBy, acknowledgedAtMs, ...last } =
    row;
  const { transition } = recordedTransitionOf({ ...last, details: foundDetails });
  return {
    ...{ id: row.alertId, status: row.status, severity: row.severity, rule: row.rule, rule_version: row.ruleVersion },
    ...{ detector: row.detector, subject: subjectOf(transition.subject), title: foundTitle, sentence: foundSentence },
    opened_title: openedTitle,
    ...{ opened_at: iso(row.openedAtMs), last_at: iso(row.atMs), last_kind: row.kind, sequence: row.sequence },
    resolved_at: isoOrNull(row.resolvedAtMs),
    window: { from: iso(row.fromMs), to: iso(row.toMs) },
    ...{ observed: row.observed, expected: row.expected, bound: row.bound, probability: row.probability },
    ...{ peak: row.peak, is_late: foundLate, completeness: row.completeness, silenced_by: shownSilencers(row, scope) },
    acknowledged_by: acknowledgedAtMs === null ? null : acknowledgedBy,
    acknowledged_at: isoOrNull(acknowledgedAtMs),
    pending: pendingOf(actions, row).map((action) => actionOf(action, 'asked')),
    members:
      shownDetails(transition, scope).members.length +
      (isWithinEnvironments(scope) ? 0 : (transition.otherMembers ?? 0)),
    url: row.url,
    ...withheldNote(scope),
  };
}
