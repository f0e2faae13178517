import { systemClock } from '@custody/runtime';
import { expect, test } from 'vitest';
import { Terms } from '../src/kafka/leadership.ts';
import { KafkaMembership } from '../src/kafka/membership.ts';
import { leadershipTopic } from '../src/leadership.ts';

const sessionTimeoutMs = 30_000;

test('work on a partition that a rejoin gives to another is told to end, other work goes on', () => {
  const membership = new KafkaMembership(systemClock, sessionTimeoutMs);
  membership.joined('a', { t: [0, 1] });
  const { term } = membership;
  membership.begin('t', 1);
  membership.joined('a', { t: [1] });
  expect(term.aborted).toBe(false);
  membership.joined('a', { t: [0] });
  membership.end();
  expect(term.aborted).toBe(true);
  expect(membership.isSettled).toBe(true);
});

test('work of a member that the broker had forgotten is told to end, though it gets the partition again', () => {
  const membership = new KafkaMembership(systemClock, sessionTimeoutMs);
  membership.joined('a', { t: [0] });
  const { term } = membership;
  membership.begin('t', 0);
  membership.joined('b', { t: [0] });
  membership.end();
  expect(term.aborted).toBe(true);
});

test('a leader that the broker had forgotten leads anew: another may have led in between', async () => {
  const terms = new Terms(systemClock, sessionTimeoutMs);
  const ours = { [leadershipTopic.name]: [0] };
  terms.assigned('a', ours);
  const first = await terms.term;
  terms.assigned('a', ours);
  expect(first.aborted).toBe(false);
  terms.assigned('b', ours);
  expect(first.aborted).toBe(true);
  expect(terms.isLeading).toBe(true);
  terms.end();
});
