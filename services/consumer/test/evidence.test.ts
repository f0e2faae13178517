import type { NewRecord } from '@custody/log';
import { entryOfDecision, runQuery } from '@custody/store';
import { describe, expect, test } from 'vitest';
import { useStage } from './kit/stage.ts';
import { deadTopic, decisionsTopic, grantsTopic, headersFor, jsonRecord, lagOf, readAll } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();

const atMs = Date.UTC(2026, 9, 31, 22, 30);
const agent = 'agent|shared';
const idOf = (n: number) => `5ee5ee5e-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const occurredMs = (n: number) => atMs + n * 1_000;

interface Entry {
  readonly n: number;
  readonly isDenied?: boolean;
  readonly debug?: unknown;
  readonly timestamp?: string;
}

/** An entry as the list has it, or with the engine's debug output as the detail has it. */
function textOf({ n, isDenied = false, debug, timestamp = new Date(occurredMs(n)).toISOString() }: Entry): string {
  const raw = debug === undefined ? {} : { raw_data: { timestamp, result: { allow: !isDenied, debug } } };
  const call = { user_key: agent, resource_type: 'linear', action: 'create_issue', decision: !isDenied };
  return JSON.stringify({ id: idOf(n), timestamp, ...call, ...raw });
}

const naming = (subject: string) => ({
  rebac: { allowing_roles: [{ role: 'linear#low', sources: [{ resource: `user_profile:${subject}` }] }] },
});
const allowedDetail = (n: number): Entry => ({ n, debug: naming('alice') });

function listed(envId: string, entry: Entry): NewRecord {
  return { key: agent, value: Buffer.from(textOf(entry)), headers: headersFor(envId) };
}

function detailed(envId: string, entry: Entry): NewRecord {
  const listedAt = new Date(occurredMs(entry.n)).toISOString();
  const headers = { ...headersFor(envId), 'custody-form': 'detailed', 'custody-listed-at': listedAt };
  return { key: agent, value: Buffer.from(textOf(entry)), headers };
}

const seen = { valid_from: '2026-01-01T00:00:00.000Z', first_seen: '2026-01-02T00:00:00.000Z', first_missing: null };

function consentOf(envId: string, subject: string, agentKey = agent): NewRecord {
  const grant = { kind: 'consent', grant_id: `${agentKey}-${subject}`, env_id: envId, ...seen };
  const record = {
    ...grant,
    last_seen: '2026-12-30T00:00:00.000Z',
    agent_key: agentKey,
    human_key: `human|${subject}`,
  };
  const key = `${envId}/consent/${grant.grant_id}/${seen.valid_from}`;
  return jsonRecord(key, { ...record, server: 'linear', level: 'high' });
}

const consume = (group?: string) => stage.consume({ group });

const append = (records: readonly NewRecord[]) => stage.testLog.log.append(decisionsTopic, records);
const handled = (group?: string) =>
  until('everything is committed', async () => (await lagOf(stage.testLog.log, decisionsTopic, group)) === 0);

async function stored(envId: string) {
  const sql = `SELECT toString(decision_id) AS id, toUnixTimestamp64Milli(occurred_at) AS ms, human_key, attribution, evidence,
    reason_code, agent_key, has_detail, toUInt32(attributed_at_position) AS position
