import { dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ZoneOffset } from '../src/plan/calendar.ts';
import { type Plan, planOf } from '../src/plan/plan.ts';
import type { EnvironmentSnapshot } from '../src/plan/snapshot.ts';
import type { BucketSize } from '../src/questions/buckets.ts';
import { bucketName, localTime } from './local-time.ts';

// From before Europe's clocks go forward to after they go back, over the changes of other places.
const startMs = Date.UTC(2026, 1, 20);
const endMs = Date.UTC(2026, 10, 10);
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const sizes: readonly BucketSize[] = ['minute', '5m', '15m', 'hour', 'day', 'week', 'month'];
const levelMs = { five_minutes: 5 * minuteMs, quarter: 15 * minuteMs, hour: hourMs, day: dayMs } as const;

function offsetsOf(zone: string): ZoneOffset[] {
  const offsets: ZoneOffset[] = [];
  for (let fromMs = startMs - 60 * dayMs; fromMs < endMs + 60 * dayMs; fromMs += 15 * minuteMs) {
    const aheadMs = localTime(fromMs, zone).aheadMinutes * minuteMs;
    if (offsets.at(-1)?.aheadMs !== aheadMs) offsets.push({ fromMs, aheadMs });
  }
  return offsets;
}
const offsets = new Map(zones.map((zone) => [zone, offsetsOf(zone)]));

/** A build of its own for each span. */
const buildOf = (span: string, atMs: number) => `${atMs}${span.length}`;
const monthOf = (atMs: number) => Date.UTC(new Date(atMs).getUTCFullYear(), new Date(atMs).getUTCMonth());
const nextMonth = (atMs: number) => Date.UTC(new Date(atMs).getUTCFullYear(), new Date(atMs).getUTCMonth() + 1);
const dayOf = (atMs: number) => Math.floor(atMs / dayMs) * dayMs;
const hourAt = (atMs: number) => Math.floor(atMs / hourMs) * hourMs;
const hour = fc.integer({ min: startMs / hourMs, max: endMs / hourMs }).map((number) => number * hourMs);

/** What no seal holds of is open in its day and its month too; expired hours are sealed for ever, and lie before the others. */
const environment = fc
  .record({
    envId: fc.constantFrom('a', 'b', 'c'),
    open: fc.uniqueArray(hour, { maxLength: 12 }),
    moreDays: fc.array(hour.map(dayOf), { maxLength: 6 }),
    moreMonths: fc.array(hour.map(monthOf), { maxLength: 2 }),
    expiredHours: fc.integer({ min: 0, max: 1_500 }),
    ends: fc.tuple(hour, hour),
  })
  .map(({ envId, open, moreDays, moreMonths, expiredHours, ends }): EnvironmentSnapshot => {
    const expired = Array.from({ length: Math.max(0, expiredHours - 700) }, (_, n) => startMs + n * hourMs);
    const isExpired = new Set(expired);
    const openHours = new Set(open.filter((start) => !isExpired.has(start)));
    return {
      envId,
      firstHourMs: Math.min(...ends),
      lastHourMs: Math.max(...ends),
      openHours,
      openDays: new Set([...openHours].map(dayOf).concat(moreDays)),
      openMonths: new Set([...openHours].map(monthOf).concat(moreMonths)),
      expiredHours: isExpired,
      sealedUntilUs: 0,
      buildOf,
    };
  });

const instant = fc.oneof(
  hour,
  fc.integer({ min: startMs / 60_000, max: endMs / 60_000 }).map((minutes) => minutes * minuteMs),
  fc.integer({ min: startMs, max: endMs }),
);

const asked = fc.record({
  ends: fc.tuple(instant, instant),
  environments: fc.uniqueArray(environment, { selector: ({ envId }) => envId, maxLength: 3 }),
  zone: fc.constantFrom(...zones),
  grains: fc.array(
    fc.record({
      size: fc.constantFrom(...sizes),
      shiftMs: fc.oneof(fc.constant(0), fc.constant(7 * dayMs), fc.integer({ min: 0, max: 40 * dayMs })),
    }),
    { maxLength: 2 },
  ),
  columns: fc.subarray(['decision', 'agent_key', 'server', 'trust_level', 'reason'], { maxLength: 3 }),
  isDenialsOnly: fc.boolean(),
});

