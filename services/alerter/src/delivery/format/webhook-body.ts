import type { AlertTransition } from '@custody/decision';

/** RFC 3339, as everywhere in the API. */
function time(ms: number): string {
  return new Date(ms).toISOString();
}

function subjectBody({ envId, envName, kind, key, name }: AlertTransition['subject']) {
  return { env_id: envId, env_name: envName, kind, key, name };
}

function contributorsBody(contributors: AlertTransition['contributors']) {
  const entries = Object.entries(contributors).map(([dimension, parts]) => [
    dimension,
    parts.map(({ usualShare, isNew, ...part }) => ({ ...part, usual_share: usualShare, new: isNew })),
  ]);
  return Object.fromEntries(entries);
}

function grantChangeBody({ atMs, agentKey, humanKey, ...change }: AlertTransition['grantChanges'][number]) {
  return { at: time(atMs), agent_key: agentKey, human_key: humanKey, ...change };
}

function exampleBody({ decisionId, occurredAtMs, agentKey, humanKey, ...rest }: AlertTransition['examples'][number]) {
  return {
    decision_id: decisionId,
    occurred_at: time(occurredAtMs),
    agent_key: agentKey,
    human_key: humanKey,
    ...rest,
  };
}

/**
 * The body of a generic webhook, shaped as Standard Webhooks recommends: `type`, `timestamp`, `data`. It is the same in each
 * attempt. Names and times are written as those of the API.
 */
export function webhookBody(transition: AlertTransition) {
  const it = transition;
  return {
    type: `alert.${it.kind}`,
    timestamp: time(it.decidedAtMs),
    data: {
      transition_id: it.transitionId,
      alert_id: it.alertId,
      sequence: it.sequence,
      status: it.status,
      at: time(it.atMs),
      rule: it.rule,
      rule_version: it.ruleVersion,
      detector: it.detector,
      severity: it.severity,
      subject: subjectBody(it.subject),
      opened_at: time(it.openedAtMs),
      resolved_at: it.resolvedAtMs === null ? null : time(it.resolvedAtMs),
      window: { from: time(it.window.fromMs), to: time(it.window.toMs) },
      observed: it.observed,
      expected: it.expected,
      bound: it.bound,
      probability: it.probability,
      peak: it.peak,
      title: it.title,
      sentence: it.sentence,
      unless: it.unless,
      late: it.isLate,
      completeness: it.completeness,
      read_until: time(it.readUntilMs),
      proven_until: time(it.provenUntilMs),
      contributors: contributorsBody(it.contributors),
      new_pairs: it.newPairs,
      grant_changes: it.grantChanges.map(grantChangeBody),
      examples: it.examples.map(exampleBody),
      members: it.members.map((member) => ({ ...member, subject: subjectBody(member.subject) })),
      ...(it.otherMembers !== undefined && { other_members: it.otherMembers }),
      ...(it.isBrief === true && { brief: true }),
      actor: it.actor,
      note: it.note,
      runbook: it.runbook,
      url: it.url,
      ...(it.isDemo && { demo: true }),
    },
  };
}
