import { dayMs, hourMs, minuteMs, secondMs } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import {
  type AgentCall,
  baselineOf,
  completenessOf,
  coverageLost,
  defaultCountModel,
  defaultPrior,
  denyRateStep,
  dormantAgent,
  firstDenial,
  latestRateStep,
  latestRateStepRule,
  ObservedTime,
  privilegedAfterDenials,
  type Reading,
  sourceSilent,
  summarize,
  sweep,
  threshold,
  usualShare,
} from '../src/index.ts';
import { bucketMs, perDay, readAll, startBucket, startMs } from './watching.ts';

const nowMs = startMs + 30 * dayMs;
const minutes = { fromMs: nowMs - 5 * minuteMs, toMs: nowMs };
const hour = { fromMs: nowMs - hourMs, toMs: nowMs };
const read = readAll(nowMs);
const alpha = 1e-6;
/** A minute in the midst of the last five was not read. */
const cut: Reading = { ...read, unread: [{ fromMs: nowMs - 2 * minuteMs, toMs: nowMs - minuteMs }] };

describe('what was read of a range', () => {
  const late: Reading = { readUntilMs: nowMs, unread: [], provenUntilMs: nowMs - hourMs };

  test('is told apart from what is proven', () => {
    expect(completenessOf(minutes, read)).toBe('proven');
    expect(completenessOf(minutes, late)).toBe('unproven');
    expect(completenessOf(minutes, cut)).toBe('unread');
    expect(completenessOf({ fromMs: nowMs, toMs: nowMs + 1 }, read)).toBe('unread');
  });

  test('ends where the range begins, and begins where it ends', () => {
    const around = { ...read, unread: [{ fromMs: minutes.fromMs - 5, toMs: minutes.fromMs }] };
    expect(completenessOf(minutes, around)).toBe('proven');
  });

  test('is said in the sentence, and holds back no more than that', () => {
    const denied = { envId: 'e', agentKey: 'agent|a', tools: ['a', 'b', 'c', 'd'], denials: 4, usualMost: 0 };
    expect(sweep(denied, minutes, late, alpha)?.sentence).toContain('not proven complete yet');
    expect(sweep(denied, minutes, read, alpha)?.sentence).not.toContain('proven');
    expect(sweep(denied, minutes, cut, alpha)?.sentence).toContain('there may be more');
  });
});

describe('a sweep', () => {
  const tools = ['s:a', 's:b', 's:c', 's:d', 's:a'];
  const denied = { envId: 'e', agentKey: 'agent|a', tools, denials: 5, usualMost: 1 };
  /** A further tool with one chance in ten. */
  const logTail = Array.from({ length: 12 }, (_, n) => n * Math.log(0.1));

  test('is so many tools once each as have less than their chance', () => {
    const found = sweep({ ...denied, logTail }, minutes, read, 2e-4);
    expect(found).toMatchObject({ observed: 4, expected: 1, bound: 4, details: { denials: 5 } });
    expect(found?.probability).toBeCloseTo(1e-4, 12);
    expect(sweep({ ...denied, logTail }, minutes, read, 0.9e-4)).toBeNull();
    // Fewer than four are none, however unlikely; past what was reckoned with all are as good as impossible.
    expect(sweep({ ...denied, tools: tools.slice(1, 4), logTail: [0, -99] }, minutes, read, alpha)).toBeNull();
    expect(sweep({ ...denied, logTail: [0, -99] }, minutes, read, alpha)).toMatchObject({
      bound: 4,
      probability: 1e-300,
    });
  });

  test('is not the same tool again and again, nor what it was denied before, nor, of somebody new, what nearly all others reach', () => {
    const same = { ...denied, tools: ['s:a', 's:a', 's:a', 's:a'], logTail };
    expect(sweep(same, minutes, read, 2e-4)).toBeNull();
    expect(sweep({ ...denied, logTail, mostOfOthers: 4 }, minutes, read, 2e-4)).toBeNull();
    expect(sweep({ ...denied, logTail, usualMost: 4 }, minutes, read, 2e-4)).toBeNull();
    expect(sweep({ ...denied, logTail, mostOfOthers: 3 }, minutes, read, 2e-4)?.bound).toBe(4);
  });

  test('is judged by the most of four weeks alone in records from before', () => {
    expect(sweep(denied, minutes, read, alpha)).toMatchObject({ bound: 4, probability: null });
    expect(sweep({ ...denied, usualMost: 4 }, minutes, read, 1)).toBeNull();
    const six = ['s:a', 's:b', 's:c', 's:d', 's:e', 's:f'];
    expect(sweep({ ...denied, tools: six.slice(1), usualMost: 2 }, minutes, read, 1)).toBeNull();
    expect(sweep({ ...denied, tools: six, usualMost: 2 }, minutes, read, alpha)).toMatchObject({
      observed: 6,
      bound: 6,
    });
  });
});

