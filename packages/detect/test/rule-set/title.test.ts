import { minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { type AlertAction, type EnvironmentInput, type JudgedTransition, titleOf } from '../../src/index.ts';
import { cell, nowMs, Story } from './judging.ts';

const hours = Array.from({ length: 300 }, () => ({ calls: 500, denials: 5 }));

/** A server's share of denials in the last hour. */
function shareOf(denials: number): Pick<EnvironmentInput, 'rates'> {
  const subject = { envId: 'production', kind: 'server' as const, key: 'linear' };
  return { rates: [{ subject, recent: { calls: 2 * denials, denials }, agents: 40, hours }] };
}

const denied = (minute: number, denials: number) =>
  cell('a', 'linear', denials, { atMs: nowMs + (minute - 1) * minuteMs });
const titles = (transitions: readonly JudgedTransition[]) =>
  transitions.map((step) => `${step.kind}: ${titleOf(step, step.subject.key, 'production')}`);

function acknowledging({ alertId, sequence }: JudgedTransition): AlertAction[] {
  return [{ alertId, kind: 'acknowledge', sequence, actor: 'Ann', note: '' } as unknown as AlertAction];
}

test('the title of an opening is of what was found then, and each later one of what is known by then', () => {
  const story = new Story();
  story.at(0, [denied(0, 30)]);
  const [opened] = story.at(1, [denied(0, 30)]);
  const more = [denied(0, 30), denied(2, 90)];
  story.at(2, more, {}, acknowledging(opened as JudgedTransition));
  story.at(3, [...more, denied(3, 400)]);
  for (let minute = 10; minute <= 140; minute += 5) story.at(minute, [...more, denied(3, 400)]);
  expect(titles(story.transitions)).toEqual([
    'opened: agent agent|a: 30 denials in 1 hour',
    'acknowledged: agent agent|a: 120 denials in 1 hour',
    'escalated: agent agent|a: 120 denials in 1 hour',
    'escalated: agent agent|a: 520 denials in 1 hour',
    // The first have left the last hour by the last look at which there was anything unusual.
    'resolved: agent agent|a: 490 denials in 1 hour',
  ]);
});

test('what is measured by shares is titled by its share, whoever has it and however it ended', () => {
  const story = new Story();
  const [opened] = story.at(0, [], shareOf(60));
  story.at(1, [], shareOf(120), acknowledging(opened as JudgedTransition));
  story.at(2, [], shareOf(400));
  for (let minute = 3; minute <= 90; minute += 4) story.at(minute, [], { rates: [] });
  expect(titles(story.transitions)).toEqual([
    'opened: server linear: 50 % of 120 calls denied in 1 hour',
    'acknowledged: server linear: 50 % of 240 calls denied in 1 hour',
    'escalated: server linear: 50 % of 800 calls denied in 1 hour',
    'resolved: server linear: 50 % of 800 calls denied in 1 hour',
  ]);
});
