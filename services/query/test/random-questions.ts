import { type CountedQuestion, groupNames, measureNames } from './oracle.ts';
import { createRandom, type Flat } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A filter as it is written, and what it means. */
interface KnownFilter {
  readonly name: string;
  readonly value: string;
  readonly fits: (row: Flat) => boolean;
  /** Of humans: whose rows may be theirs. */
  readonly possible?: (row: Flat) => boolean;
  /** Found by a name: whoever has it in the range. */
  readonly isName?: true;
}

const ofHuman = (key: string) => ({
  fits: (row: Flat) => row.human === key,
  possible: (row: Flat) => row.candidates.includes(key),
});
const isOdd = (text: string) => (row: Flat) => row.agentName === text;

export const knownFilters: readonly KnownFilter[] = [
  { name: 'server', value: 'linear', fits: (row) => row.server === 'linear' },
  { name: 'server', value: 'linear*', fits: (row) => row.server.startsWith('linear') },
  { name: 'server', value: 'linear:linear,github', fits: (row) => ['linear', 'github'].includes(row.server) },
  { name: 'server', value: '!linear,!github', fits: (row) => !['linear', 'github'].includes(row.server) },
  { name: 'server', value: 'linear*,!linear-eu', fits: (row) => row.server === 'linear' },
  { name: 'tool', value: '!l*', fits: (row) => row.tool !== 'list' },
  { name: 'tool', value: 'delete,list', fits: (row) => row.tool !== 'create_issue' },
  { name: 'decision', value: 'deny', fits: (row) => row.decision === 'deny' },
  { name: 'decision', value: 'deny,unknown', fits: (row) => row.decision !== 'allow' },
  { name: 'env', value: 'production', fits: (row) => row.env === 'env-1' },
  { name: 'env', value: '!env-1', fits: (row) => row.env !== 'env-1' },
  { name: 'agent', value: 'client-1', fits: (row) => row.agent === 'agent|client-1', isName: true },
  { name: 'agent', value: 'windsurf\\, beta', fits: isOdd('Windsurf, beta'), isName: true },
  { name: 'agent', value: '\\!odd\\*', fits: isOdd('!odd*'), isName: true },
  { name: 'agent', value: 'Cur*', fits: isOdd('Cursor') },
  { name: 'agent', value: 'agent|client-2,agent|client-3', fits: (row) => /-[23]$/.test(row.agent) },
  { name: 'human', value: 'ADA@example.org', ...ofHuman('human|auth0:ada'), isName: true },
  { name: 'human', value: "max o'hara", ...ofHuman("human|o'hara"), isName: true },
  { name: 'human', value: 'human|bob', ...ofHuman('human|bob') },
  { name: 'human', value: '!human|bob', fits: (row) => row.human !== 'human|bob' },
  { name: 'human', value: 'nobody', fits: () => false },
  { name: 'reason_code', value: 'no_*', fits: (row) => row.reason_code.startsWith('no_') },
  { name: 'reason_code', value: '!other', fits: (row) => row.reason_code !== 'other' },
  { name: 'attribution', value: 'exact', fits: (row) => row.attribution === 'exact' },
  { name: 'trust_level', value: '!low', fits: (row) => row.trust_level !== 'low' },
  { name: 'q', value: 'ärgern', fits: (row) => row.reason === 'Nicht ÄRGERN' },
  { name: 'q', value: '100% of_it', fits: (row) => row.reason.includes('100%') },
];

/** The longest range that a random question asks in buckets of a size, so that answers stay readable. */
const longestMs: Readonly<Record<string, number>> = {
  ...{ minute: 2 * hourMs, '5m': 8 * hourMs, '15m': 2 * dayMs, hour: 5 * dayMs },
  ...{ day: 12 * dayMs, week: 12 * dayMs, month: 12 * dayMs },
};
const zones = ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin', 'Australia/Lord_Howe'];