describe('a privileged call after denials', () => {
  const call = (
    at: number,
    tool: string,
    verdict: AgentCall['verdict'],
    given: Partial<AgentCall> = {},
  ): AgentCall => ({
    decisionId: `${at} ${tool}`,
    atMs: nowMs - hourMs + at * secondMs,
    tool,
    verdict,
    requiredLevel: '',
    isUsual: false,
    ...given,
  });
  const tries = [call(0, 's:a', 'deny'), call(5, 's:b', 'deny'), call(9, 's:c', 'deny')];
  const success = call(20, 's:admin', 'allow', { requiredLevel: 'high' });

  test('is found, whatever order the calls come in', () => {
    const found = privilegedAfterDenials('e', 'agent|a', [...tries, success], read);
    expect(found).toMatchObject({ observed: 3, details: { allowedTool: 's:admin', decisionId: success.decisionId } });
    expect(privilegedAfterDenials('e', 'agent|a', [success, ...tries.toReversed()], read)).toEqual(found);
  });

  test.each([
    ['an ordinary tool', [...tries, { ...success, requiredLevel: 'low' as const }]],
    ['a tool that it uses anyway', [...tries, { ...success, isUsual: true }]],
    ['denials after it', [success, ...tries.map((it) => ({ ...it, atMs: it.atMs + minuteMs }))]],
    ['denials of the same tool', [call(0, 's:admin', 'deny'), call(1, 's:admin', 'deny'), success]],
    ['denials long before', [...tries, { ...success, atMs: success.atMs + 11 * minuteMs }]],
  ])('is not %s', (_, calls) => {
    expect(privilegedAfterDenials('e', 'agent|a', calls, read)).toBeNull();
  });
});

describe('the first denial of a pair', () => {
  const pair = {
    envId: 'e',
    agentKey: 'agent|a',
    server: 'linear',
    calls: 3,
    denials: 1,
    callsBefore: 900,
    denialsBefore: 0,
  };
  const old = { ...pair, firstSeenMs: nowMs - 20 * dayMs };

  test('is told with what came before it', () => {
    const found = firstDenial(old, minutes, read);
    expect(found?.sentence).toBe('The first denial of agent|a at linear, after 900 calls without one in 20 days.');
    // P(X ≥ 1) of three calls by beta(½, 909½): 1 − (909.5 · 910.5 · 911.5) / (910 · 911 · 912).
    expect(found?.probability).toBeCloseTo(1 - (909.5 * 910.5 * 911.5) / (910 * 911 * 912), 10);
  });

  test.each([
    ['a pair that was denied before', { ...old, denialsBefore: 1 }],
    ['a pair that is new', { ...old, firstSeenMs: nowMs - hourMs }],
    ['a pair that has hardly called', { ...old, callsBefore: 5 }],
  ])('is not that of %s', (_, other) => {
    expect(firstDenial(other, minutes, read)).toBeNull();
  });
});