function readOf(plan: Plan, envId: string): { level: string; range: TimeRange }[] {
  return plan.parts
    .flatMap(({ level, shares }) =>
      shares
        .filter(({ envIds }) => envIds.includes(envId))
        .flatMap(({ ranges }) => ranges.map((range) => ({ level, range }))),
    )
    .sort((a, b) => a.range.fromMs - b.range.fromMs);
}

/** The stretches of a level that a range is made of. */
function stretchesOf(level: string, { fromMs, toMs }: TimeRange): TimeRange[] {
  const stretches: TimeRange[] = [];
  for (let at = fromMs; at < toMs; ) {
    const next = level === 'month' ? nextMonth(at) : at + (levelMs[level as keyof typeof levelMs] ?? 0);
    stretches.push({ fromMs: at, toMs: next });
    at = next;
  }
  return stretches;
}

/** The first thing that is wrong with how an environment is read; `''` for nothing. */
function faultOf(
  plan: Plan,
  range: TimeRange,
  { envId, firstHourMs, lastHourMs, openHours, expiredHours }: EnvironmentSnapshot,
  isNested: (stretch: TimeRange) => boolean,
): string {
  let atMs = Math.max(range.fromMs, monthOf(firstHourMs));
  const untilMs = Math.min(range.toMs, nextMonth(lastHourMs));
  const isSaidToBeGone = (toMs: number) => {
    for (; atMs < toMs; atMs = Math.min(toMs, hourAt(atMs) + hourMs)) {
      if (atMs < hourAt(firstHourMs) || lastHourMs + hourMs <= atMs) continue;
      if (!expiredHours.has(hourAt(atMs)) || plan.expired === null) return false;
      if (atMs < plan.expired.fromMs || plan.expired.toMs <= atMs) return false;
    }
    return true;
  };
  for (const { level, range: read } of readOf(plan, envId)) {
    const place = `${envId} ${level} ${new Date(read.fromMs).toISOString()} ${new Date(read.toMs).toISOString()}`;
    if (read.fromMs < atMs || read.toMs > untilMs) return `${place} is read twice, or was not asked for`;
    if (!isSaidToBeGone(read.fromMs)) return `${new Date(atMs).toISOString()} before ${place} is left out`;
    atMs = read.toMs;
    if (level === 'raw') {
      for (let start = hourAt(read.fromMs); start < read.toMs; start += hourMs) {
        if (expiredHours.has(start)) return `${place} expired`;
      }
      continue;
    }
    if ([...openHours].some((open) => read.fromMs < open + hourMs && open < read.toMs)) return `${place} is open`;
    const stretches = stretchesOf(level, read);
    if (stretches.at(-1)?.toMs !== read.toMs) return `${place} is cut`;
    // Of many alike the first, the last and some between them.
    const some = stretches.filter((_, n) => n % 97 === 0 || n > stretches.length - 3);
    if (!some.every(isNested)) return `${place} does not nest`;
  }
  return isSaidToBeGone(untilMs) ? '' : `${envId} after ${new Date(atMs).toISOString()} is left out`;
}

test('every instant of every environment is read once, from sums that hold and nest, or is said to be gone', () => {
  fc.assert(
    fc.property(asked, ({ ends, environments, zone, grains, columns, isDenialsOnly }) => {
      const range = { fromMs: Math.min(...ends), toMs: Math.max(...ends) };
      const needs = { range, grains, columns: new Set(columns), isDenialsOnly };
      const plan = planOf(needs, { environments, offsets: offsets.get(zone) ?? [] });
      const isNested = ({ fromMs, toMs }: TimeRange) =>
        grains.every(
          ({ size, shiftMs }) =>
            bucketName(fromMs + shiftMs, size, zone) === bucketName(toMs - 1 + shiftMs, size, zone),
        );
      expect(environments.map((environment) => faultOf(plan, range, environment, isNested))).toEqual(
        environments.map(() => ''),
      );
      const has = new Set<string>(plan.cube?.columns ?? columns);
      expect(columns.filter((column) => !has.has(column))).toEqual([]);
      expect(plan.cube?.condition !== '' && plan.cube !== null && !isDenialsOnly).toBe(false);
    }),
    { numRuns: 200 },
  );
});

