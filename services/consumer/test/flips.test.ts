import type { GrantRecord } from '@custody/decision';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ConsumerStore, clickhouseStore } from '../src/consumer-store.ts';
import {
  at,
  type Call,
  callRecord,
  ceilingOf,
  consentOf,
  grantValue,
  type Held,
  listings,
  toolOf,
} from './kit/calls.ts';
import type { TestConsumer } from './kit/consumer.ts';
import { flipsFound } from './kit/flips-found.ts';
import { reattributedTo } from './kit/reattributed.ts';
import { useStage } from './kit/stage.ts';
import { decisionsTopic, grantsTopic, lagOf } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();
let environments = 0;
let envId = '';
function newEnvironment(): string {
  environments += 1;
  envId = `env-flips-${environments}`;
  return envId;
}
beforeEach(async () => {
  newEnvironment();
  // Each test has a log of its own, whose positions begin anew.
  await stage.store.client.command('test', 'TRUNCATE TABLE custody_internal.reattribution_progress');
});

const consume = (into?: ConsumerStore) => stage.consume({ flipsEveryMs: 50, ...(into === undefined ? {} : { into }) });
const learn = (...records: readonly GrantRecord[]) => stage.testLog.log.append(grantsTopic, records.map(grantValue));
const decide = (...calls: readonly Call[]) =>
  stage.testLog.log.append(
    decisionsTopic,
    calls.map((call) => callRecord(envId, call)),
  );
const stored = () => until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);

/** Everything in the log is stored, stored decisions know all grants, and flips are found. */
async function settled(consumer: TestConsumer): Promise<void> {
  await stored();
  await reattributedTo(stage.testLog.log, consumer);
  await flipsFound(consumer);
}

const select = (sql: string) =>
  stage.store.client.select('test', sql, { env: envId }, { settings: { date_time_output_format: 'iso' } }) as Promise<
    Record<string, unknown>[]
  >;

const flips = (where = 'env_id = {env:String}') =>
  select(`SELECT at, change, human_key, cause, grant_id, level, not_before, cause_at
    FROM custody.access_changes WHERE ${where} AND kind = 'decision' ORDER BY env_id, at`);

const denied = (n: number, atHours: number): Call => ({ n, atHours, isDenied: true });
const allowed = (n: number, atHours: number): Call => ({ n, atHours });
const times = async () => (await flips()).map((row) => [row.change, row.not_before, row.at]);

/** Held from long before until the listing of shortly after one o'clock did not show it. */
const until1: Held = { from: -20, lastSeen: 1, missing: 1.1 };
/** Since one o'clock, and listed shortly after. */
const since1: Held = { from: 1, seen: 1.1 };
const consentAt = (level: 'low' | 'medium' | 'high', held: Held = {}): GrantRecord =>
  ({ ...consentOf(envId, 'alice', held), grant_id: `alice:${level}`, level }) as GrantRecord;
const ceilingAt = (level: 'low' | 'medium' | 'high', held: Held = {}) => ceilingOf(envId, 'alice', level, held);
const tool = (level: 'low' | 'medium' | 'high', held: Held = {}) => toolOf(envId, 'create_issue', level, held);

type Case = readonly [cause: string, grantId: string, causeHours: number | null, grants: () => GrantRecord[]];

const untilDenied: readonly Case[] = [
  [
    'ceiling_lowered',
    'alice:linear#low',
    1,
    () => [consentAt('high'), tool('medium'), ceilingAt('high', until1), ceilingAt('low', since1)],
  ],
  ['ceiling_lowered', 'alice:linear#high', 1.1, () => [consentAt('high'), tool('medium'), ceilingAt('high', until1)]],
  [
    'reconsented',
    'alice:low',
    1,
    () => [consentAt('high', until1), consentAt('low', since1), ceilingAt('high'), tool('medium')],
  ],
  ['revoked', 'alice:high', 1.1, () => [consentAt('high', until1), ceilingAt('high'), tool('medium')]],
  [
    'tool_level_changed',
    'linear:create_issue#high',
    1.1,
    () => [consentAt('medium'), ceilingAt('high'), tool('low', until1), tool('high', { seen: 1.1 })],
  ],
  // Both went down; only the ceiling went below what the tool needs.
  [
    'ceiling_lowered',
    'alice:linear#low',
    1,
    () => [
      ...[consentAt('high', { ...until1, missing: 1.5 }), consentAt('medium', { from: 1.5, seen: 1.6 })],
      ...[ceilingAt('high', until1), ceilingAt('low', since1), tool('medium')],
    ],
  ],
  ['unexplained', '', null, () => [consentAt('high'), ceilingAt('high'), tool('medium')]],
  // It went down, and what the tool needs is still reached.
  [
    'unexplained',
    '',
    null,
    () => [consentAt('high'), tool('low'), ceilingAt('high', until1), ceilingAt('low', since1)],
  ],
  // It went up, of another human, and after the call.
  [
    'unexplained',
    '',
    null,
    () => [
      ...[consentAt('high'), ceilingAt('medium', until1), ceilingAt('high', since1), tool('medium')],
      ...[consentOf(envId, 'bob', until1), ceilingAt('low', { from: 3, seen: 3 })],
    ],
  ],
];

