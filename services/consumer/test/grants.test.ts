import type { Log } from '@custody/log';
import { describe, expect, test } from 'vitest';
import { type MadeEntry, makeEntries, startMs } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import { decisionsTopic, grantsTopic, jsonRecord, knowingNothing, lagOf, recordOf, spread } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();

const consume = (log: Log, group?: string) => stage.consume({ log, group });

const handled = (group?: string) =>
  until('everything is committed', async () => (await lagOf(stage.testLog.log, decisionsTopic, group)) === 0);

const dayMs = 86_400_000;
const at = (offsetMs: number) => new Date(startMs + offsetMs).toISOString();
const held = { valid_from: at(-dayMs), first_seen: at(-dayMs), last_seen: at(dayMs), first_missing: null };

function consentRecord(envId: string, client: number, human: string) {
  const agent = `agent|client_${client}`;
  const id = `${agent}/${human}`;
  const consent = { kind: 'consent', grant_id: id, env_id: envId, ...held, agent_key: agent, human_key: human };
  return jsonRecord(`${envId}/consent/${id}`, { ...consent, server: 'server-0', level: 'high' });
}

function listingRecord(envId: string) {
  const times = { first_completed_at: at(-dayMs), completed_at: at(dayMs) };
  return jsonRecord(`${envId}/listing/consent`, { kind: 'listing', env_id: envId, of: 'consent', ...times });
}

function identityRecord(envId: string, key: string, name: string) {
  const identity = {
    kind: 'identity',
    grant_id: key,
    env_id: envId,
    ...held,
    user_key: key,
    name,
    email: `${name}@x.y`,
  };
  return jsonRecord(`${envId}/identity/${key}`, identity);
}

/** One agent's calls to one server. */
function callsOf(client: number): MadeEntry[] {
  return makeEntries(2_000, 21).filter(
    ({ expected }) => expected.agent_key === `agent|client_${client}` && expected.server === 'server-0',
  );
}

describe('attribution', () => {
  test('names the human of the consent, and the agent by its identity, with the position it knew', async () => {
    const entries = callsOf(3);
    const envId = 'env-human';
    await stage.testLog.log.append(grantsTopic, [
      consentRecord(envId, 3, 'human|alice'),
      listingRecord(envId),
      identityRecord(envId, 'human|alice', 'Alice'),
      identityRecord(envId, 'agent|client_3', 'Cursor'),
    ]);
    await stage.testLog.log.append(
      decisionsTopic,
      entries.map((entry) => recordOf(entry, envId)),
    );
    consume(stage.testLog.log);
    await handled();
    const rows = [...(await stage.store.rows(envId)).values()];
    expect(rows).toHaveLength(entries.length);
    for (const row of rows) {
      expect(row).toMatchObject({
        human_key: 'human|alice',
        attribution: 'exact',
        agent_name: 'Cursor',
        grants_position: 4,
      });
      expect(row.env_name).toBe(`name of ${envId}`);
    }
  });

  test('waits for the end of the grants topic before the first decision', async () => {
    const entries = callsOf(4);
    const envId = 'env-wait';
    const grants = [...Array(40).keys()].map((n) => identityRecord(envId, `human|${n}`, `h${n}`));
    await stage.testLog.log.append(grantsTopic, [
      ...grants,
      consentRecord(envId, 4, 'human|bob'),
      listingRecord(envId),
    ]);
    await stage.testLog.log.append(
      decisionsTopic,
      entries.map((entry) => recordOf(entry, envId)),
    );
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const slow: Log = {
      ...spread(stage.testLog.log),
      follow: (options) =>
        stage.testLog.log.follow({
          ...options,
          onRecords: async (records) => {
            order.push('grants read');
            await gate.promise;
            for (const record of records) await options.onRecords([record]);
            order.push('grants applied');
          },
        }),
      consume(options) {
        if (options.topics.includes(decisionsTopic)) order.push('decisions asked for');
        return stage.testLog.log.consume(options);
      },
    };
    const consumer = consume(slow);
    await until('grants are being read', () => order.length > 0);
    expect(await lagOf(stage.testLog.log)).toBe(entries.length);
    gate.resolve();
    await consumer.started;
    await handled();
    // Asked for once by each of its two members; whoever attributes stored decisions anew reads grants once more, later.
    const first = ['grants read', 'grants applied', 'decisions asked for', 'decisions asked for'];
    expect(order.slice(0, 4)).toEqual(first);
    const rows = [...(await stage.store.rows(envId)).values()];
    expect(rows).toHaveLength(entries.length);
    for (const row of rows) expect(row).toMatchObject({ human_key: 'human|bob', grants_position: 42 });
  });

  test('made with older knowledge never overwrites one made with newer', async () => {
    const entries = callsOf(5);
    const envId = 'env-versions';
    await stage.testLog.log.append(
      decisionsTopic,
      entries.map((entry) => recordOf(entry, envId)),
    );
    const early = stage.testLog.log;
    const zombie: Log = { ...spread(early), follow: knowingNothing };
    await stage.testLog.log.append(grantsTopic, [consentRecord(envId, 5, 'human|carol'), listingRecord(envId)]);
    const informed = consume(early);
    await handled();
    await informed.stop();
    consume(zombie, 'zombies');
    await handled('zombies');
    expect(await stage.store.counts(envId)).toEqual({ rows: entries.length, ids: entries.length });
    for (const row of (await stage.store.rows(envId)).values()) {
      expect(row).toMatchObject({ human_key: 'human|carol', grants_position: 2 });
    }
  });

  test('made with newer knowledge replaces one made with older', async () => {
    const entries = callsOf(6);
    const envId = 'env-newer';
    const records = entries.map((entry) => recordOf(entry, envId));
    await stage.testLog.log.append(decisionsTopic, records);
    const consumer = consume(stage.testLog.log);
    await handled();
    const before = [...(await stage.store.rows(envId)).values()];
    for (const row of before) expect(row).toMatchObject({ human_key: '', grants_position: 0 });
    await stage.testLog.log.append(grantsTopic, [consentRecord(envId, 6, 'human|dan'), listingRecord(envId)]);
    await until('the grant is known', async () => {
      const { values } = await consumer.metrics.grantsPosition.get();
      return values[0]?.value === 2;
    });
    await stage.testLog.log.append(decisionsTopic, records);
    await handled();
    expect(await stage.store.counts(envId)).toEqual({ rows: entries.length, ids: entries.length });
    for (const row of (await stage.store.rows(envId)).values()) expect(row).toMatchObject({ human_key: 'human|dan' });
  });

  test('goes on past a grant that cannot be understood, and counts it', async () => {
    const entries = callsOf(7);
    const envId = 'env-poison';
    await stage.testLog.log.append(grantsTopic, [
      jsonRecord('future', { kind: 'from the future' }),
      { key: 'garbage', value: Uint8Array.of(0xff, 1) },
      consentRecord(envId, 7, 'human|eve'),
      listingRecord(envId),
    ]);
    await stage.testLog.log.append(
      decisionsTopic,
      entries.map((entry) => recordOf(entry, envId)),
    );
    const consumer = consume(stage.testLog.log);
    await handled();
    for (const row of (await stage.store.rows(envId)).values()) expect(row).toMatchObject({ human_key: 'human|eve' });
    // Once for attribution, once for the copy in the store.
    await until('both are counted', async () => (await consumer.total('unreadableValues')) === 4);
  });
});
