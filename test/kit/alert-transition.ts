import { createHash } from 'node:crypto';
import type { AlertTransition } from '@custody/decision';

/** The same UUID for the same text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const minuteMs = 60_000;
const openedAtMs = Date.UTC(2026, 10, 27, 10, 5);
const publicUrl = 'https://custody.acme.example';

/** A transition as it comes out of a tick: one agent denied on many tools. What is given replaces what it would be. */
export function alertTransition(given: Partial<AlertTransition> & { readonly alert?: string } = {}): AlertTransition {
  const { alert = 'cursor', ...others } = given;
  const alertId = uuidOf(alert);
  const sequence = others.sequence ?? 1;
  const subject = { envId: 'env_1', envName: 'production', kind: 'agent', key: 'agent|cursor', name: 'Cursor' };
  return {
    transitionId: uuidOf(`${alert} ${sequence}`),
    alertId,
    sequence,
    kind: 'opened',
    status: 'open',
    atMs: openedAtMs,
    decidedAtMs: openedAtMs + 20_000,
    rule: 'denial-spike',
    ruleVersion: '1',
    detector: 'spike',
    severity: 'critical',
    subject,
    openedAtMs,
    resolvedAtMs: null,
    window: { fromMs: openedAtMs - 5 * minuteMs, toMs: openedAtMs },
    observed: 29,
    expected: 0.05,
    bound: 12,
    probability: 3e-12,
    peak: 29,
    title: 'agent Cursor: 29 denials in 5 minutes',
    sentence: '29 denials in 5 minutes, expected 0.05, alert bound 12.',
    unless: 'Fewer than 12 denials in 5 minutes, or a past with more of them at this hour.',
    isLate: false,
    completeness: 'proven',
    readUntilMs: openedAtMs + 15_000,
    provenUntilMs: openedAtMs,
    contributors: {
      tool: [
        { key: 'linear:delete_issue', name: 'delete_issue', denials: 20, share: 0.69, usualShare: null, isNew: true },
        { key: 'linear:get_issue', name: 'get_issue', denials: 9, share: 0.31, usualShare: 0.8, isNew: false },
      ],
      human: [{ key: 'human|alice', name: 'Alice Archer', denials: 29, share: 1, usualShare: 1, isNew: false }],
    },
    newPairs: ['agent|cursor → linear'],
    grantChanges: [
      {
        atMs: openedAtMs - 7 * minuteMs,
        agentKey: 'agent|cursor',
        humanKey: 'human|alice',
        server: 'linear',
        what: 'consent',
        before: 'high',
        after: 'low',
      },
    ],
    examples: [
      {
        decisionId: uuidOf('a decision'),
        occurredAtMs: openedAtMs - minuteMs,
        agentKey: 'agent|cursor',
        humanKey: 'human|alice',
        server: 'linear',
        tool: 'delete_issue',
        decision: 'deny',
        reason: 'user is missing the permission <delete_issue> & more',
        url: `${publicUrl}/decisions/${uuidOf('a decision')}`,
      },
    ],
    members: [],
    silencedBy: [],
    actor: '',
    note: '',
    runbook: 'https://wiki.acme.example/denials',
    channels: ['oncall'],
    url: `${publicUrl}/alerts/${alertId}`,
    isDemo: false,
    ...others,
  };
}
