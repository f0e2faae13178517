import { dayMs, hourMs, minuteMs } from '@custody/decision';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alphaOf,
  baselineOf,
  defaultCountModel,
  defaultPrior,
  defaultSettings,
  type EnvironmentInput,
  frozenMeasure,
  isSpike,
  type LookInput,
  look,
  ObservedTime,
  priorOf,
  type Reading,
  type SeriesInput,
  seriesKinds,
  spikeBound,
  summarize,
  weigh,
} from '../src/index.ts';
import { bucketMs, environmentAt, perDay, readAll, startBucket, startMs, watch } from './watching.ts';

const model = defaultCountModel;
const nowBucket = startBucket + 30 * perDay;
const nowMs = nowBucket * bucketMs;
const runs = process.env.CUSTODY_TEST_LONG === '1' ? 1_000 : 40;

/** A denial every so many buckets for thirty days. */
function regular(every: number, size = 1) {
  const times = Math.floor((30 * perDay) / every);
  return Array.from({ length: times }, (_, at) => ({ bucket: startBucket + at * every, count: size }));
}

function series(given: Partial<SeriesInput> = {}): SeriesInput {
  return {
    kind: 'agent',
    key: 'agent|a',
    firstSeenMs: startMs,
    observed: { bucket: 0, block: 0 },
    history: summarize(regular(40), nowBucket, model),
    masked: [],
    tools: [],
    ...given,
  };
}

function lookAt(given: Partial<EnvironmentInput>, alerts: LookInput['alerts'] = [], atMs = nowMs) {
  return look({ atMs, environments: [environmentAt(atMs, given)], alerts }, defaultSettings);
}

const anyHistory = fc
  .record({ every: fc.integer({ min: 1, max: 300 }), size: fc.integer({ min: 1, max: 30 }) })
  .map(({ every, size }) => summarize(regular(every, size), nowBucket, model));
const upTo60 = fc.integer({ min: 0, max: 60 });
const anySeries = fc
  .record({
    kind: fc.constantFrom(...seriesKinds),
    history: anyHistory,
    seenDaysAgo: fc.integer({ min: 0, max: 30 }),
    bucket: fc.integer({ min: 0, max: 60 }),
    more: fc.tuple(upTo60, upTo60, upTo60),
  })
  .map(({ kind, history, seenDaysAgo, bucket, more: [inQuarter, inHalf, inBlock] }) => {
    const [quarter, half] = [bucket + inQuarter, bucket + inQuarter + inHalf];
    const observed = { bucket, quarter, half, block: half + inBlock };
    return series({ kind, history, firstSeenMs: nowMs - seenDaysAgo * dayMs, observed });
  });
const someSeries = fc
  .array(anySeries, { maxLength: 12 })
  .map((all) => all.map((it, at) => ({ ...it, key: `key ${at}` })));