const untilAllowed: readonly Case[] = [
  [
    'ceiling_raised',
    'alice:linear#high',
    1,
    () => [consentAt('high'), tool('medium'), ceilingAt('low', until1), ceilingAt('high', since1)],
  ],
  [
    'reconsented',
    'alice:high',
    1,
    () => [consentAt('low', until1), consentAt('high', since1), ceilingAt('high'), tool('medium')],
  ],
  ['consented', 'alice:high', 1, () => [consentAt('high', since1), ceilingAt('high'), tool('medium')]],
  [
    'tool_level_changed',
    'linear:create_issue#low',
    1.1,
    () => [consentAt('medium'), ceilingAt('high'), tool('high', until1), tool('low', { seen: 1.1 })],
  ],
  ['unexplained', '', null, () => [consentAt('high'), ceilingAt('high'), tool('medium')]],
];

describe('each flip is told once, between its two calls', () => {
  test.each([
    ['denied', untilDenied, [allowed(1, 0), denied(2, 1.9)]],
    ['allowed', untilAllowed, [denied(1, 0), allowed(2, 1.9)]],
  ] as const)('with the cause that grants show: %s', async (change, cases, calls) => {
    const expected = new Map<string, unknown>();
    for (const [cause, grant_id, causeHours, grants] of cases) {
      const env = newEnvironment();
      await learn(...grants(), ...listings(env, 4));
      await decide(...calls);
      const cause_at = causeHours === null ? null : at(causeHours);
      expected.set(env, {
        at: at(1.9),
        not_before: at(0),
        change,
        human_key: 'human|alice',
        cause,
        grant_id,
        cause_at,
      });
    }
    await settled(consume());
    const environmentsOf = [...expected.keys()].sort();
    const found = await flips(`env_id IN (${environmentsOf.map((env) => `'${env}'`).join()})`);
    expect(found.map(({ level: _, ...row }) => row)).toEqual(environmentsOf.map((env) => expected.get(env)));
  });

  test('a decision that arrives late between two others splits a flip, makes two, or moves one', async () => {
    const consumer = consume();
    await decide(allowed(1, 0.1), denied(2, 2), denied(3, 5), allowed(4, 7.1), allowed(5, 7.9));
    await settled(consumer);
    expect(await times()).toEqual([
      ['denied', at(0.1), at(2)],
      ['allowed', at(5), at(7.1)],
    ]);
    await decide(denied(6, 1), allowed(7, 1.5), denied(8, 7.5), denied(9, 6));
    await settled(consumer);
    expect(await times()).toEqual([
      ['denied', at(0.1), at(1)],
      ['allowed', at(1), at(1.5)],
      ['denied', at(1.5), at(2)],
      ['allowed', at(6), at(7.1)],
      ['denied', at(7.1), at(7.5)],
      ['allowed', at(7.5), at(7.9)],
    ]);
  });

  test('across hours, days and months, each access by itself', async () => {
    const [month, day] = [30 * 24, 24];
    const consumer = consume();
    await decide(denied(1, 0), { ...allowed(2, -1), tool: 'delete_issue' }, { ...allowed(3, -1), agent: 'agent|b' });
    await settled(consumer);
    expect(await times()).toEqual([]);
    await decide(allowed(4, -2 * month), allowed(5, -day));
    await settled(consumer);
    expect(await times()).toEqual([['denied', at(-day), at(0)]]);
    await decide(denied(6, -month), allowed(7, -2));
    await settled(consumer);
    expect(await times()).toEqual([
      ['denied', at(-2 * month), at(-month)],
      ['allowed', at(-month), at(-day)],
      ['denied', at(-2), at(0)],
    ]);
  });

  test('what re-attribution changes of its calls shows in it', async () => {
    await learn(...listings(envId, 4), consentAt('high', { from: -3 }), tool('medium'));
    await decide(allowed(1, 0), denied(2, 2));
    const consumer = consume();
    await settled(consumer);
    expect(await flips()).toMatchObject([{ human_key: 'human|alice', cause: 'unexplained' }]);
    // It was bob's all the while.
    await learn(
      ...[consentAt('high', { from: -3, lastSeen: -2, missing: -1 }), consentOf(envId, 'bob', { from: -3 })],
      ...[ceilingOf(envId, 'bob', 'high', until1), ceilingOf(envId, 'bob', 'low', since1)],
    );
    await settled(consumer);
    expect(await flips()).toMatchObject([
      { human_key: 'human|bob', cause: 'ceiling_lowered', grant_id: 'bob:linear#low', level: 'low' },
    ]);
  });

  test('a change of a grant names the newest call after it, and none where none came', async () => {
    await learn(
      consentAt('high', since1),
      ceilingAt('high', since1),
      tool('medium', { seen: 1.1 }),
      ...listings(envId, 4),
    );
    await learn(consentOf(envId, 'bob', { from: 3, seen: 4 }), toolOf(envId, 'other', 'low', { seen: 1.1 }));
    await decide(denied(1, 0), allowed(2, 2), allowed(3, 2.5));
    await settled(consume());
    const sql = `SELECT grant_id, followed_at, isNull(followed_by) AS is_unfollowed FROM custody.access_changes
      WHERE env_id = {env:String} AND kind != 'decision' ORDER BY grant_id`;
    const followed = { followed_at: at(2.5), is_unfollowed: 0 };
    const unfollowed = { followed_at: null, is_unfollowed: 1 };
    expect(await select(sql)).toEqual([
      { grant_id: 'agent|a:bob', ...unfollowed },
      { grant_id: 'alice:high', ...followed },
      { grant_id: 'alice:linear#high', ...followed },
      { grant_id: 'linear:create_issue#medium', ...followed },
      { grant_id: 'linear:other#low', ...unfollowed },
    ]);
  });
});