const whole: EnvironmentSnapshot = {
  envId: 'a',
  firstHourMs: Date.UTC(2026, 0, 1),
  lastHourMs: Date.UTC(2026, 11, 31, 23),
  openHours: new Set(),
  openDays: new Set(),
  openMonths: new Set(),
  expiredHours: new Set(),
  sealedUntilUs: 0,
  buildOf,
};
const year = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };

function levelsOf(grain: BucketSize | null, zone: string, columns: readonly string[], isDenialsOnly = false): string {
  const grains = grain === null ? [] : [{ size: grain, shiftMs: 0 }];
  const needs = { range: year, grains, columns: new Set(columns), isDenialsOnly };
  const { cube, parts } = planOf(needs, { environments: [whole], offsets: offsets.get(zone) ?? [] });
  return [cube?.name ?? 'rows', ...parts.map(({ level }) => level)].join(' ');
}

test.each([
  [null, 'UTC', ['decision'], false, 'verdicts month'],
  ['month', 'UTC', ['server', 'tool'], false, 'tools month'],
  ['day', 'UTC', ['agent_key', 'attribution'], false, 'principals day'],
  // Days of a place that is never on UTC are made of quarters; of its months only the days that one begins in are.
  ['day', 'Asia/Kathmandu', ['decision'], false, 'verdicts quarter'],
  ['month', 'Asia/Kathmandu', ['decision'], false, 'verdicts day quarter'],
  ['15m', 'Asia/Kathmandu', ['decision'], false, 'verdicts quarter'],
  ['hour', 'America/New_York', ['agent_key', 'server'], false, 'calls hour'],
  // Hours of such a place do not begin with hours of UTC.
  ['hour', 'Asia/Kathmandu', ['agent_key', 'server'], false, 'rows raw'],
  ['hour', 'Asia/Kathmandu', ['agent_key', 'server', 'decision'], true, 'denials five_minutes'],
  ['5m', 'UTC', ['decision'], true, 'denials five_minutes'],
  ['5m', 'UTC', ['decision'], false, 'rows raw'],
  ['minute', 'UTC', ['decision'], true, 'rows raw'],
  [null, 'UTC', ['reason'], false, 'rows raw'],
] as const)('sums by %s in %s of %j (denials only: %s) are read from %s', (grain, zone, columns, only, expected) => {
  expect(levelsOf(grain, zone, columns, only)).toBe(expected);
});

test('where more pieces would be read than are worth it, the rows are', () => {
  const openHours = new Set(Array.from({ length: 8760 / 2 }, (_, n) => year.fromMs + 2 * n * hourMs));
  const openDays = new Set([...openHours].map(dayOf));
  const openMonths = new Set([...openHours].map(monthOf));
  const needs = { range: year, grains: [], columns: new Set<string>(), isDenialsOnly: false };
  const context = { environments: [{ ...whole, openHours, openDays, openMonths }], offsets: [] };
  expect(planOf(needs, context)).toMatchObject({ cube: null, parts: [{ level: 'raw', shares: [{ ranges: [year] }] }] });
});

test('many environments with open hours of their own are read alike, each hour once', () => {
  const environments = Array.from({ length: 60 }, (_, n): EnvironmentSnapshot => {
    const open = [0, 1].map((k) => year.fromMs + (40 * n + 3000 * k + 7) * hourMs);
    const expired = n % 2 === 0 ? [] : [year.fromMs + (40 * (n - 1) + 7) * hourMs];
    return {
      ...whole,
      envId: `env-${n}`,
      openHours: new Set(open),
      openDays: new Set(open.map(dayOf)),
      openMonths: new Set(open.map(monthOf)),
      expiredHours: new Set(n < 2 ? expired : []),
    };
  });
  const needs = { range: year, grains: [], columns: new Set(['decision']), isDenialsOnly: false };
  const plan = planOf(needs, { environments, offsets: [] });
  expect(plan.cube?.name).toBe('verdicts');
  // One of them has expired what is open in another one: there it is read from its sums.
  expect(plan.parts.map(({ shares }) => shares.length)).toEqual([1, 1, 2, 2]);
  expect(environments.map((environment) => faultOf(plan, year, environment, () => true))).toEqual(
    environments.map(() => ''),
  );
});
