import { expect, test } from 'vitest';
import { shortId } from '../src/format/names.ts';
import { brief, percent, signedPercent } from '../src/format/numbers.ts';
import { ago, duration, fullTime, momentTime } from '../src/format/times.ts';
import { Drawing } from '../src/live/drawing.ts';
import { Rate } from '../src/live/rate.ts';
import { Ring } from '../src/live/ring.ts';
import { permitHref } from '../src/permit/permit-href.ts';
import { matchPath } from '../src/router/match.ts';
import { ruleNameIn, ruleText } from '../src/rules/rule-text.ts';
import { beginningWith, isDecisionId } from '../src/search/spellings.ts';
import { literal, readValue, valuesOf, withoutValue, withValue } from '../src/state/filters.ts';
import { bucketFor, bucketMs, dayMs, hourMs, shifted, spanOf, widened } from '../src/state/range.ts';

const nowMs = Date.UTC(2026, 10, 3, 15, 0);
const odd = ['a,b', '!x', 'y*', 'back\\slash', '\\', 'plain', 'ü, ,*!'];

test.each(odd)('a filter means exactly %j once it is written, also among others', (text) => {
  const written = literal(text);
  expect(readValue(written)).toEqual({ text, isNegated: false, isPrefix: false });
  expect(readValue(`!${written}*`)).toEqual({ text, isNegated: true, isPrefix: true });
  const several = odd.reduce((all, one) => withValue(all, literal(one)), '');
  expect(valuesOf(several).map((one) => readValue(one).text)).toEqual(odd);
  expect(withValue(several, written)).toBe(several);
  const rest = valuesOf(withoutValue(several, written)).map((one) => readValue(one).text);
  expect(rest).toEqual(odd.filter((one) => one !== text));
});

test('a range that is written comes to a span, and one that says nothing sensible to a day', () => {
  expect(spanOf({ from: '-7d', to: '' }, nowMs)).toEqual({ fromMs: nowMs - 7 * dayMs, toMs: nowMs });
  expect(spanOf({ from: '2026-11-01', to: '2026-11-02T06:00:00Z' }, nowMs)).toEqual({
    fromMs: Date.UTC(2026, 10, 1),
    toMs: Date.UTC(2026, 10, 2, 6),
  });
  for (const from of ['nonsense', '2026-12-01', '-0h']) {
    expect(spanOf({ from, to: '' }, nowMs)).toEqual({ fromMs: nowMs - dayMs, toMs: nowMs });
  }
});

test('stepping keeps the length, widening doubles it, and neither goes beyond now', () => {
  const span = { fromMs: nowMs - 3 * hourMs, toMs: nowMs - hourMs };
  const lengthOf = ({ from, to }: { from: string; to: string }) => Date.parse(to) - Date.parse(from);
  expect(shifted(span, -1, nowMs)).toEqual({ from: '2026-11-03T10:00:00.000Z', to: '2026-11-03T12:00:00.000Z' });
  expect(shifted(span, 1, nowMs)).toEqual({ from: '2026-11-03T13:00:00.000Z', to: '2026-11-03T15:00:00.000Z' });
  expect(lengthOf(widened(span, nowMs))).toBe(4 * hourMs);
  expect(widened(span, nowMs - hourMs).to).toBe('2026-11-03T14:00:00.000Z');
});

test('a chart of any range has a number of buckets that can be told apart', () => {
  for (let hours = 1; hours < 24 * 365; hours = Math.ceil(hours * 1.3)) {
    const span = { fromMs: nowMs - hours * hourMs, toMs: nowMs };
    const count = (hours * hourMs) / bucketMs[bucketFor(span)];
    expect([hours, count > 14 && count <= 360]).toEqual([hours, true]);
  }
});

test('the newest of what came are kept, the newest first', () => {
  const ring = new Ring<number>(4);
  expect(ring.newest(3)).toEqual([]);
  for (let n = 1; n <= 10; n++) ring.push(n);
  expect([ring.length, ring.newest(3), ring.newest(9)]).toEqual([4, [10, 9, 8], [10, 9, 8, 7]]);
  ring.clear();
  expect(ring.newest(3)).toEqual([]);
});

test('a rate is of the last five whole seconds', () => {
  const rate = new Rate();
  for (let ms = 0; ms < 10_000; ms += 100) rate.add(nowMs + ms);
  expect(rate.perSecond(nowMs + 10_000)).toBe(10);
  expect(rate.perSecond(nowMs + 12_500)).toBe(6);
  expect(rate.perSecond(nowMs + 60_000)).toBe(0);
});

test('paths name their parts, whatever is in them', () => {
  expect(matchPath('/agents/:key', '/agents/agent%7Ca%2Fb')).toEqual({ key: 'agent|a/b' });
  expect(matchPath('/agents/:key', '/agents/100%')).toEqual({ key: '100%' });
  expect(matchPath('/agents', '/agents/')).toEqual({});
  for (const path of ['/agents', '/agents/', '/agents/a/b', '/humans/a']) {
    expect([path, matchPath('/agents/:key', path)]).toEqual([path, null]);
  }
});

