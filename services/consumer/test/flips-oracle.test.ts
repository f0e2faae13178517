import { type GrantRecord, grantRecordKey } from '@custody/decision';
import type { NewRecord } from '@custody/log';
import { beforeEach, expect, test } from 'vitest';
import { at, type Call, callRecord, grantValue, listings } from './kit/calls.ts';
import { expectedFlips, type OracleCall } from './kit/flip-oracle.ts';
import { flipsFound } from './kit/flips-found.ts';
import { random } from './kit/random.ts';
import { reattributedTo } from './kit/reattributed.ts';
import { someCall, someFact } from './kit/some-history.ts';
import { useStage } from './kit/stage.ts';
import { decisionsTopic, grantsTopic, lagOf } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();
beforeEach(() => stage.store.client.command('test', 'TRUNCATE TABLE custody_internal.reattribution_progress'));

const monthHours = 30 * 24;

/** Calls of which some lie in the months around, so that hours, days and months are all crossed; no two at one time. */
function someCalls(count: number, made: ReturnType<typeof random>): Call[] {
  const times = new Set<string>();
  return Array.from({ length: count }, (_, n) => ({
    ...someCall(n, made),
    atHours: made.hours() / 6 + made.pick([0, 0, 0, -24, -monthHours]),
  })).filter(({ atHours }) => times.size < times.add(at(atHours)).size);
}

/** The source does not tell the verdict of some. */
function withoutVerdict(record: NewRecord): NewRecord {
  const entry = JSON.parse(Buffer.from(record.value ?? '').toString('utf8'));
  return { ...record, value: Buffer.from(JSON.stringify({ ...entry, decision: null })) };
}

const settings = { output_format_json_quote_64bit_integers: 0 } as const;
const select = <Row>(sql: string, env: string) =>
  stage.store.client.select('test', sql, { env }, { settings }) as Promise<Row[]>;
const storedSql = `SELECT agent_key, server, tool, toUnixTimestamp64Milli(occurred_at) AS ms, decision_id, decision, human_key,
  trust_level, ceiling_level, required_level FROM custody.decisions WHERE env_id = {env:String}`;
const flipsSql = `SELECT agent_key, server, tool, decision_id, previous_decision_id, change, toUnixTimestamp64Milli(at) AS at_ms,
  toUnixTimestamp64Milli(not_before) AS not_before_ms, human_key, cause, grant_id
FROM custody.access_changes WHERE env_id = {env:String} AND kind = 'decision' ORDER BY agent_key, server, tool, at_ms`;

/** One more after another with `CUSTODY_TEST_LONG=1`. */
const seeds = process.env.CUSTODY_TEST_LONG === '1' ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];

test.each(seeds)(
  'decisions and grants that arrive in any order leave the flips and causes that one finds who has all at once (seed %i)',
  async (seed) => {
    const envId = `env-flips-oracle-${seed}`;
    const made = random(seed);
    const calls = someCalls(200, made);
    const known = new Map<string, GrantRecord>();
    const consume = () => stage.consume({ mostRows: 90, flipsEveryMs: 100 });
    let consumer = consume();
    const rounds = 4;
    for (let round = 0; round < rounds; round += 1) {
      const facts = Array.from({ length: made.pick([10, 20, 40]) }, () => someFact(envId, made));
      const records = [...facts, ...(round === 0 ? [] : listings(envId, round * 2 - 2))];
      for (const record of records) known.set(grantRecordKey(record), record);
      await stage.testLog.log.append(grantsTopic, records.map(grantValue));
      const fresh = calls.slice((round * calls.length) / rounds, ((round + 1) * calls.length) / rounds);
      const entries = fresh.map((call) => callRecord(envId, call));
      await stage.testLog.log.append(
        decisionsTopic,
        entries.map((entry) => (made.chance(0.1) ? withoutVerdict(entry) : entry)),
      );
      if (round % 2 === 0) {
        await until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);
        await flipsFound(consumer);
      } else {
        await consumer.stop();
        consumer = consume();
      }
    }
    await until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);
    await reattributedTo(stage.testLog.log, consumer);
    await flipsFound(consumer);
    const stored = await select<OracleCall>(storedSql, envId);
    expect(stored).toHaveLength(calls.length);
    const expected = expectedFlips(stored, [...known.values()]);
    expect(await select(flipsSql, envId)).toEqual(expected);
    // Otherwise it shows nothing.
    expect(new Set(expected.map(({ cause }) => cause)).size).toBeGreaterThan(3);
  },
);
