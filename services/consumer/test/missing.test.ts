import { expect, test } from 'vitest';
import type { TestConsumer } from './kit/consumer.ts';
import { type MadeEntry, makeEntries } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import {
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

test('an hour that was asked for is not asked for again by whoever looks next', async () => {
  const envId = 'env-again';
  await append(envId, makeEntries(5, 73));
  await closed(envId, 9);
  await looked(consume());
  await stage.stopAll();
  await looked(consume());
  expect(await requests()).toHaveLength(1);
});
