import { formatTimestamp, type GrantRecord, hourMs } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DecisionBlock,
  type DecisionReading,
  readDecision,
  type StoreClient,
  writeDecisions,
  writeFacts,
} from '../src/index.ts';
import { everything } from '../src/questions/scope.ts';
import { startMigratedEngine as startEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';
import { sealHours } from './seal-hours.ts';

const envId = 'env-1';
const startMs = Date.UTC(2026, 4, 8, 7);
let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const seen = {
  ...{ env_id: envId, valid_from: formatTimestamp(startMs - hourMs), first_seen: formatTimestamp(startMs - hourMs) },
  ...{ last_seen: formatTimestamp(startMs), first_missing: null },
};
const consent: GrantRecord = {
  ...{ ...seen, kind: 'consent', grant_id: 'consent-1', level: 'medium' },
  ...{ agent_key: 'agent|a1', human_key: 'human|h1', server: 'linear' },
};
const named = (name: string): GrantRecord => ({
  ...{ ...seen, kind: 'identity', grant_id: 'agent|a1', user_key: 'agent|a1', name, email: '' },
});

test('a decision is told again without being read, until anything is written of what it is told with', async () => {
  const asked: string[] = [];
  const select: StoreClient['select'] = (name, ...rest) => {
    asked.push(name);
    return engine.client.select(name, ...rest);
  };
  const client: StoreClient = { ...engine.client, select };
  const store = (id: number, over: { humanKey?: string; grantsPosition?: number } = {}) =>
    writeDecisions(engine.client, DecisionBlock.of([makeRow({ id: uuid(id), atMs: startMs + id, ...over })]), {
      keepEntries: true,
    });
  const read = async (): Promise<DecisionReading> => {
    const reading = await readDecision(client, uuid(1), everything);
    if (reading === 'none') throw new Error('it is stored');
    return reading;
  };
  const isRead = () => asked.splice(0).some((name) => name.startsWith('decision.'));
  /** What is told after something was written: read once, and then known. */
  const readOnce = async () => {
    const reading = await read();
    expect(isRead()).toBe(true);
    await read();
    asked.length = 0;
    expect(await read()).toEqual(reading);
    expect(isRead()).toBe(false);
    return reading;
  };
  await store(1);
  await writeFacts(engine.client, [
    { record: consent, position: 1 },
    { record: named('Cursor'), position: 2 },
  ]);
  const first = await readOnce();
  expect(first).toMatchObject({ row: { human_key: 'human|h1' }, seal: { sealings: 0, is_expired: false } });
  expect(first.grants).toEqual([
    expect.objectContaining({
      kind: 'consent',
      grant_id: 'consent-1',
      agent_name: 'Cursor',
      human_name: '',
      active: true,
    }),
  ]);
  expect(first.entry?.entry).toContain(uuid(1));

  await writeFacts(engine.client, [{ record: named('Cursor 2'), position: 3 }]);
  expect((await readOnce()).grants[0]?.agent_name).toBe('Cursor 2');
  const completed_at = formatTimestamp(startMs + 5 * hourMs);
  const listing: GrantRecord = {
    kind: 'listing',
    env_id: envId,
    of: 'consent',
    first_completed_at: seen.first_seen,
    completed_at,
  };
  await writeFacts(engine.client, [{ record: listing, position: 4 }]);
  expect(Date.parse((await readOnce()).grants[0]?.last_seen ?? '')).toBe(startMs + 5 * hourMs);

  await sealHours(engine.client, envId, [startMs]);
  expect((await readOnce()).seal).toMatchObject({ sealings: 1, is_current: true });
  await store(2);
  expect((await readOnce()).seal).toMatchObject({ sealings: 1, is_current: false });
  await store(1, { humanKey: 'human|h2', grantsPosition: 9 });
  expect((await readOnce()).row.human_key).toBe('human|h2');
  // Whoever may see less of it is told less, whatever is kept for others.
  const ofOthers = { ...everything, humans: ['human|h1'] };
  expect(await readDecision(client, uuid(1), ofOthers)).toBe('none');

  await engine.client.command(
    'test',
    `INSERT INTO custody_internal.entry_details (env_id, occurred_at, decision_id, entry, ingested_at)
     SELECT env_id, occurred_at, decision_id, 'in detail', now64(3) FROM custody_internal.entries WHERE decision_id = '${uuid(1)}' LIMIT 1`,
  );
  expect((await readOnce()).entry).toEqual({ entry: 'in detail', is_detailed: true });
  await engine.client.command(
    'test',
    `INSERT INTO custody_internal.expired_hours (env_id, hour) VALUES ('${envId}', ${startMs / 1_000})`,
  );
  expect((await readOnce()).seal).toMatchObject({ is_expired: true, is_current: true });
});
