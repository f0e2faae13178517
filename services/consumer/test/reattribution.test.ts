import { randomUUID } from 'node:crypto';
import type { GrantRecord } from '@custody/decision';
import { reattributionTerms, touchHours } from '@custody/store';
import { beforeEach, describe, expect, test } from 'vitest';
import { clickhouseStore } from '../src/consumer-store.ts';
import {
  type Call,
  callRecord,
  ceilingOf,
  consentOf,
  grantValue,
  listings,
  noonMs,
  toolOf,
  userOf,
} from './kit/calls.ts';
import type { TestConsumer } from './kit/consumer.ts';
import { reattributedTo } from './kit/reattributed.ts';
import { useStage } from './kit/stage.ts';
import { decisionsTopic, grantsTopic, knowingNothing, lagOf, spread } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();
let environments = 0;
function newEnvironment(): string {
  environments += 1;
  return `env-reattribution-${environments}`;
}
// Each test has a log of its own, whose positions begin anew.
beforeEach(() => stage.store.client.command('test', 'TRUNCATE TABLE custody_internal.reattribution_progress'));

const learn = (...records: readonly GrantRecord[]) => stage.testLog.log.append(grantsTopic, records.map(grantValue));
const decide = (envId: string, ...calls: readonly Call[]) =>
  stage.testLog.log.append(
    decisionsTopic,
    calls.map((call) => callRecord(envId, call)),
  );
const handled = (group?: string) =>
  until('everything is committed', async () => (await lagOf(stage.testLog.log, decisionsTopic, group)) === 0);

/** Everything in the log is stored, and stored decisions know all grants. */
async function settled(consumer: TestConsumer): Promise<void> {
  await handled();
  await reattributedTo(stage.testLog.log, consumer);
}

const select = (sql: string, envId: string) => stage.store.client.select('test', sql, { env: envId });

interface StoredRow {
  readonly human_key: string;
  readonly human_name: string;
  readonly human_candidates: readonly string[];
  readonly attribution: string;
}

function stored(envId: string) {
  return select(
    `SELECT human_key, human_name, human_candidates, attribution, trust_level, ceiling_level, required_level
     FROM custody.decisions WHERE env_id = {env:String} ORDER BY occurred_at`,
    envId,
  ) as Promise<StoredRow[]>;
}

function corrections(envId: string) {
  return select(
    `SELECT toUnixTimestamp(hour) * 1000 AS hour_ms, cause_kind, cause, agent_key, toUInt32(rows) AS rows,
       toUInt32(changed) AS changed, changes, isNull(finished_at) AS is_open
     FROM custody.attribution_corrections WHERE env_id = {env:String} ORDER BY hour, job_id`,
    envId,
  ) as Promise<Record<string, unknown>[]>;
}

const touched = (envId: string) =>
  select(
    `SELECT toUnixTimestamp(hour) * 1000 AS hour_ms, why, is_settled FROM custody_internal.touched_hours FINAL
     WHERE env_id = {env:String} ORDER BY hour`,
    envId,
  );