describe('a look', () => {
  test('gives the same when its record is judged again, and whatever the order', () => {
    fc.assert(
      fc.property(someSeries, someSeries, (first, second) => {
        const at = (given: Partial<EnvironmentInput>) => environmentAt(nowMs, given);
        const environments = [at({ envId: 'one', series: first }), at({ envId: 'two', series: second })];
        const before = look({ atMs: nowMs - minuteMs, environments, alerts: [] }, defaultSettings);
        const input: LookInput = { atMs: nowMs, environments, alerts: before.alerts };
        const result = look(input, defaultSettings);
        expect(look(JSON.parse(JSON.stringify(input)), defaultSettings)).toEqual(result);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        const turned = environments.toReversed().map((it) => ({ ...it, series: it.series.toReversed() }));
        const again = look({ atMs: nowMs, environments: turned, alerts: before.alerts.toReversed() }, defaultSettings);
        expect(again).toEqual(result);
      }),
      { numRuns: runs },
    );
  });

  test('leaves what it is given as it was', () => {
    fc.assert(
      fc.property(someSeries, (all) => {
        const input = { atMs: nowMs, environments: [environmentAt(nowMs, { series: all })], alerts: [] };
        const copy = structuredClone(input);
        look(input, defaultSettings);
        expect(input).toEqual(copy);
      }),
      { numRuns: runs },
    );
  });

  test('says why: observed, expected, bound and probability agree with each other', () => {
    fc.assert(
      fc.property(someSeries, (all) => {
        const { findings, alpha } = lookAt({ series: all });
        for (const { observed, expected, bound, probability, sentence } of findings) {
          expect(observed).toBeGreaterThanOrEqual(bound);
          expect(expected).toBeLessThan(bound);
          expect(probability).toBeLessThan(alpha);
          expect(sentence).toMatch(
            /^\d+ denials in (5 minutes|15 minutes|30 minutes|1 hour), expected [\d.e-]+, alert bound \d+\.$/,
          );
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('the bound', () => {
  test('is where findings begin, for any past, new or old', () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 0, max: 30 }), (history, days) => {
        const exposure = new ObservedTime(model, nowBucket, startBucket).of(nowBucket - days * perDay);
        const baseline = baselineOf(history, exposure, defaultPrior(model), { ...model, busyBlockMean: 1e9 });
        const at = (count: number) =>
          weigh(
            { bucket: count, quarter: count, half: count, block: count },
            baseline,
            defaultPrior(model),
            nowBucket,
            {
              ...model,
              busyBlockMean: 1e9,
            },
          );
        for (const alpha of [1e-3, 3.5e-6]) {
          at(0).forEach((weighed, span) => {
            const bound = spikeBound(weighed, alpha);
            expect(at(bound).map((it) => isSpike(it, alpha))[span]).toBe(true);
            expect(at(bound - 1).map((it) => isSpike(it, alpha))[span]).toBe(false);
          });
        }
      }),
      { numRuns: runs },
    );
  });

  test('is shared over the series: more of them make each stricter', () => {
    const one = { falseAlertsADay: 1, activeSeries: 1_000, looksADay: 576 };
    expect(alphaOf(one)).toBeCloseTo(1 / 576_000, 12);
    expect(alphaOf({ ...one, activeSeries: 2_000 })).toBeCloseTo(alphaOf(one) / 2, 12);
    const spike = series({ observed: { bucket: 2, block: 5 } });
    expect(lookAt({ series: [spike], activeSeries: 10 }).findings).toHaveLength(1);
    expect(lookAt({ series: [spike], activeSeries: 100_000 }).findings).toHaveLength(0);
  });
});

describe('a window between', () => {
  const steady = { history: summarize(regular(4), nowBucket, model) };
  const found = (observed: SeriesInput['observed']) => lookAt({ series: [series({ ...steady, observed })] }).findings;
  const { bound = 0 } = found({ bucket: 0, quarter: 60, half: 60, block: 0 })[0] ?? {};

  test('finds what an hour dilutes and five minutes cut up', () => {
    const cutUp = { bucket: 4, quarter: bound, half: bound, block: bound };
    expect(found(cutUp)).toMatchObject([{ observed: bound, window: { fromMs: nowMs - 15 * minuteMs, toMs: nowMs } }]);
    expect(found({ ...cutUp, quarter: bound - 1 })).toEqual([]);
    // As it was judged before these windows were watched.
    expect(found({ bucket: 4, block: bound })).toEqual([]);
  });

  test('is not judged of a busy series, whose largest counts of it nobody knows', () => {
    const busy = { history: summarize(regular(1, 5), nowBucket, model) };
    const observed = { bucket: 5, quarter: 300, half: 5, block: 60 };
    expect(lookAt({ series: [series({ ...busy, observed })] }).findings).toEqual([]);
  });
});

describe('a new series', () => {
  test('is judged by others of its kind', () => {
    const everies = [10, 12, 15, 20, 25, 30, 40, 50, 70, 100, 200, 300];
    const watched = everies.map((every) => ({
      history: summarize(regular(every, 3), nowBucket, model),
      exposure: new ObservedTime(model, nowBucket, startBucket).of(startBucket),
    }));
    const prior = priorOf(watched, model);
    expect(prior.mean).toBeCloseTo(everies.reduce((sum, every) => sum + 3 / every, 0) / everies.length, 2);
    const fresh = series({
      firstSeenMs: nowMs - 10 * minuteMs,
      history: summarize([], nowBucket, model),
      observed: { bucket: 8, block: 12 },
    });
    // Among busy ones it is nothing, among those that are hardly ever denied it is a finding.
    expect(lookAt({ series: [fresh], priors: { agent: prior } }).findings).toHaveLength(0);
    const idle = { ...defaultPrior(model), mean: 0.0005, weightBuckets: 288 };
    expect(lookAt({ series: [fresh], priors: { agent: idle } }).findings).toHaveLength(1);
  });

  test('has to exceed the bursts of its kind as long as it is young', () => {
    const prior = { ...defaultPrior(model), mean: 0.0005, weightBuckets: 288, burst: { bucket: 14, block: 14 } };
    const at = (days: number, block: number) =>
      lookAt({
        series: [
          series({
            firstSeenMs: nowMs - days * dayMs,
            history: summarize([], nowBucket, model),
            observed: { bucket: 0, block },
          }),
        ],
        priors: { agent: prior },
      }).findings.length;
    expect([at(0.5, 14), at(0.5, 15), at(3, 14)]).toEqual([0, 1, 1]);
  });

  test('of fewer than ten of a kind nothing is assumed but the default', () => {
    expect(priorOf([], model)).toEqual(defaultPrior(model));
  });
});

describe('what is masked', () => {
  test('does not count as usual, neither its counts nor its time', () => {
    const attack = Array.from({ length: 24 }, (_, at) => ({ bucket: nowBucket - 100 + at, count: 20 }));
    const counts = [...regular(40), ...attack].sort((a, b) => a.bucket - b.bucket);
    const range = { fromBucket: nowBucket - 100, untilBucket: nowBucket - 76 };
    const mask = { fromMs: range.fromBucket * bucketMs, toMs: range.untilBucket * bucketMs };
    const observed = { bucket: 3, block: 12 };
    const learned = series({ observed, history: summarize(counts, nowBucket, model) });
    const masked = series({ observed, history: summarize(counts, nowBucket, model, [range]), masked: [mask] });
    expect(lookAt({ series: [learned] }).findings).toHaveLength(0);
    expect(lookAt({ series: [masked] }).findings).toHaveLength(1);
  });

  test('as time that was not read is no time without denials', () => {
    // Twenty of thirty days were not read: what was counted in the other ten is the rate.
    const gap = { fromMs: startMs + 5 * dayMs, toMs: startMs + 25 * dayMs };
    const counts = regular(10).filter(({ bucket }) => bucket * bucketMs < gap.fromMs || bucket * bucketMs >= gap.toMs);
    const history = summarize(counts, nowBucket, model);
    const expected = (given: Partial<EnvironmentInput>) =>
      lookAt({ ...given, series: [series({ history, observed: { bucket: 60, block: 60 } })] }).findings[0]?.details
        .levelPerBucket;
    expect(expected({ unobserved: [gap] })).toBeCloseTo(0.1, 1);
    expect(Number(expected({}))).toBeLessThan(Number(expected({ unobserved: [gap] })));
  });
});

describe('what is unread', () => {
  const spike = series({ observed: { bucket: 20, block: 20 } });
  const cut: Reading = { ...readAll(nowMs), unread: [{ fromMs: nowMs - 3 * minuteMs, toMs: nowMs - minuteMs }] };
  const later = nowMs + 5 * minuteMs;

  test('hides no spike that is one by what was read', () => {
    const [finding] = lookAt({ series: [spike], reading: cut }).findings;
    expect(finding).toMatchObject({ completeness: 'unread' });
    expect(finding?.sentence).toContain('there may be more');
  });

  test('is no quiet: an alert stays open for as long as nobody reads', () => {
    const notRead = (at: number) => at >= nowMs / bucketMs - startBucket + 2;
    const reading = (atMs: number): Reading => ({
      ...readAll(atMs),
      readUntilMs: notRead(atMs / bucketMs - startBucket) ? nowMs : atMs,
    });
    const from = 30 * perDay;
    const countOf = (bucket: number) => (bucket === from ? 20 : bucket < from && bucket % 40 === 0 ? 1 : 0);
    const unread = watch(countOf, from, from + 60, defaultSettings, 0, reading);
    const read = watch(countOf, from, from + 60);
    expect(unread.events.map(({ kind }) => kind)).toEqual(['opened']);
    expect(read.events.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
  });

  test('is not what is merely unproven: that is judged, and said', () => {
    const reading = { readUntilMs: nowMs, unread: [], provenUntilMs: nowMs - dayMs };
    const { findings, events } = lookAt({ series: [spike], reading });
    expect(findings).toMatchObject([{ completeness: 'unproven' }]);
    expect(events[0]?.sentence).toContain('not proven complete yet');
  });

  test('of an environment that is not given is nothing known', () => {
    const { alerts } = lookAt({ series: [spike] });
    const gone = look({ atMs: later, environments: [], alerts }, defaultSettings);
    expect(gone.alerts).toMatchObject([{ status: 'open', quietMs: 0 }]);
  });

  test('and comes late, is found by looking at that moment again, and moves no alert', () => {
    const now = lookAt({ series: [series({ observed: { bucket: 0, block: 20 } })] }, [], later);
    const again = lookAt({ series: [spike] }, now.alerts);
    expect(again.findings).toMatchObject([{ observed: 20, window: { toMs: nowMs } }]);
    expect(again.alerts).toEqual(now.alerts);
    expect(again.events).toEqual([]);
  });
});

describe('every rule is looked at', () => {
  const server = { envId: 'production', kind: 'server' as const, key: 'linear' };
  const given: Partial<EnvironmentInput> = {
    deniedTools: [{ agentKey: 'agent|a', tools: ['s:a', 's:b', 's:c', 's:d'], denials: 4, usualMost: 0 }],
    agentCalls: [
      {
        agentKey: 'agent|b',
        calls: [
          ...['s:a', 's:b'].map((tool) => ({ tool, verdict: 'deny' as const, requiredLevel: '' as const })),
          { tool: 's:admin', verdict: 'allow' as const, requiredLevel: 'high' as const },
        ].map((call, at) => ({ ...call, decisionId: String(at), atMs: nowMs - 60_000 + at, isUsual: false })),
      },
    ],
    pairs: [
      {
        ...{ agentKey: 'agent|c', server: 'linear', calls: 1, denials: 1, callsBefore: 500, denialsBefore: 0 },
        firstSeenMs: startMs,
      },
    ],
    rates: [
      {
        ...{ subject: server, agents: 5, recent: { calls: 100, denials: 90 } },
        hours: Array.from({ length: 200 }, () => ({ calls: 100, denials: 5 })),
      },
    ],
    awake: [
      {
        ...{ agentKey: 'agent|d', calls: 1, denials: 0, activeDays: 20 },
        ...{ firstSeenMs: nowMs - 90 * dayMs, lastSeenMs: nowMs - 60 * dayMs },
      },
    ],
    decisions: {
      history: summarize(regular(1, 50), nowBucket, model),
      firstSeenMs: startMs,
      lastDecisionMs: nowMs - hourMs,
    },
    coverage: { blindSeconds: 3, unreadableSeconds: 0 },
    limits: [{ counted: { subject: server, observed: 90, noun: 'denial' }, atLeast: 50, windowMs: hourMs }],
  };

  test('and opens an alert of its own', () => {
    const { alerts, events, findings } = lookAt({
      ...given,
      series: [series({ observed: { bucket: 20, block: 20 } })],
    });
    const all = ['coverage_lost', 'deny_rate_step', 'dormant_agent', 'first_denial', 'privileged_after_denials'];
    const expected = [...all, 'source_silent', 'spike', 'sweep', 'threshold'];
    expect(findings.map(({ detector }) => detector)).toEqual(expected);
    expect(alerts.map(({ detector }) => detector)).toEqual(expected);
    expect(events.every(({ kind }) => kind === 'opened')).toBe(true);
  });

  test('and is quiet where nothing happens', () => {
    expect(lookAt({})).toMatchObject({ findings: [], alerts: [], events: [] });
  });
});

test('what an alert measured its window by is told again later, and of what it keeps no baseline nothing is', () => {
  const busy = { bucket: 40, block: 45 };
  const slow = { bucket: 2, block: 60 };
  const { alerts } = lookAt({
    series: [series({ observed: busy }), series({ key: 'agent|b', observed: slow })],
    deniedTools: [{ agentKey: 'agent|c', tools: ['a:1', 'a:2', 'a:3', 'a:4', 'a:5'], denials: 5, usualMost: 0 }],
  });
  const measured = alerts.map((alert) => {
    const { fromMs, toMs } = alert.finding.window;
    const span = toMs - fromMs > bucketMs ? 'block' : 'bucket';
    return { alert, span, measure: frozenMeasure(alert, defaultPrior(model), { endMs: toMs, span }, model) };
  });
  expect(measured.map(({ alert: { detector }, span }) => [detector, span])).toEqual([
    ['spike', 'bucket'],
    ['spike', 'block'],
    ['sweep', 'bucket'],
  ]);
  for (const { alert, measure } of measured) {
    const { expected, bound, detector } = alert.finding;
    expect(measure).toEqual(detector === 'spike' ? { expected, bound } : null);
  }
});
