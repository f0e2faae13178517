import type { AlertTransition } from '@custody/decision';
import { alertTransition, uuidOf } from '../../../test/kit/alert-transition.ts';
import { makeWorld, storedRow } from '../../query/test/world.ts';

/** The moment of the page on alerts. */
export const nowMs = Date.UTC(2026, 10, 3, 15, 0);
const minuteMs = 60_000;
const at = (minutesAgo: number) => nowMs - minutesAgo * minuteMs;

const ids = {
  cursor: '3f2a9c10-5d1b-5e7a-8c44-9f0b6a2d7e01',
  linear: 'b7e4d200-91c3-5f08-8a5e-2d6c7b1f4a02',
} as const;
type Name = keyof typeof ids;

const subjects = {
  cursor: { kind: 'agent', key: 'agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001', name: 'Cursor' },
  linear: { kind: 'server', key: 'linear', name: 'linear' },
} as const;

function step(name: Name, sequence: number, minutesAgo: number, given: Partial<AlertTransition>): AlertTransition {
  const subject = { envId: 'env-1', envName: 'production', ...subjects[name] };
  const openedAtMs = given.openedAtMs ?? at(42);
  return alertTransition({
    ...{ alertId: ids[name], sequence, transitionId: uuidOf(`${name} ${sequence}`), subject, openedAtMs },
    ...{ atMs: at(minutesAgo), decidedAtMs: at(minutesAgo) + 9_000, examples: [], newPairs: [], grantChanges: [] },
    window: { fromMs: openedAtMs - 5 * minuteMs, toMs: openedAtMs },
    ...{ readUntilMs: at(minutesAgo), provenUntilMs: at(minutesAgo + 16), completeness: 'unproven' },
    url: `https://custody.acme.example/alerts/${ids[name]}`,
    ...given,
  });
}

const cursor: Partial<AlertTransition> = {
  rule: 'custody-defaults',
  newPairs: [`${subjects.cursor.key} → linear`],
  grantChanges: [
    {
      ...{ atMs: at(49), agentKey: subjects.cursor.key, humanKey: 'human|alice', server: 'linear', what: 'consent' },
      ...{ before: 'high', after: 'low' },
    },
  ],
  examples: [
    {
      ...{
        decisionId: uuidOf('an example'),
        occurredAtMs: at(43),
        agentKey: subjects.cursor.key,
        tool: 'delete_issue',
      },
      ...{ humanKey: 'human|alice', server: 'linear', decision: 'deny', reason: 'user lacks the permission' },
      url: `https://custody.acme.example/decisions/${uuidOf('an example')}`,
    },
  ],
};

const linear: Partial<AlertTransition> = {
  ...{ openedAtMs: at(1_500), severity: 'warning', rule: 'custody-defaults', contributors: {}, runbook: '' },
  ...{ observed: 31, expected: 4.2, bound: 24, title: 'server linear: 31 denials in 5 minutes' },
  sentence: '31 denials in 5 minutes, expected 4.2, alert bound 24.',
};

/** Two alerts: one that goes on, one that is over. */
export const alertSteps: readonly AlertTransition[] = [
  step('cursor', 1, 42, cursor),
  step('cursor', 2, 30, {
    ...{ ...cursor, kind: 'escalated', observed: 120, peak: 120, title: 'agent Cursor: 120 denials in 5 minutes' },
    sentence: 'Grew from 29 to 120. 120 denials in 5 minutes, expected 0.05, alert bound 12.',
  }),
  step('linear', 1, 1_500, linear),
  step('linear', 2, 1_410, {
    ...{ ...linear, kind: 'resolved', status: 'resolved', resolvedAtMs: at(1_410), completeness: 'proven' },
    sentence: 'Nothing unusual for 1 hour; it lasted 30 minutes, at its peak 31.',
  }),
];

/** Denials of Cursor: how many in each five minutes that ended so many minutes ago. */
const denials: readonly (readonly [minutesAgo: number, count: number])[] = [
  ...([
    [300, 1],
    [45, 29],
    [40, 41],
    [35, 84],
    [30, 120],
    [25, 96],
    [20, 60],
    [15, 9],
    [5, 2],
  ] as const),
];

export const alertDecisions = denials.flatMap(([minutesAgo, count]) =>
  makeWorld(count, at(minutesAgo), at(minutesAgo - 5), minutesAgo).map((row, index) =>
    storedRow({
      ...{ ...row, id: uuidOf(`${minutesAgo} ${index}`), env: 'env-1', envName: 'production', decision: 'deny' },
      ...{ agent: subjects.cursor.key, agentName: 'Cursor', human: '', candidates: [], attribution: 'unknown' },
      ...{ server: 'linear', tool: 'delete_issue', reason: 'user lacks it', reason_code: 'no_permission' },
    }),
  ),
);