describe('whatever happens to whoever finds them', () => {
  const calls = Array.from({ length: 12 }, (_, n): Call => ({ n, atHours: n / 3, isDenied: n % 2 === 1 }));
  const all = calls
    .slice(1)
    .map(({ n, atHours, isDenied }) => [isDenied === true ? 'denied' : 'allowed', at((n - 1) / 3), at(atHours)]);

  test('two consumers find each once, and the second goes on where the first ends', async () => {
    const first = consume();
    await settled(first);
    stage.consume({ flipsEveryMs: 50, log: await stage.testLog.reopen() });
    await decide(...calls.slice(0, 6));
    await settled(first);
    expect(await times()).toEqual(all.slice(0, 5));
    await first.stop();
    await decide(...calls.slice(6));
    await stored();
    await until('the other one has found them', async () => (await times()).length === all.length);
    expect(await times()).toEqual(all);
  });

  test('a term that is over writes nothing any more, and the next one finds the hours due', async () => {
    const { flips: own, ...store } = clickhouseStore(stage.store.client);
    const terms: string[] = [];
    const late = {
      ...own,
      async compute(...[range, term]: Parameters<typeof own.compute>) {
        terms.push(term);
        // Another leader has begun meanwhile.
        if (terms.length === 1) await own.beginTerm(crypto.randomUUID(), new AbortController().signal);
        await own.compute(range, term);
        if (terms.length === 1) expect(await times()).toEqual([]);
      },
    };
    await decide(...calls);
    const consumer = consume({ ...store, flips: late });
    await settled(consumer);
    expect(new Set(terms).size).toBe(2);
    expect(await times()).toEqual(all);
  });

  test('a reader sees an hour as it was, or as it is, while late decisions change all of it', async () => {
    const hour = Array.from({ length: 40 }, (_, n): Call => ({ n, atHours: n / 50, isDenied: n % 2 === 1 }));
    const consumer = consume();
    await decide(...hour);
    await settled(consumer);
    const seen: string[] = [];
    let isDone = false;
    const watching = (async () => {
      while (!isDone) seen.push(JSON.stringify(await times()));
    })();
    const before = await times();
    // Each flip is between other calls than before.
    await decide(...hour.map((call): Call => ({ ...call, n: call.n + 100, atHours: call.atHours + 0.001 })));
    await settled(consumer);
    isDone = true;
    await watching;
    const after = await times();
    expect([before.length, after.length]).toEqual([39, 39]);
    expect(after.filter((flip, n) => JSON.stringify(flip) === JSON.stringify(before[n]))).toEqual([]);
    expect(
      [...new Set(seen)].filter((one) => ![before, after].map((two) => JSON.stringify(two)).includes(one)),
    ).toEqual([]);
  });
});
