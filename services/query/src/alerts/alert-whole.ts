import { type AlertTransition, alertStatuses, alertTransitionKinds, severities } from '@custody/decision';
import { isWithinEnvironments, type Scope } from '@custody/store';
import { z } from 'zod';
import { alertListed, alertSubject, iso, isoOfKnown, subjectOf } from './alert-row.ts';
import { alertSeries } from './alert-series.ts';
import { isSentenceWithheld, shownDetails, shownSilencers } from './shown.ts';

const transitionRow = z
  .object({
    id: z.string().describe('UUID, the same on every channel'),
    sequence: z.number().int(),
    kind: z.enum(alertTransitionKinds),
    status: z.enum(alertStatuses).describe('After it'),
    at: z.string().describe('The moment that was judged, in the time of the decisions'),
    decided_at: z.string().describe('When it was judged'),
    severity: z.enum(severities),
    sentence: z.string().describe('Empty where it is withheld'),
    actor: z.string().describe('Name of the token of whoever acted; empty for Custody itself'),
    note: z.string(),
    merged_into: z.string().nullable().describe('The alert that it is told with from then on'),
    silenced_by: z.array(z.string()),
    window: z.object({ from: z.string(), to: z.string() }),
    observed: z.number(),
    expected: z.number().nullable(),
    bound: z.number(),
    probability: z.number().nullable(),
    is_late: z.boolean(),
    completeness: z.enum(['proven', 'unproven', 'unread']),
  })
  .meta({ id: 'AlertStep' });

const contributor = z.object({
  key: z.string(),
  name: z.string(),
  denials: z.number(),
  share: z.number().describe('Of the denials of the window'),
  usual_share: z.number().nullable().describe('Of those of four weeks before; null where there were none'),
  is_new: z.boolean(),
});

const explanation = z.object({
  contributors: z.record(z.string(), z.array(contributor)).describe('By agent, human, server, tool and reason'),
  new_pairs: z.array(z.string()).describe('agent → server, never seen before'),
  grant_changes: z
    .array(
      z.object({
        at: z.string(),
        agent_key: z.string(),
        human_key: z.string(),
        server: z.string(),
        what: z.string().describe('consent, ceiling, or tool level of a tool'),
        before: z.string().describe('Level; empty for none'),
        after: z.string(),
      }),
    )
    .describe('Of the same agents, humans and servers, in the half hour before and since'),
  examples: z.array(
    z.object({
      decision_id: z.string(),
      occurred_at: z.string(),
      agent_key: z.string(),
      human_key: z.string(),
      server: z.string(),
      tool: z.string(),
      decision: z.string(),
      reason: z.string(),
      url: z.string(),
    }),
  ),
  members: z
    .array(z.object({ detector: z.string(), subject: alertSubject, sentence: z.string() }))
    .describe('What else has the same cause; of each kind some, where there are many'),
  other_members: z.number().int().describe('How many more there are'),
  is_brief: z
    .boolean()
    .describe('Told without what is usual, what is new, examples and changed grants, which would have kept it waiting'),
  unless: z.string().describe('What would have to be true for it not to be there'),
  runbook: z.string(),
  read_until: z.string().nullable().describe('Of the environment, when it was last judged'),
  proven_until: z.string().nullable(),
});

/** An alert with everything that is known about it. */
export const wholeAlert = alertListed
  .extend({
    transitions: z.array(transitionRow).describe('Its life, the first step first'),
    explanation,
    series: alertSeries,
  })
  .meta({ id: 'WholeAlert' });

/** What the note of a merged alert says. */
export const mergedInto = /^merged into ([0-9a-f-]{36})$/;

/** A step as a caller may see it. */
export function stepOf(step: AlertTransition, scope: Scope): z.infer<typeof transitionRow> {
  const isWithheld = isSentenceWithheld(step.kind, scope);
  const [, merged = null] = mergedInto.exec(step.note) ?? [];
  return {
    ...{ id: step.transitionId, sequence: step.sequence, kind: step.kind, status: step.status },
    ...{ at: iso(step.atMs), decided_at: iso(step.decidedAtMs), severity: step.severity },
    ...{ sentence: isWithheld ? '' : step.sentence, actor: step.actor, note: merged === null ? step.note : '' },
    merged_into: isWithheld ? null : merged,
    silenced_by: shownSilencers(step, scope),
    window: { from: iso(step.window.fromMs), to: iso(step.window.toMs) },
    ...{ observed: step.observed, expected: step.expected, bound: step.bound, probability: step.probability },
    ...{ is_late: step.isLate, completeness: step.completeness },
  };
}

/** Why there is an alert, as a caller may see it: of the step that said it last, and how far was read at the last one. */
export function explanationOf(said: AlertTransition, last: AlertTransition, scope: Scope): z.infer<typeof explanation> {
  const shown = shownDetails(said, scope);
  return {
    contributors: Object.fromEntries(
      Object.entries(shown.contributors).map(([dimension, those]) => [
        dimension,
        those.map(({ usualShare: usual_share, isNew: is_new, ...rest }) => ({ ...rest, usual_share, is_new })),
      ]),
    ),
    new_pairs: shown.newPairs,
    grant_changes: shown.grantChanges.map(({ atMs, agentKey: agent_key, humanKey: human_key, ...rest }) => ({
      ...{ at: iso(atMs), agent_key, human_key, ...rest },
    })),
    examples: shown.examples.map((one) => ({
      ...{ decision_id: one.decisionId, occurred_at: iso(one.occurredAtMs), agent_key: one.agentKey },
      ...{ human_key: one.humanKey, server: one.server, tool: one.tool, decision: one.decision },
      ...{ reason: one.reason, url: one.url },
    })),
    members: shown.members.map(({ detector, subject, sentence }) => ({
      ...{ detector, subject: subjectOf(subject), sentence },
    })),
    // How many others there are beyond what somebody may see is not theirs to know.
    other_members: isWithinEnvironments(scope) ? 0 : (said.otherMembers ?? 0),
    is_brief: said.isBrief ?? false,
    unless: said.unless,
    runbook: last.runbook,
    read_until: isoOfKnown(last.readUntilMs),
    proven_until: isoOfKnown(last.provenUntilMs),
  };
}
