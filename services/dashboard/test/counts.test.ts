import { expect, test } from 'vitest';
import { groupAgents } from '../src/entities/agent-groups.ts';
import { denyRate, totalOf } from '../src/format/counts.ts';
import { groupsOf, pointsOf } from '../src/overview/series.ts';

const calm = { decisions: 10, denials: 0, undecided: 5 };
const noisy = { decisions: 6, denials: 3, undecided: 2 };

test('a deny rate is one of what was decided, as the API has it', () => {
  expect([denyRate(noisy), denyRate(calm)]).toEqual([0.75, 0]);
  expect(denyRate({ decisions: 4, denials: 0, undecided: 4 })).toBeNull();
  expect(denyRate(totalOf([]))).toBeNull();
});

test('the rate of buckets together leaves out what each of them has undecided, those without denials too', () => {
  const rows = [
    { bucket: '2026-11-01T00:00:00.000Z', ...calm, compare: { bucket: '2026-10-31T00:00:00.000Z', ...noisy } },
    { bucket: '2026-11-02T00:00:00.000Z', ...noisy },
  ];
  const points = pointsOf(rows);
  expect(points.map(({ before }) => before)).toEqual([noisy, null]);
  expect(denyRate(totalOf(points))).toBe(3 / 9);
  const groups = groupsOf(
    rows.map((row) => ({ ...row, server: 'linear' })),
    ['server'],
  );
  expect(groups).toMatchObject([
    { values: { server: 'linear' }, decisions: 16, denials: 3, undecided: 7, shape: [0, 3] },
  ]);
});

test('registrations of one name have the rate of all their calls', () => {
  const row = { name: 'Cursor', humans: 1, servers: 1, tools: 1, first_seen: '2026-11-01', last_seen: '2026-11-01' };
  const [group] = groupAgents([
    { agent: 'agent|1', ...row, ...calm },
    { agent: 'agent|2', ...row, ...noisy },
  ]);
  expect(group && denyRate(group)).toBe(3 / 9);
});
