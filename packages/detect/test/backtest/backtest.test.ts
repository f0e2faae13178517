import { dayMs, hourMs, minuteMs } from '@custody/decision';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BacktestAlerts } from '../../src/backtest/backtest-alert.ts';
import { surelyNoSpike, surelyUsual } from '../../src/backtest/replayed-series.ts';
import { Backtest, logTail, parseRules, type RuleSet, ruleSetOf } from '../../src/index.ts';
import { cellsOf, lookedAtEveryMinute, type PastCall, type PastWorld, rowsOf } from './past-world.ts';

const runs = process.env.CUSTODY_TEST_LONG === '1' ? 100 : 1;
const startMs = Date.parse('2026-03-02T00:00:00Z');
const fromMs = startMs + 3 * dayMs + 9 * hourMs;

/** What a back-test can judge, and nothing else, so that looking at every minute judges no more. */
const ofDefault = [
  { name: 'unusual-denials', detectors: ['spike'], budget: 0.9 },
  { name: 'suspicious-agents', detectors: ['sweep'], budget: 0.05 },
  { name: 'blindness', detectors: ['source_silent'], budget: 0.05 },
];
const others = [
  { name: 'linear', detectors: 'spike', scope: { server: 'linear' }, budget: 50, alert: { resolve_after: '10m' } },
  { name: 'limit', threshold: { at_least: 12, within: '10m', per: 'agent' }, scope: { server: '!jira' } },
  { name: 'production', detectors: ['spike', 'sweep'], scope: { env: 'name of a', kinds: ['agent', 'server'] } },
];

function ruleSetWith(more: readonly object[]): RuleSet {
  const { rules, faults } = parseRules([...ofDefault, ...more], 'file');
  expect(faults).toEqual([]);
  return ruleSetOf(rules);
}

/** A world of some agents over three days and of ten hours that are judged, with bursts, sweeps and a silence. */
function worldOf(seed: number): PastWorld {
  let state = seed >>> 0;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const toMs = fromMs + 5 * hourMs;
  const calls: PastCall[] = [];
  const call = (given: Partial<PastCall> & { atMs: number }) => {
    const agent = given.agent ?? `agent|${below(8)}`;
    const plain = {
      envId: below(3) === 0 ? 'b' : 'a',
      human: `human|of ${agent}`,
      server: ['linear', 'jira'][below(2)] ?? '',
    };
    calls.push({ ...plain, agent, tool: ['x', 'y', 'z'][below(3)] ?? '', isDenied: true, ...given });
  };
  for (let count = 0; count < 600; count += 1) call({ atMs: startMs + below(toMs - startMs), isDenied: below(3) > 0 });
  // A busy agent, another that is new, and some that burst; the lengths of it are drawn too.
  for (let atMs = startMs; atMs < toMs; atMs += 150_000 + below(300_000))
    call({ atMs, agent: 'agent|busy', envId: 'a' });
  for (let burst = 0; burst < 5; burst += 1) {
    const [atMs, agent, length] = [fromMs + below(4 * hourMs), `agent|${below(10)}`, 1 + below(25)];
    const [size, tools] = [4 + below(40), below(2) === 0 ? 7 : 1];
    for (let n = 0; n < size; n += 1) {
      call({ atMs: atMs + below(length * minuteMs), agent, envId: 'a', server: 'linear', tool: `t${below(tools)}` });
    }
  }
  const silentMs = fromMs + below(3 * hourMs);
  const isSilent = ({ atMs, envId }: PastCall) => envId === 'a' && atMs >= silentMs && atMs < silentMs + 100 * minuteMs;
  const unread = [{ fromMs: fromMs + hourMs, toMs: fromMs + hourMs + 20 * minuteMs }];
  return {
    ...{ calls: calls.filter((one) => !isSilent(one)), startMs, range: { fromMs, toMs }, envIds: ['a', 'b'] },
    unread: below(2) === 0 ? [] : unread,
  };
}

function backtested(ruleSet: RuleSet, world: PastWorld, pieceMs: number) {
  const { range } = world;
  const backtest = new Backtest({ ruleSet, range, environments: rowsOf(world) });
  for (let atMs = range.fromMs - hourMs; atMs < range.toMs; atMs += pieceMs) {
    const untilMs = Math.min(range.toMs, atMs + pieceMs);
    backtest.advance(cellsOf(world, atMs, untilMs), untilMs);
  }
  return backtest.result();
}

const envNames = new Map([
  ['a', 'name of a'],
  ['b', 'name of b'],
]);

describe('a back-test', () => {
  test('finds what looking at every minute finds, to the last word', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.nat(), fc.subarray(others), (seed, more) => {
        const [ruleSet, world] = [ruleSetWith(more), worldOf(seed)];
        const expected = new BacktestAlerts(ruleSet, envNames);
        expected.take(lookedAtEveryMinute(ruleSet, world));
        const { alerts, looks } = backtested(ruleSet, world, 47 * minuteMs);
        expect(alerts).toEqual(expected.all());
        expect(looks).toBeLessThanOrEqual(300);
        found += alerts.length;
      }),
      { numRuns: runs, seed: 7, endOnFailure: true },
    );
    expect(found).toBeGreaterThan(runs);
  }, 600_000);

  test('is the same however the time is cut', () => {
    const [ruleSet, world] = [ruleSetWith(others), worldOf(3)];
    const whole = backtested(ruleSet, world, 5 * hourMs);
    expect(whole.alerts.length).toBeGreaterThan(0);
    expect(backtested(ruleSet, world, 13 * minuteMs)).toEqual(whole);
  });

  test('judges no moment at which nothing can happen', () => {
    const calls: PastCall[] = [];
    const quiet = { envId: 'a', agent: 'agent|1', human: 'human|1', server: 'linear', tool: 'x' };
    const range = { fromMs, toMs: fromMs + 10 * hourMs };
    for (let atMs = startMs; atMs < range.toMs; atMs += 10 * minuteMs) calls.push({ ...quiet, atMs, isDenied: true });
    const world = { calls, startMs, range, unread: [], envIds: ['a'] };
    const { alerts, looks } = backtested(ruleSetWith([]), world, hourMs);
    expect(alerts).toEqual([]);
    expect(looks).toBe(0);
  });

  test('says which detectors it left out, of rules that judge', () => {
    const { leftOut } = backtested(ruleSetOf(), worldOf(1), hourMs);
    expect(leftOut.map(({ detector }) => detector).sort()).toEqual([
      ...['coverage_lost', 'deny_rate_step', 'dormant_agent', 'privileged_after_denials'],
    ]);
  });
});

test.each(surelyUsual)(
  'up to $deviations deviations all has a chance of $probability, however much counts scatter',
  ({ deviations, probability }) => {
    for (let mean = 0.05; mean < 20_000; mean *= 1.17) {
      for (let varianceRatio = 1; varianceRatio <= 10_000; varianceRatio *= 1.5) {
        const count = surelyNoSpike(mean, deviations);
        if (count < 4) continue;
        expect(Math.exp(logTail(count, { mean, varianceRatio }))).toBeGreaterThan(probability);
      }
    }
  },
);
