import { hourMs, minuteMs, secondMs } from '@custody/decision';
import { mostEntriesPerPage } from '@custody/permit';
import { expect, test } from 'vitest';
import { Simulation } from './kit/simulation.ts';
import { steadyTimes } from './kit/traffic.ts';

const isLong = process.env.CUSTODY_TEST_LONG === '1';
const outageHours = isLong ? 24 : 3;
const perSecond = 20;
const requestsPerMinute = 600;
const longestDelayMs = 10 * secondMs;
const freshWithinMs = 10 * secondMs;
const beganMs = Date.parse('2026-03-04T10:20:30Z');
const stoppedMs = beganMs + 20 * minuteMs;
const restartedMs = stoppedMs + outageHours * hourMs;
/** What one request at a time reads if each page were full and nothing fresh came. */
const idealMs = (outageHours * 3_600 * perSecond * minuteMs) / (requestsPerMinute * mostEntriesPerPage);

test(`after an outage of ${outageHours} hours at ${perSecond} decisions a second all is caught up with, and what is fresh stays fresh`, {
  timeout: isLong ? 1_800_000 : 120_000,
}, async ({ annotate }) => {
  const untilMs = restartedMs + 3 * idealMs + 10 * minuteMs;
  const occurredAtMs = steadyTimes(beganMs - longestDelayMs, untilMs, perSecond);
  const simulation = new Simulation({ nowMs: beganMs, occurredAtMs, longestDelayMs, requestsPerMinute });
  const { clock } = simulation;
  await simulation.run(() => clock.now() >= stoppedMs);
  await clock.runUntilDone(clock.sleep(restartedMs - clock.now()));

  const spentBefore = simulation.requests.length;
  const isCaughtUp = () => simulation.completeUntilMs() >= clock.now() - longestDelayMs - freshWithinMs;
  const isOver = (blind: number) => (blind === 0 && isCaughtUp()) || clock.now() >= untilMs;
  const session = await simulation.run((one) => isOver(one.coverage().blind));
  expect(session.coverage()).toMatchObject({ blind: 0, unreadable: 0 });
  const caughtUpAfterMs = clock.now() - restartedMs;
  const latestMs = simulation.longestWaitMs(restartedMs);
  const spent = simulation.requests.length - spentBefore;
  const minutes = (caughtUpAfterMs / minuteMs).toFixed(1);
  await annotate(`caught up after ${minutes} min with ${spent} requests; the latest fresh row was ${latestMs} ms late`);
  expect(isCaughtUp()).toBe(true);
  expect(latestMs).toBeLessThanOrEqual(freshWithinMs);
  expect(simulation.mostPerMinute()).toBeLessThanOrEqual(requestsPerMinute);
  expect(caughtUpAfterMs).toBeLessThanOrEqual(2 * idealMs + 5 * minuteMs);
});
