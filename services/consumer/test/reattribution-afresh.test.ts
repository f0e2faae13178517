import { attribute, GrantHistory } from '@custody/attribution';
import { decisionOf, type GrantRecord, grantRecordKey } from '@custody/decision';
import { beforeEach, expect, test } from 'vitest';
import { at, type Call, callRecord, grantValue, listings } from './kit/calls.ts';
import { random } from './kit/random.ts';
import { reattributedTo } from './kit/reattributed.ts';
import { someCall, someFact } from './kit/some-history.ts';
import { useStage } from './kit/stage.ts';
import { decisionsTopic, grantsTopic, lagOf } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();
beforeEach(() => stage.store.client.command('test', 'TRUNCATE TABLE custody_internal.reattribution_progress'));

/** The columns of a row, from a decision attributed afresh with all that there is to know. */
function expectedRow(envId: string, call: Call, history: GrantHistory) {
  const { value } = callRecord(envId, call);
  const outcome = decisionOf(JSON.parse(Buffer.from(value ?? '').toString('utf8')));
  if (outcome.outcome !== 'kept') throw new Error('the entry is not understood');
  const decision = outcome.value;
  const found = attribute(decision, envId, history);
  return {
    id: decision.id,
    agent_name: history.identity(envId, decision.agentKey)?.name ?? '',
    human_key: found.humanKey,
    human_name: found.humanName,
    human_email: found.humanEmail,
    human_candidates: found.candidates,
    attribution: found.certainty,
    evidence: found.evidence,
    trust_level: found.trustLevel,
    ceiling_level: found.ceilingLevel,
    required_level: found.requiredLevel,
    consent_id: found.consentId,
    consented_ms: found.consentAtMs ?? 0,
  };
}

const storedSql = `SELECT toString(decision_id) AS id, agent_name, human_key, human_name, human_email, human_candidates,
  attribution, evidence, trust_level, ceiling_level, required_level, consent_id,
  toUnixTimestamp64Milli(consented_at) AS consented_ms
FROM custody_internal.decisions FINAL WHERE env_id = {env:String} ORDER BY id`;

/** One more after another with `CUSTODY_TEST_LONG=1`. */
const seeds = process.env.CUSTODY_TEST_LONG === '1' ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];

test.each(seeds)(
  'grants that arrive in any order, whenever, leave what attributing every row afresh gives (seed %i)',
  async (seed) => {
    const envId = `env-afresh-${seed}`;
    const made = random(seed);
    const [history, known] = [new GrantHistory(), new Map<string, GrantRecord>()];
    const calls = Array.from({ length: 300 }, (_, n) => someCall(n, made));
    let consumer = stage.consume({ mostRows: 90 });
    const rounds = 6;
    for (let round = 0; round < rounds; round += 1) {
      const facts = Array.from({ length: made.pick([1, 3, 12]) }, () => someFact(envId, made));
      const again = [...known.values()].filter((fact) => fact.kind !== 'listing' && made.chance(0.2));
      const changed = again.map(
        (fact) => ({ ...fact, last_seen: at(made.hours()), first_missing: at(made.hours()) }) as GrantRecord,
      );
      const listed = made.chance(0.6) ? listings(envId, round - 4).filter(() => made.chance(0.7)) : [];
      const records = [...facts, ...changed, ...listed];
      for (const record of records) {
        history.apply(record);
        known.set(grantRecordKey(record), record);
      }
      await stage.testLog.log.append(grantsTopic, records.map(grantValue));
      const fresh = calls.slice((round * calls.length) / rounds, ((round + 1) * calls.length) / rounds);
      await stage.testLog.log.append(
        decisionsTopic,
        fresh.map((call) => callRecord(envId, call)),
      );
      if (round % 3 !== 2) continue;
      // Half of what was learned is left to another one, who derives it again.
      await consumer.stop();
      consumer = stage.consume({ mostRows: 90 });
    }
    await until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);
    await reattributedTo(stage.testLog.log, consumer);
    const rows = await stage.store.client.select(
      'test',
      storedSql,
      { env: envId },
      { settings: { output_format_json_quote_64bit_integers: 0 } },
    );
    const expected = calls.map((call) => expectedRow(envId, call, history)).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(rows).toEqual(expected);
  },
);
