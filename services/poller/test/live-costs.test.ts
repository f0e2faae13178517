import { minuteMs, secondMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { frontierOf } from '../src/window-plan.ts';
import { Simulation } from './kit/simulation.ts';
import { steadyTimes } from './kit/traffic.ts';

const isLong = process.env.CUSTODY_TEST_LONG === '1';
const latenessMs = 900 * secondMs;
const longestDelayMs = 10 * secondMs;
const beganMs = Date.parse('2026-03-04T10:00:00Z');
const measuredFromMs = beganMs + 30 * minuteMs;
const measuredMinutes = isLong ? 60 : 10;
const untilMs = measuredFromMs + measuredMinutes * minuteMs;

/** Requests by what they are for: new entries, the closing of what is older than the lateness, looks for late entries. */
function spent({ requests }: Simulation) {
  const counts = { polls: 0, closing: 0, looks: 0 };
  for (const { atMs, priority, range } of requests) {
    if (atMs < measuredFromMs) continue;
    if (priority === 'fresh') counts.polls += 1;
    else if (range.toMs <= frontierOf(atMs, latenessMs)) counts.closing += 1;
    else counts.looks += 1;
  }
  return counts;
}

/** Requests for a thousand decisions, as docs/operations.md tells them, and a little more. */
const most = [
  { perSecond: 1, polls: 205, closing: 70, looks: 25 },
  { perSecond: 5, polls: 42, closing: 21, looks: 7 },
  { perSecond: 20, polls: 29, closing: 13.5, looks: 5 },
  ...(isLong ? [{ perSecond: 50, polls: 27, closing: 12, looks: 5.5 }] : []),
];

test.each(most)(
  '$perSecond decisions a second, many at whole seconds, cost what the documentation says, and nobody is blind',
  {
    timeout: 300_000,
  },
  async ({ perSecond, ...limits }) => {
    const occurredAtMs = steadyTimes(beganMs - minuteMs, untilMs + minuteMs, perSecond);
    const simulation = new Simulation({ nowMs: beganMs, occurredAtMs, longestDelayMs });
    let blind = 0;
    await simulation.run((session) => {
      blind = Math.max(blind, session.coverage().blind);
      return simulation.clock.now() >= untilMs;
    });
    const thousands = (measuredMinutes * 60 * perSecond) / 1_000;
    for (const [what, count] of Object.entries(spent(simulation))) {
      expect(count / thousands, what).toBeLessThanOrEqual(limits[what as keyof typeof limits]);
    }
    expect(blind).toBe(0);
    expect(simulation.longestWaitMs(measuredFromMs)).toBeLessThanOrEqual(10 * secondMs);
  },
);
