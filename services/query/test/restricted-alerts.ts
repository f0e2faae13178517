import type { AlertTransition } from '@custody/decision';
import { stepOf } from './alert-world.ts';

/** Of whom a row is: each part is inside the restrictions that are tried, or outside. */
export interface Place {
  readonly env: 'env-1' | 'env-2';
  readonly server: 'linear' | 'github';
  readonly human: 'human|auth0:ada' | 'human|bob';
}

export const inside: Place = { env: 'env-1', server: 'linear', human: 'human|auth0:ada' };

/** Whatever there may be rows of. */
export const placesTried: readonly Place[] = [
  inside,
  { env: 'env-2', server: 'github', human: 'human|bob' },
  { ...inside, env: 'env-2' },
  { ...inside, server: 'github' },
  { ...inside, human: 'human|bob' },
];

type Subject = AlertTransition['subject'];

/** Everything that is outside, as it may have the same cause as what is inside. */
function others({ envId, envName }: Subject): Partial<AlertTransition> {
  const member = (kind: string, key: string) => ({
    ...{ detector: 'spike', sentence: `29 denials of ${key}`, subject: { envId, envName, kind, key, name: key } },
  });
  const contributor = (key: string) => ({ key, name: key, denials: 7, share: 0.5, usualShare: null, isNew: true });
  const decision = {
    agentKey: 'agent|client-0',
    occurredAtMs: 0,
    tool: 'merge',
    decision: 'deny',
    reason: '',
    url: '',
  };
  const grant = { atMs: 0, agentKey: 'agent|client-0', what: 'consent', before: 'low', after: 'high' };
  return {
    members: [
      ...[member('server', 'github'), member('server', 'linear'), member('human', 'human|bob')],
      ...[member('agent', 'agent|client-0'), member('tool', 'github:merge'), member('human', 'human|auth0:ada')],
    ],
    contributors: {
      agent: [contributor('agent|client-0')],
      human: [contributor('human|auth0:ada'), contributor('human|bob')],
      server: [contributor('linear'), contributor('github')],
      tool: [contributor('linear:list'), contributor('github:merge')],
    },
    newPairs: ['agent|client-0 → linear', 'agent|client-0 → github'],
    examples: [
      {
        ...decision,
        decisionId: '00000000-0000-4000-8000-000000000001',
        server: 'github',
        humanKey: 'human|auth0:ada',
      },
      { ...decision, decisionId: '00000000-0000-4000-8000-000000000002', server: 'linear', humanKey: 'human|bob' },
    ],
    grantChanges: [
      { ...grant, server: 'github', humanKey: 'human|auth0:ada' },
      { ...grant, server: 'linear', humanKey: 'human|bob' },
    ],
  };
}

/** The life of an alert on one subject: found, grown by what is told with it, and part of something larger in the end. */
function lifeOf(kind: string, key: string, { env, server, human }: Place): AlertTransition[] {
  const subject = { envId: env, envName: env === 'env-1' ? 'production' : 'staging', kind, key, name: key };
  const alert = `${kind} ${key} of ${env} ${server} ${human}`;
  const own = { severity: 'warning', runbook: 'https://wiki.example.com/own' } as const;
  const raised = { severity: 'critical', runbook: 'https://wiki.example.com/of others' } as const;
  const about = { subject, ...others(subject), rule: kind === 'server' ? 'servers' : 'denial-spike', ...raised, own };
  return [
    stepOf(alert, 1, { ...about, title: `${kind} ${key}: 29 denials in 5 minutes` }),
    stepOf(alert, 2, {
      ...{
        ...about,
        kind: 'escalated',
        silencedBy: ['mute:rule-of-github (Mon 8-9)'],
        title: `${kind} ${key}: Now also github`,
      },
      sentence: 'Now also: 40 denials of Bob, human|bob, at github.',
    }),
    stepOf(alert, 3, {
      ...{ ...about, kind: 'merged', status: 'resolved', resolvedAtMs: stepOf(alert, 3).atMs },
      ...{ title: `${kind} ${key}: Part of a larger cause`, note: `merged into ${stepOf('github', 1).alertId}` },
      sentence: 'Part of a larger cause: 99 denials of Bob at github.',
    }),
  ];
}

/** Alerts on everything that is of one place. */
export function restrictedAlerts(place: Place): AlertTransition[] {
  const { server, human } = place;
  return [
    ...[lifeOf('agent', 'agent|client-0', place), lifeOf('human', human, place), lifeOf('server', server, place)],
    ...[lifeOf('tool', `${server}:merge`, place), lifeOf('pair', `agent|client-0 → ${server}`, place)],
    ...[lifeOf('environment', '', place), lifeOf('reason', 'no_permission', place)],
  ].flat();
}