describe('a step of the deny rate', () => {
  const subject = { envId: 'e', kind: 'server' as const, key: 'linear' };
  const hours = Array.from({ length: 600 }, (_, at) => ({ calls: 40, denials: at % 7 === 0 ? 4 : 2 }));
  const series = { subject, hours, agents: 6 };
  const rule = { alpha: 3.5e-6, leastCalls: 20, leastAgents: 3, leastStep: 0.1 };

  test('up is found', () => {
    const found = denyRateStep({ ...series, recent: { calls: 50, denials: 25 } }, hour, read, rule);
    expect(found).toMatchObject({ observed: 25, details: { direction: 'up' } });
    expect(found?.bound).toBeGreaterThan(5);
    expect(found?.bound).toBeLessThanOrEqual(25);
  });

  test('down is found', () => {
    const denied = hours.map(({ calls }, at) => ({ calls, denials: 14 + (at % 5) }));
    const found = denyRateStep({ ...series, hours: denied, recent: { calls: 60, denials: 2 } }, hour, read, rule);
    expect(found).toMatchObject({ observed: 2, details: { direction: 'down' } });
    expect(found?.bound).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['one agent', { ...series, agents: 1, recent: { calls: 50, denials: 25 } }],
    ['a few calls', { ...series, recent: { calls: 8, denials: 8 } }],
    ['what scatters', { ...series, recent: { calls: 50, denials: 5 } }],
  ])('is not that of %s', (_, other) => {
    expect(denyRateStep(other, hour, read, rule)).toBeNull();
  });

  test('is not said of an hour of which a part is unread', () => {
    expect(denyRateStep({ ...series, recent: { calls: 50, denials: 25 } }, hour, cut, rule)).toBeNull();
  });

  test('knows hours that differ by more than chance', () => {
    const wild = hours.map(({ calls }, at) => ({ calls, denials: at % 2 === 0 ? 0 : 20 }));
    expect(denyRateStep({ ...series, hours: wild, recent: { calls: 50, denials: 25 } }, hour, read, rule)).toBeNull();
    expect(usualShare(wild).alpha).toBeLessThan(usualShare(hours).alpha);
  });

  test('forgets the hours of an earlier incident, and not those that come every day', () => {
    const many = Array.from({ length: 300 }, (_, at) => ({ calls: 60, denials: 2 + (at % 3) }));
    const bad = { calls: 60, denials: 40 };
    expect(usualShare([...many, bad, { ...bad }])).toEqual(usualShare(many));
    const often = many.map((it, at) => (at % 24 === 0 ? { ...bad } : it));
    expect(usualShare(often).share).toBeGreaterThan(1.3 * usualShare(many).share);
  });

  test('of the last two minutes is told of five agents who are denied', () => {
    const latest = { recent: { calls: 30, denials: 18 }, agents: 5 };
    const quiet = { ...series, recent: { calls: 50, denials: 3 } };
    const window = { fromMs: nowMs - 2 * minuteMs, toMs: nowMs };
    const latestRule = { ...rule, ...latestRateStepRule };
    expect(latestRateStep({ ...quiet, latest }, window, read, latestRule)).toMatchObject({ observed: 18, window });
    expect(latestRateStep({ ...quiet, latest: { ...latest, agents: 4 } }, window, read, latestRule)).toBeNull();
    expect(latestRateStep(quiet, window, read, latestRule)).toBeNull();
  });

  test('of hours by chance alone is near to a binomial', () => {
    const { share, alpha, beta } = usualShare(Array.from({ length: 600 }, () => ({ calls: 40, denials: 2 })));
    expect(share).toBeCloseTo(0.05, 3);
    expect(alpha + beta).toBeGreaterThan(400);
  });
});

describe('a dormant agent', () => {
  const agent = { envId: 'e', agentKey: 'agent|a', calls: 2, denials: 1, activeDays: 30 };
  const gone = { ...agent, firstSeenMs: nowMs - 100 * dayMs, lastSeenMs: nowMs - 40 * dayMs };

  test('is told when it is back', () => {
    const found = dormantAgent(gone, minutes, read);
    // 29 gaps in 60 days, then 40 days of silence: (60 / 100)^29, but for the five minutes.
    expect(Math.log(found?.probability ?? 1)).toBeCloseTo(29 * Math.log(0.6), 2);
    expect(found?.sentence).toContain('after 40 days of silence');
  });

  test.each([
    ['was away for a week', { ...gone, lastSeenMs: nowMs - 7 * dayMs }],
    ['calls once a month', { ...gone, activeDays: 3, firstSeenMs: nowMs - 130 * dayMs }],
  ])('is not one that %s', (_, other) => {
    expect(dormantAgent(other, minutes, read)).toBeNull();
  });

  test('that never called is told by when it was granted access, of so much as was read', () => {
    const never = { ...agent, activeDays: 0, firstSeenMs: nowMs - 60 * dayMs, lastSeenMs: nowMs - 15 * dayMs };
    const found = dormantAgent(never, minutes, read);
    expect(found).toMatchObject({ detector: 'dormant_agent', probability: null, bound: 14 });
    expect(found?.sentence).toContain('granted access 60 days ago: not one in the 15 days before');
    expect(dormantAgent({ ...never, lastSeenMs: nowMs - 13 * dayMs }, minutes, read)).toBeNull();
  });

  test('is not claimed where the silence was not read', () => {
    const unread = { ...read, unread: [{ fromMs: nowMs - 20 * dayMs, toMs: nowMs - 20 * dayMs + 1 }] };
    expect(dormantAgent(gone, minutes, unread)).toBeNull();
  });
});