test('a search is for every way of writing a name, and knows ids with and without hyphens', () => {
  const meant = valuesOf(beginningWith('alice a*')).map((one) => readValue(one));
  expect(meant.map(({ text }) => text)).toEqual(['alice a*', 'Alice a*', 'Alice A*', 'ALICE A*']);
  expect(meant.every(({ isPrefix }) => isPrefix)).toBe(true);
  expect(isDecisionId('5c0f1e2d000040008000000000000001')).toBe(true);
  expect(isDecisionId('5C0F1E2D-0000-4000-8000-000000000001')).toBe(true);
  expect(isDecisionId('5c0f1e2d')).toBe(false);
});

test('numbers are exact while they fit, and shares have a digit more where they are small', () => {
  expect([brief(99_999), brief(1_234_567)]).toEqual(['99,999', '1.23M']);
  expect([percent(0.004), percent(0.25), percent(0), percent(null)]).toEqual(['0.40 %', '25.0 %', '0.0 %', '–']);
  expect([signedPercent(0.5), signedPercent(-0.031), signedPercent(0)]).toEqual(['+50 %', '−3.1 %', '0.0 %']);
});

test('times are of the zone, the date is there unless it is today, and the whole of it names the zone', () => {
  const options = { nowMs };
  expect(momentTime(nowMs - hourMs, 'UTC', options)).toBe('14:00');
  expect(momentTime(nowMs - hourMs, 'Pacific/Auckland', options)).toBe('03:00');
  expect(momentTime(nowMs - dayMs, 'UTC', options)).toBe('2 Nov 15:00');
  expect(momentTime(nowMs - 400 * dayMs, 'UTC', options)).toBe('29 Sept 2025 15:00');
  expect(fullTime('2026-11-03T15:00:00.000Z', 'Asia/Kathmandu')).toMatch(
    /20:45:00 GMT\+5:45 · 2026-11-03T15:00:00.000Z$/,
  );
  expect([duration(7_800), duration(0), duration(3 * 86_400 + 61)]).toEqual(['2 h 10 min', '0 s', '3 d']);
  expect([ago(nowMs, nowMs), ago(nowMs - 12_000, nowMs)]).toEqual(['now', '12 s ago']);
});

test('what tells a key from others is short', () => {
  expect(shortId('agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001')).toBe('4f2c7a10');
  expect(shortId('human|google-oauth2|115390842')).toBe('google-oauth2|…');
  expect(shortId('human|bob')).toBe('bob');
});

test('a thousand changes are drawn once, with a frame, and no sooner than a tenth of a second after the last drawing', () => {
  let nowMs = 0;
  const waiting: { readonly atMs: number; readonly act: () => void }[] = [];
  const frames: (() => void)[] = [];
  const drawnAt: number[] = [];
  const drawing = new Drawing(() => drawnAt.push(nowMs), {
    now: () => nowMs,
    later: (act, ms) => waiting.push({ atMs: nowMs + ms, act }),
    atFrame: (act) => frames.push(act),
  });
  for (; nowMs < 1_000; nowMs += 1) {
    drawing.soon();
    for (const { act } of waiting.filter(({ atMs }) => atMs === nowMs)) act();
    if (nowMs % 16 === 0) for (const act of frames.splice(0)) act();
  }
  expect(drawnAt).toHaveLength(9);
  expect(drawnAt.every((ms) => ms % 16 === 0)).toBe(true);
  // Nothing changes any more: nothing is drawn.
  for (const { act } of waiting.splice(0)) act();
  for (const act of frames.splice(0)) act();
  expect(frames).toEqual([]);
});

test('in an address of Permit’s app a key is text, whatever it says', () => {
  const subject = { environment: 'e/1', kind: 'agent', key: 'agent|{kind}/../x?y#z' } as const;
  const made = permitHref('https://permit.example/{environment}/{kind}s?key={key}&{other}', subject);
  expect(made).toBe('https://permit.example/e%2F1/agents?key=agent%7C%7Bkind%7D%2F..%2Fx%3Fy%23z&{other}');
});

test('a rule is written as a person would, whatever its texts are, and its name is found', () => {
  const text = ruleText({
    ...{ name: 'night-shift', description: 'it’s: 5 %, # or so', enabled: false, detectors: ['sweep', 'on'] },
    ...{ scope: { server: 'linear', env: ['prod*', '!b'] }, budget: 0.1, severity: { sweep: 'critical' } },
  });
  expect(text.split('\n')).toEqual([
    'name: night-shift',
    'description: "it’s: 5 %, # or so"',
    'enabled: false',
    'detectors: [sweep, "on"]',
    'scope: { server: linear, env: ["prod*", "!b"] }',
    'budget: 0.1',
    'severity: { sweep: critical }',
  ]);
  expect(ruleNameIn(text)).toBe('night-shift');
  expect(ruleNameIn('# of us\n"name" : \'x y\' # so\nbudget: 1')).toBe('x y');
  expect(ruleNameIn('scope:\n  name: x')).toBe('');
});
