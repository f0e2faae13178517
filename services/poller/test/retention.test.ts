import { dayMs, minuteMs, secondMs } from '@custody/decision';
import { mostEntriesPerPage } from '@custody/permit';
import { expect, test } from 'vitest';
import { frontierOf, liveFromOf } from '../src/window-plan.ts';
import { Simulation } from './kit/simulation.ts';
import { joined, steadyTimes } from './kit/traffic.ts';

const retentionDays = 14;
const retentionMs = retentionDays * dayMs;
const latenessMs = 900 * secondMs;
const nowMs = Date.parse('2026-03-04T10:20:30Z');
const oldestMs = nowMs - retentionMs;

interface Retention {
  /** Decisions a second in the oldest minutes that are listed, of which the source deletes as many a second. */
  readonly perSecond: number;
  readonly minutes: number;
  readonly requestsPerMinute: number;
  /** A window is listed newest first: about as many rows are deleted before its last page. One window's at most. */
  readonly margin: number;
}

/** A busy stretch is the oldest that the source lists; after it comes a quiet fortnight, and a decision a second now. */
function simulate({ perSecond, minutes, requestsPerMinute }: Retention) {
  const busyUntilMs = oldestMs + minutes * minuteMs;
  const occurredAtMs = joined(
    steadyTimes(oldestMs, busyUntilMs, perSecond),
    steadyTimes(busyUntilMs, nowMs, 0.03),
    steadyTimes(nowMs, nowMs + dayMs / 4, 1),
  );
  const traffic = { occurredAtMs, longestDelayMs: 5 * secondMs, retentionMs };
  return { busyUntilMs, simulation: new Simulation({ nowMs, requestsPerMinute, ...traffic }) };
}

/** How many rows are deleted before they are read where every request for history lists a page of the oldest that is left. */
function lostByIdealReader({ requests, traffic }: Simulation): number {
  let next = 0;
  let lost = 0;
  for (const { atMs, priority, range } of requests) {
    if (priority === 'fresh' || range.fromMs >= liveFromOf(frontierOf(atMs, latenessMs))) continue;
    const first = Math.max(next, traffic.firstFrom(atMs - retentionMs + 1));
    lost += first - next;
    next = first + mostEntriesPerPage;
  }
  return lost;
}

test.each<[string, Retention]>([
  ['slower than the poller reads', { perSecond: 20, minutes: 20, requestsPerMinute: 600, margin: 400 }],
  ['faster than the poller can read', { perSecond: 80, minutes: 15, requestsPerMinute: 60, margin: 10_000 }],
])(
  'a fortnight is read while the source deletes its oldest rows, %s: no row is lost that could have been read',
  async (_, retention) => {
    const { simulation, busyUntilMs } = simulate(retention);
    const { clock, traffic, log } = simulation;
    const isBusyDeleted = () => clock.now() > busyUntilMs + retentionMs;
    const session = await simulation.run((one) => isBusyDeleted() && one.coverage().blind === 0, {
      lookbackDays: retentionDays,
      latenessMs,
    });

    const lost: number[] = [];
    const first = traffic.firstFrom(oldestMs);
    for (let number = first; (traffic.occurredAtMs[number] ?? 0) < nowMs; number += 1) {
      if (log.arrivedAtMs[number] === 0) lost.push(number);
    }
    expect(lost.filter((number) => traffic.deletedAtMs(number) > clock.now())).toEqual([]);
    const ideal = lostByIdealReader(simulation);
    expect(lost.length).toBeLessThanOrEqual(ideal + retention.margin);
    const firstPollMs = simulation.requests.find(({ priority }) => priority === 'fresh')?.atMs ?? nowMs;
    expect(simulation.longestWaitMs(firstPollMs)).toBeLessThanOrEqual(10 * secondMs);

    const windows = await simulation.windows();
    const arrivedIn = ({ from, to }: (typeof windows)[number]) =>
      log.arrivedAtMs.subarray(traffic.firstFrom(Date.parse(from)), traffic.firstFrom(Date.parse(to)));
    const claimed = windows.filter((one) => one.listed > arrivedIn(one).filter((atMs) => atMs > 0).length);
    expect(claimed).toEqual([]);
    const busy = windows.filter(({ from }) => Date.parse(from) < busyUntilMs);
    const known = busy.reduce((sum, { listed, deleted_at_source: deleted }) => sum + listed + deleted, 0);
    const existed = traffic.firstFrom(busyUntilMs);
    expect(known).toBeGreaterThan(existed * 0.95);
    expect(session.coverage()).toMatchObject({ blind: 0, unreadable: 0 });
    // Also of rows that nobody read, but for those that were gone before anything was counted.
    expect(session.coverage().rowsDeleted).toBeGreaterThan(lost.length * 0.9);
  },
  120_000,
);