/** A question with the parameters that ask it. */
export interface RandomQuestion extends CountedQuestion {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Questions about the rows of a world that ends now: each known filter once by itself, then any that chance makes. */
export function* randomQuestions(
  rows: readonly Flat[],
  nowMs: number,
  count: number,
  seed: number,
): Generator<RandomQuestion> {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  const some = (values: readonly string[], most: number) => [
    ...new Set(Array.from({ length: random(most + 1) }, () => pick(values))),
  ];

  const filtersOf = (run: number): KnownFilter[] => {
    const alone = knownFilters[run];
    const chosen = alone ? [alone] : Array.from({ length: random(4) }, () => pick(knownFilters));
    return chosen.filter(({ name }, at) => chosen.findIndex((other) => other.name === name) === at);
  };

  const rangeOf = (mostMs: number) => {
    const edge = pick([1, minuteMs, 15 * minuteMs, hourMs, dayMs]);
    const [one, other] = [random(12 * dayMs), random(12 * dayMs)].map((ago) => Math.floor((nowMs - ago) / edge) * edge);
    const [fromMs, toMs] = [Math.min(one ?? 0, other ?? 0), Math.max(one ?? 0, other ?? 0) + 1 + random(2) * hourMs];
    return { fromMs, toMs: Math.min(nowMs, toMs, fromMs + mostMs) };
  };

  for (let run = 0; run < count; run++) {
    const own = filtersOf(run);
    const bucket = random(3) === 0 ? pick(Object.keys(longestMs)) : null;
    const { fromMs, toMs } = rangeOf(bucket === null ? 12 * dayMs : (longestMs[bucket] ?? dayMs));
    if (fromMs >= toMs) continue;
    const groupBy = some(groupNames, bucket === null ? 3 : 2);
    const measured = [...new Set([...some(measureNames, 3), pick(['decisions', 'denials'])])];
    const isPossible = random(2) === 0 && own.some(({ possible }) => possible !== undefined);
    const wanted = isPossible ? [...measured, 'possible'] : measured;
    const by = random(3) === 0 && groupBy.length > 0 ? pick(groupBy) : pick(measured);
    const order = { by, descending: random(3) > 0 };
    const top = bucket !== null || random(2) === 0 ? 1 + random(6) : 10_000;
    const hasOther = groupBy.length > 0 && top < 10_000 && random(2) === 0;
    const compares = random(5) === 0;
    const tz = pick(zones);
    const inRange = rows.filter(({ atMs }) => fromMs <= atMs && atMs < toMs);
    const means = own.map(({ fits, possible, isName }) => {
      // Nobody has the name in the range: then it is nobody's before it either.
      if (isName && !inRange.some(fits)) return () => false;
      return isPossible && possible ? (row: Flat) => fits(row) || possible(row) : fits;
    });
    yield {
      ...{ fromMs, toMs, tz, groupBy, wanted, order, top, hasOther, bucket },
      fits: (row) => means.every((fits) => fits(row)),
      shiftMs: compares ? toMs - fromMs : null,
      path: bucket === null ? '/v1/aggregate' : '/v1/trends',
      parameters: {
        ...Object.fromEntries(own.map(({ name, value }) => [name, value])),
        ...{ from: iso(fromMs), to: iso(toMs), tz, measures: measured.join(',') },
        order: `${order.descending ? '-' : ''}${by}`,
        ...(groupBy.length === 0 ? {} : { group_by: groupBy.join(',') }),
        ...(groupBy.length === 0 && bucket !== null
          ? {}
          : { top: String(Math.min(top, bucket === null ? 10_000 : 1_000)) }),
        ...(bucket === null ? { limit: '10000' } : { bucket }),
        ...(hasOther ? { other: 'row' } : {}),
        ...(isPossible ? { include: 'possible' } : {}),
        ...(compares ? { compare: 'previous' } : {}),
      },
    };
  }
}