FROM custody_internal.decisions FINAL WHERE env_id = {env:String} ORDER BY occurred_at`;
  return (await stage.store.client.select('test', sql, { env: envId })) as Record<string, unknown>[];
}

async function entryOf(envId: string, n: number) {
  const where = { env_id: envId, occurred_at_ms: occurredMs(n), id: idOf(n) };
  return (await runQuery(stage.store.client, entryOfDecision, where))[0]?.entry;
}

const exact = { human_key: 'human|alice', attribution: 'exact', evidence: 'rebac', has_detail: true };

async function shareAgent(envId: string): Promise<void> {
  await stage.testLog.log.append(grantsTopic, [consentOf(envId, 'alice'), consentOf(envId, 'bob')]);
}

describe('more evidence of a decision', () => {
  test('turns an ambiguous decision into an exact one, still one row, and keeps both entries as they were sent', async () => {
    const envId = 'env-more';
    await shareAgent(envId);
    await append([listed(envId, { n: 1 })]);
    consume();
    await handled();
    expect(await stored(envId)).toMatchObject([{ attribution: 'ambiguous', human_key: '', has_detail: false }]);
    await append([detailed(envId, allowedDetail(1))]);
    await handled();
    expect(await stored(envId)).toMatchObject([exact]);
    expect(await stage.store.counts(envId)).toEqual({ rows: 1, ids: 1 });
    expect((await stage.store.entryBytes(envId)).get(idOf(1))).toBe(textOf({ n: 1 }));
    expect(await entryOf(envId, 1)).toBe(textOf(allowedDetail(1)));
  });

  test('stays whatever comes first: detail before list, both in one batch, and the list again later', async () => {
    const envId = 'env-order';
    await shareAgent(envId);
    await append([detailed(envId, allowedDetail(1))]);
    await append([listed(envId, { n: 2 }), detailed(envId, allowedDetail(2)), listed(envId, { n: 2 })]);
    consume();
    await handled();
    expect(await stored(envId)).toMatchObject([exact, exact]);
    for (let round = 0; round < 3; round += 1) {
      await append([listed(envId, { n: 1 }), listed(envId, { n: 2 })]);
      await handled();
      expect(await stored(envId)).toMatchObject([exact, exact]);
      for (const n of [1, 2]) expect(await entryOf(envId, n)).toBe(textOf(allowedDetail(n)));
    }
    expect((await stage.store.entryBytes(envId)).get(idOf(1))).toBe(textOf({ n: 1 }));
  });

  test('survives a replay of the whole topic at every moment of it, beside the group that reads it first', async () => {
    const envId = 'env-replay';
    await shareAgent(envId);
    const numbers = Array.from({ length: 400 }, (_, n) => n);
    await append(numbers.map((n) => listed(envId, { n })));
    await append(numbers.map((n) => detailed(envId, allowedDetail(n))));
    consume();
    await handled();
    stage.consume({ log: await stage.testLog.reopen(), group: 'custody.again' });
    let looks = 0;
    await until('the replay is at its end', async () => {
      const rows = await stored(envId);
      expect(rows).toHaveLength(numbers.length);
      expect(rows.filter(({ attribution }) => attribution !== 'exact')).toEqual([]);
      looks += 1;
      return (await lagOf(stage.testLog.log, decisionsTopic, 'custody.again')) === 0;
    });
    expect(looks).toBeGreaterThan(0);
  });

  test('stays although two consumers share the topic and lists are read again all the while', async () => {
    const envId = 'env-two';
    await shareAgent(envId);
    stage.consume({ log: await stage.testLog.reopen() });
    consume();
    for (let n = 0; n < 200; n += 20) {
      const numbers = Array.from({ length: 20 }, (_, i) => n + i);
      await append(numbers.flatMap((one) => [listed(envId, { n: one }), detailed(envId, allowedDetail(one))]));
      await append(numbers.map((one) => listed(envId, { n: one })));
    }
    await handled();
    const rows = await stored(envId);
    expect(rows).toHaveLength(200);
    expect(rows.filter(({ attribution }) => attribution !== 'exact')).toEqual([]);
  });

  test('the listed entry never replaces it, however new the grants that it was attributed with', async () => {
    const envId = 'env-newer';
    await shareAgent(envId);
    await append([detailed(envId, allowedDetail(1))]);
    const consumer = consume();
    await handled();
    await consumer.stop();
    await stage.testLog.log.append(grantsTopic, [consentOf(envId, 'alice', 'agent|other')]);
    await append([listed(envId, { n: 1 })]);
    consume();
    await handled();
    expect(await stored(envId)).toMatchObject([{ ...exact, position: 2 }]);
  });

  test('of a denial tells the code, and the caller that the list left out', async () => {
    const envId = 'env-denied';
    await stage.testLog.log.append(grantsTopic, [
      consentOf(envId, 'alice'),
      jsonRecord(`${envId}/listing/consent`, {
        ...{ kind: 'listing', env_id: envId, of: 'consent' },
        ...{ first_completed_at: seen.first_seen, completed_at: '2026-12-30T00:00:00.000Z' },
      }),
    ]);
    const timestamp = new Date(occurredMs(1)).toISOString();
    const bare = JSON.stringify({ id: idOf(1), timestamp, decision: false, reason: 'computer says no' });
    await append([{ ...listed(envId, { n: 1 }), value: Buffer.from(bare) }]);
    consume();
    await handled();
    expect(await stored(envId)).toMatchObject([{ attribution: 'unknown', reason_code: 'other', agent_key: '' }]);
    const rebac = { allow: false, code: 'no_graph_roles' };
    await append([detailed(envId, { n: 1, isDenied: true, debug: { rebac } })]);
    await handled();
    expect(await stored(envId)).toMatchObject([
      {
        ...{ human_key: 'human|alice', attribution: 'exact', evidence: 'consent' },
        ...{ reason_code: 'no_graph_roles', agent_key: agent },
      },
    ]);
  });

  test('with another time than the listed one is a dead letter, seen before or not', async () => {
    const envId = 'env-conflict';
    const moved = { ...allowedDetail(1), timestamp: new Date(occurredMs(1) + 1).toISOString() };
    await append([detailed(envId, moved)]);
    consume();
    await handled();
    expect(await stage.store.counts(envId)).toEqual({ rows: 0, ids: 0 });
    await append([listed(envId, { n: 1 }), detailed(envId, moved)]);
    await handled();
    expect(await stage.store.counts(envId)).toEqual({ rows: 1, ids: 1 });
    const letters = await readAll(stage.testLog.log, deadTopic);
    expect(letters.map(({ headers }) => headers['custody-fault'])).toEqual(['conflicting_entry', 'conflicting_entry']);
  });
});