describe('a silent source', () => {
  const model = defaultCountModel;
  const bucket = nowMs / bucketMs;
  // Busy on weekdays from 08:00 to 18:00, nothing else.
  const counts = Array.from({ length: 30 * perDay }, (_, at) => startBucket + at)
    .filter((at) => {
      const slot = model.calendar.slotOf(at);
      return slot >= 8 && slot < 18;
    })
    .map((at) => ({ bucket: at, count: 10 }));
  const baseline = baselineOf(
    summarize(counts, bucket, model),
    new ObservedTime(model, bucket, startBucket).of(startBucket),
    defaultPrior(model),
    model,
  );
  const rule = { alpha: 1e-6, leastSilentMs: 15 * minuteMs };
  const silentFor = (atMs: number, ms: number, reading = readAll(atMs)) =>
    sourceSilent({ envId: 'e', lastDecisionMs: atMs - ms, baseline }, atMs, reading, rule, model);
  const [noon, night] = [nowMs - dayMs + 12 * hourMs, nowMs - dayMs + 3 * hourMs];

  test('is told at noon, and not at night', () => {
    expect(silentFor(noon, 40 * minuteMs)).toMatchObject({ detector: 'source_silent', observed: 0 });
    expect(silentFor(night, 2 * hourMs)).toBeNull();
  });

  test('is not told of a few minutes, nor where it was not read', () => {
    expect(silentFor(noon, 10 * minuteMs)).toBeNull();
    expect(silentFor(noon, 40 * minuteMs, { ...readAll(noon), readUntilMs: noon - minuteMs })).toBeNull();
  });
});

describe('lost coverage', () => {
  const well = { envId: 'e', blindSeconds: 0, unreadableSeconds: 0 };

  test('is reading that is behind', () => {
    const behind = { ...read, readUntilMs: nowMs - 20 * minuteMs };
    expect(coverageLost(well, nowMs, behind)?.sentence).toBe(
      'Custody cannot see all of this environment: reading is 20 minutes behind.',
    );
  });

  test('is time that cannot be accounted for', () => {
    const found = coverageLost({ ...well, blindSeconds: 90, unreadableSeconds: 1 }, nowMs, read);
    expect(found).toMatchObject({ observed: 91, bound: 1 });
    expect(found?.sentence).toContain('90 seconds not proven, 1 second unreadable');
  });

  test('is not history that is on its way at a first start', () => {
    const behind = { ...read, readUntilMs: nowMs - 5 * dayMs };
    expect(coverageLost({ ...well, watchedSinceMs: nowMs - minuteMs }, nowMs, behind)).toBeNull();
    expect(coverageLost({ ...well, watchedSinceMs: nowMs - 20 * minuteMs }, nowMs, behind)?.sentence).toContain(
      'reading is 20 minutes behind',
    );
  });

  test('is nothing in health', () => {
    expect(coverageLost(well, nowMs, { ...read, readUntilMs: nowMs - 4 * minuteMs })).toBeNull();
  });
});

test('a threshold is reached or not', () => {
  const counted = { subject: { envId: 'e', kind: 'human' as const, key: 'human|alice' }, observed: 10, noun: 'denial' };
  expect(threshold(counted, 10, hour, read)?.sentence).toBe('10 denials in 1 hour, limit 10.');
  expect(threshold(counted, 11, hour, read)).toBeNull();
});
