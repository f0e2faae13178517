import { replayHeaders } from '@custody/decision';
import { expect, test } from 'vitest';
import type { TestConsumer } from './kit/consumer.ts';
import { type MadeEntry, makeEntries } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import {
  deadTopic,
  decisionsTopic,
  headersFor,
  jsonRecord,
  lagOf,
  readAll,
  recordOf,
  repairsTopic,
  windowsTopic,
} from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const hour = '2026-10-31T22:00:00.000Z';
const stage = useStage();

const consume = () => stage.consume();

const append = (envId: string, entries: readonly MadeEntry[]) =>
  stage.testLog.log.append(
    decisionsTopic,
    entries.map((entry) => recordOf(entry, envId)),
  );
const drained = () => until('the group has committed', async () => (await lagOf(stage.testLog.log)) === 0);
const requests = async () =>
  (await readAll(stage.testLog.log, repairsTopic)).map(({ key, value }) => ({ key, ...JSON.parse(String(value)) }));
const looked = (consumer: TestConsumer) =>
  until(
    'it has looked for missing decisions',
    async () => ((await consumer.metrics.looks.get()).values[0]?.value ?? 0) > 0,
  );

/** The hour as the poller records it once the source has listed so many decisions in it. */
function closed(envId: string, listed: number) {
  const to = '2026-10-31T23:00:00.000Z';
  const window = { from: hour, to, state: 'closed', proof: 'count', listed, counted: listed, deleted_at_source: 0 };
  const windows = [{ ...window, read_at: '2026-11-01T08:00:00.000Z', reason: '' }];
  const value = { env_id: envId, env_name: envId, hour, windows, updated_at: '2026-11-01T08:00:00.000Z' };
  return stage.testLog.log.append(windowsTopic, [jsonRecord(`${envId}/${hour}`, value)]);
}

test('decisions that the log deleted before they were read are asked for again, by hour', async () => {
  const envId = 'env-gap';
  const entries = makeEntries(50, 71);
  await append(envId, entries.slice(0, 10));
  consume();
  await drained();
  await stage.stopAll();
  await append(envId, entries.slice(10, 40));
  await closed(envId, 50);
  await stage.testLog.expire();
  await append(envId, entries.slice(40));
  consume();
  await until('the hour is asked for', async () => (await requests()).length > 0);
  expect(await requests()).toMatchObject([
    {
      key: `${envId}/${hour}`,
      env_id: envId,
      hour,
      requested_by: 'consumer',
      reason: '30 of 50 listed decisions are neither stored nor dead letters',
    },
  ]);
});

test('nothing is asked for where decisions and dead letters make up what was listed', async () => {
  const envId = 'env-whole';
  await append(envId, makeEntries(20, 72));
  const broken = { key: 'x', value: Buffer.from('{"id": "trunc'), headers: headersFor(envId) };
  // Twice the same: one entry, read again.
  await stage.testLog.log.append(decisionsTopic, [broken, broken]);
  await closed(envId, 21);
  await looked(consume());
  expect(await requests()).toEqual([]);
});

test('nothing is asked for of an hour that expired: nobody knows any more what it lacks', async () => {
  const envId = 'env-expired';
  const row = { env_id: envId, hour: Date.parse(hour) / 1_000 };
  await stage.store.client.insert('test', 'custody_internal.expired_hours', [row]);
  await append(envId, makeEntries(1, 80));
  await closed(envId, 9);
  await looked(consume());
  expect(await requests()).toEqual([]);
});

test('an hour that was asked for is not asked for again by whoever looks next', async () => {
  const envId = 'env-again';
  await append(envId, makeEntries(5, 73));
  await closed(envId, 9);
  await looked(consume());
  await stage.stopAll();
  await looked(consume());
  expect(await requests()).toHaveLength(1);
});

test.each([
  ['stored: it is a row then, and covers for no other that is missing', 9, true, '1 of 9 listed'],
  ['stored: with it, everything is there', 8, true, null],
  ['refused again: it is still one dead letter, however often', 9, false, '1 of 9 listed'],
  ['refused again: with it, everything is there', 8, false, null],
] as const)('a dead letter that was replayed and %s', async (_, listedDecisions, isMended, reason) => {
  const envId = `env-replayed-${listedDecisions}-${isMended}`;
  const [mended, ...others] = makeEntries(8, 74 + listedDecisions);
  if (!mended) throw new Error('no entry');
  await append(envId, others);
  // As a version refused it that did not understand it yet, and again for an hour that was read again.
  const letter = isMended ? recordOf(mended, envId) : { key: 'x', value: Buffer.from('{'), headers: headersFor(envId) };
  const letters = ['0', '1'].map((offset) => ({
    ...letter,
    headers: { ...letter.headers, 'custody-attempt': '1', 'custody-origin': `${decisionsTopic}/0/999${offset}` },
  }));
  await stage.testLog.log.append(deadTopic, letters);
  const replays = letters.slice(0, 1).map((one) => ({ ...one, headers: replayHeaders(one.headers) }));
  await stage.testLog.log.append(decisionsTopic, replays);
  await closed(envId, listedDecisions);
  await looked(consume());
  expect((await requests()).map((request) => request.reason)).toEqual(
    reason === null ? [] : [`${reason} decisions are neither stored nor dead letters`],
  );
});
