import { describe, expect, test } from 'vitest';
import { type ConsumerStore, clickhouseStore } from '../src/consumer-store.ts';
import { makeEntries } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import { decisionsTopic, grantsTopic, hourRecord, jsonRecord, lagOf, recordOf, windowsTopic } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();

const consume = (into?: ConsumerStore) => stage.consume(into && { into });

const committed = (topic: string, group: string) =>
  until(`${group} has committed`, async () => (await lagOf(stage.testLog.log, topic, group)) === 0);

async function windowsOf(env: string): Promise<unknown[]> {
  return stage.store.client.select('test', 'SELECT state, proof FROM custody.windows WHERE env_id = {env:String}', {
    env,
  });
}

describe('windows', () => {
  test('are stored as last written; keys that hold no hour and values not understood are passed over', async () => {
    await stage.testLog.log.append(windowsTopic, [
      jsonRecord('installation/source', { source: 'simulator' }),
      jsonRecord('env-w/broken', { hour: 5 }),
      hourRecord('env-w', 'open', '2026-11-01T08:00:00.000Z'),
    ]);
    const consumer = consume();
    await committed(windowsTopic, 'custody.consumer.windows');
    expect(await windowsOf('env-w')).toEqual([{ state: 'open', proof: '' }]);
    await stage.testLog.log.append(windowsTopic, [hourRecord('env-w', 'closed', '2026-11-01T08:05:00.000Z')]);
    await committed(windowsTopic, 'custody.consumer.windows');
    expect(await windowsOf('env-w')).toEqual([{ state: 'closed', proof: 'count' }]);
    expect(await consumer.total('unreadableValues')).toBe(1);
  });

  test('are not visible before the decisions they prove', async () => {
    const envId = 'env-proof';
    const gate = Promise.withResolvers<void>();
    const real = clickhouseStore(stage.store.client);
    const order: string[] = [];
    const gated: ConsumerStore = {
      ...real,
      async writeDecisions(block, signal) {
        await gate.promise;
        order.push('decisions');
        await real.writeDecisions(block, signal);
      },
      async writeWindows(hours, signal) {
        order.push('windows');
        await real.writeWindows(hours, signal);
      },
      async writeFacts(records, signal) {
        order.push('facts');
        await real.writeFacts(records, signal);
      },
    };
    const entries = makeEntries(300, 41).map((entry) => ({ ...recordOf(entry, envId), key: 'one partition' }));
    await stage.testLog.log.append(decisionsTopic, entries);
    await stage.testLog.log.append(windowsTopic, [hourRecord(envId, 'closed', '2026-11-01T08:05:00.000Z')]);
    await stage.testLog.log.append(grantsTopic, [
      jsonRecord(`${envId}/listing/consent`, {
        kind: 'listing',
        env_id: envId,
        of: 'consent',
        first_completed_at: '2026-11-01T08:00:00.000Z',
        completed_at: '2026-11-01T08:00:00.000Z',
      }),
    ]);
    consume(gated);
    // The other copy does not wait, so by then the windows have been read too.
    await until('facts are stored', () => order.includes('facts'));
    expect(await windowsOf(envId)).toEqual([]);
    gate.resolve();
    await committed(windowsTopic, 'custody.consumer.windows');
    expect(order).toEqual(['facts', 'decisions', 'windows']);
    expect(await windowsOf(envId)).toHaveLength(1);
    expect((await stage.store.counts(envId)).rows).toBe(300);
  });
});

describe('grants', () => {
  test('are stored with the position after them, and a restart stores none again', async () => {
    const envId = 'env-facts';
    const times = { valid_from: null, first_seen: '2026-11-01T08:00:00.000Z', last_seen: '2026-11-01T08:00:00.000Z' };
    const shared = { env_id: envId, ...times, first_missing: null };
    const ceiling = { kind: 'ceiling', grant_id: 'g1', ...shared, human_key: 'human|a', server: 's', level: 'low' };
    await stage.testLog.log.append(grantsTopic, [
      jsonRecord('a', ceiling),
      jsonRecord('b', { ...ceiling, grant_id: 'g2', level: 'high' }),
    ]);
    const writes: number[] = [];
    const real = clickhouseStore(stage.store.client);
    const counting: ConsumerStore = {
      ...real,
      async writeFacts(records, signal) {
        writes.push(records.length);
        await real.writeFacts(records, signal);
      },
    };
    const first = consume(counting);
    await committed(grantsTopic, 'custody.consumer.grants');
    const sql =
      'SELECT grant_id, level, toUInt32(position) AS position FROM custody_internal.facts FINAL WHERE env_id = {env:String} ORDER BY 1';
    expect(await stage.store.client.select('test', sql, { env: envId })).toEqual([
      { grant_id: 'g1', level: 'low', position: 1 },
      { grant_id: 'g2', level: 'high', position: 2 },
    ]);
    await first.stop();
    consume(counting);
    await stage.testLog.log.append(grantsTopic, [jsonRecord('c', { ...ceiling, grant_id: 'g3' })]);
    await committed(grantsTopic, 'custody.consumer.grants');
    expect(writes.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});