describe('late knowledge is worked into what is stored', () => {
  test('a consent that was first listed after the decisions names their human', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 1));
    await decide(
      envId,
      { n: 1, atHours: -3 },
      { n: 2, atHours: -1.9 },
      { n: 3, atHours: -1.1 },
      { n: 4, atHours: -0.5 },
    );
    const consumer = stage.consume();
    await settled(consumer);
    expect((await stored(envId)).map((row) => row.attribution)).toEqual(Array(4).fill('unknown'));
    const late = consentOf(envId, 'alice', { from: -2, seen: 1 });
    await learn(late);
    await settled(consumer);
    const alice = { human_key: 'human|alice', attribution: 'inferred', trust_level: 'high' };
    expect(await stored(envId)).toMatchObject([{ human_key: '', attribution: 'unknown' }, alice, alice, alice]);
    const change = { attribution_before: 'unknown', human_before: '', attribution_after: 'inferred' };
    const cause = { cause_kind: 'consent', cause: 'agent|a:alice', agent_key: 'agent|a', is_open: 0 };
    const hour = (hours: number, rows: number) => ({
      ...{ hour_ms: noonMs + hours * 3_600_000, ...cause, rows, changed: rows },
      changes: [{ ...change, human_after: 'human|alice', rows }],
    });
    expect(await corrections(envId)).toEqual([hour(-2, 2), hour(-1, 1)]);
    expect(await touched(envId)).toEqual([
      { hour_ms: noonMs - 7_200_000, why: 'consent', is_settled: true },
      { hour_ms: noonMs - 3_600_000, why: 'consent', is_settled: true },
    ]);
  });

  test('the next complete listing makes what was inferred exact, and that is no correction', async () => {
    const envId = newEnvironment();
    await learn(consentOf(envId, 'alice'), ...listings(envId, 0));
    await decide(envId, { n: 1, atHours: -1 }, { n: 2, atHours: 1 }, { n: 3, atHours: 3 });
    const consumer = stage.consume();
    await settled(consumer);
    const certainties = async () => (await stored(envId)).map((row) => row.attribution);
    expect(await certainties()).toEqual(['exact', 'inferred', 'inferred']);
    await learn(...listings(envId, 2));
    await settled(consumer);
    expect(await certainties()).toEqual(['exact', 'exact', 'inferred']);
    expect(await corrections(envId)).toEqual([]);
    expect(await touched(envId)).toMatchObject([{ hour_ms: noonMs + 3_600_000, why: 'listing', is_settled: true }]);
  });

  test('a consent in the listing that shows it first is why the human of the minutes before it is named', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 0));
    await decide(envId, { n: 1, atHours: 0.5 });
    const consumer = stage.consume();
    await settled(consumer);
    await learn(consentOf(envId, 'alice', { from: 0.25, seen: 1 }), ...listings(envId, 1));
    await settled(consumer);
    expect(await stored(envId)).toMatchObject([{ human_key: 'human|alice' }]);
    const change = { human_before: '', human_after: 'human|alice' };
    const why = { cause_kind: 'consent', cause: 'agent|a:alice', rows: 1, changed: 1, is_open: 0 };
    expect(await corrections(envId)).toMatchObject([{ ...why, changes: [change] }]);
  });

  test('a revocation that was learned later takes the human from what came after it', async () => {
    const envId = newEnvironment();
    await learn(consentOf(envId, 'alice'), ...listings(envId, 0));
    await decide(envId, { n: 1, atHours: -1 }, { n: 2, atHours: 1 }, { n: 3, atHours: 3 });
    const consumer = stage.consume();
    await settled(consumer);
    expect((await stored(envId)).map((row) => row.human_key)).toEqual(Array(3).fill('human|alice'));
    await learn(consentOf(envId, 'alice', { lastSeen: 0, missing: 2 }), ...listings(envId, 2));
    await settled(consumer);
    expect(await stored(envId)).toMatchObject([
      { human_key: 'human|alice', attribution: 'exact' },
      { human_key: 'human|alice', attribution: 'inferred' },
      { human_key: '', attribution: 'unknown' },
    ]);
  });

  test('levels that are learned later tell several humans apart', async () => {
    const envId = newEnvironment();
    const consents = [consentOf(envId, 'alice'), consentOf(envId, 'bob')];
    await learn(
      ...consents,
      toolOf(envId, 'create_issue', 'high'),
      ceilingOf(envId, 'alice', 'high'),
      ...listings(envId, 4),
    );
    await learn(ceilingOf(envId, 'bob', 'high'));
    await decide(envId, { n: 1, atHours: -1 }, { n: 2, atHours: 1 });
    const consumer = stage.consume();
    await settled(consumer);
    const both = { human_key: '', attribution: 'ambiguous', human_candidates: ['human|alice', 'human|bob'] };
    expect(await stored(envId)).toMatchObject([both, both]);
    await learn(
      ceilingOf(envId, 'bob', 'high', { lastSeen: -3, missing: -2 }),
      ceilingOf(envId, 'bob', 'low', { from: -2.5, seen: -2 }),
    );
    await settled(consumer);
    const alice = { human_key: 'human|alice', attribution: 'inferred', human_candidates: [], ceiling_level: 'high' };
    expect(await stored(envId)).toMatchObject([alice, alice]);
    expect(await corrections(envId)).toMatchObject([
      { cause_kind: 'ceiling', changed: 1 },
      { cause_kind: 'ceiling', changed: 1 },
    ]);
  });

  test('a name that is learned later is shown everywhere', async () => {
    const envId = newEnvironment();
    await learn(consentOf(envId, 'alice'), userOf(envId, 'alice', 'Alice'), ...listings(envId, 4));
    await decide(envId, { n: 1, atHours: -9 }, { n: 2, atHours: 1 });
    const consumer = stage.consume();
    await settled(consumer);
    await learn(
      userOf(envId, 'alice', 'Alice', { lastSeen: 4, missing: 5 }),
      userOf(envId, 'alice', 'Alice Archer', { seen: 5 }),
    );
    await settled(consumer);
    expect((await stored(envId)).map((row) => row.human_name)).toEqual(['Alice Archer', 'Alice Archer']);
  });

  test('a replay with older knowledge changes nothing of it', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 4));
    await decide(envId, { n: 1, atHours: -1 }, { n: 2, atHours: 1 });
    const informed = stage.consume();
    await settled(informed);
    await learn(consentOf(envId, 'alice', { seen: 3 }));
    await settled(informed);
    await informed.stop();
    const before = await stored(envId);
    expect(before).toMatchObject([{ human_key: 'human|alice' }, { human_key: 'human|alice' }]);
    const zombie = { ...spread(stage.testLog.log), follow: knowingNothing };
    stage.consume({ log: zombie, group: 'zombies' });
    await handled('zombies');
    expect(await stored(envId)).toEqual(before);
  });

  test('a leader whose term is over begins another one, and works off what had no effect', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 4));
    await decide(envId, { n: 1, atHours: -1 });
    const consumer = stage.consume();
    await settled(consumer);
    await reattributionTerms.begin(stage.store.client, randomUUID());
    await learn(consentOf(envId, 'alice', { seen: 3 }));
    await settled(consumer);
    expect(await stored(envId)).toMatchObject([{ human_key: 'human|alice' }]);
  });

  test('an hour that a leader before this one announces late does not stay unsettled', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 0));
    const consumer = stage.consume();
    await settled(consumer);
    const hour = { envId, hourStartMs: noonMs, position: 1, why: 'consent' };
    await touchHours(stage.store.client, [hour], false);
    await learn(...listings(envId, 1));
    await settled(consumer);
    expect(await touched(envId)).toEqual([{ hour_ms: noonMs, why: 'consent', is_settled: true }]);
  });

  test('what was corrected in an hour of several steps is on record to the row', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 4));
    const calls = Array.from({ length: 40 }, (_, n) => ({ n, atHours: -1 + n / 41 }));
    await decide(envId, ...calls);
    const consumer = stage.consume({ mostRows: 15 });
    await settled(consumer);
    await learn(consentOf(envId, 'alice', { seen: 3 }));
    await settled(consumer);
    const changed = (await corrections(envId)).map(({ changed: rows }) => Number(rows));
    expect(changed).toHaveLength(3);
    expect(changed.reduce((sum, rows) => sum + rows, 0)).toBe(40);
  });

  test('counts are right at every moment of a job of many steps', async () => {
    const envId = newEnvironment();
    await learn(...listings(envId, 4));
    const calls = Array.from({ length: 500 }, (_, n) => ({ n, atHours: -8 + n / 50 }));
    await decide(envId, ...calls);
    const store = clickhouseStore(stage.store.client);
    const seen: { rows: number; ids: number }[] = [];
    const rewrites: number[] = [];
    const watched = {
      ...store,
      reattribution: {
        ...store.reattribution,
        async rewrite(...step: Parameters<typeof store.reattribution.rewrite>) {
          rewrites.push(step[1]);
          const counting = stage.store.counts(envId).then((counts) => seen.push(counts));
          await store.reattribution.rewrite(...step);
          await counting;
          seen.push(await stage.store.counts(envId));
        },
      },
    };
    const consumer = stage.consume({ into: watched, mostRows: 120 });
    await settled(consumer);
    await learn(consentOf(envId, 'alice', { seen: 3 }));
    await settled(consumer);
    expect(rewrites).toHaveLength(5);
    expect(new Set(seen.map(({ rows, ids }) => `${rows} ${ids}`))).toEqual(new Set(['500 500']));
    expect(new Set((await stored(envId)).map((row) => row.human_key))).toEqual(new Set(['human|alice']));
  });
});
