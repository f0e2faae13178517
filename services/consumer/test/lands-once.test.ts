import { describe, expect, test } from 'vitest';
import { brokenRecords, type MadeEntry, makeEntries, makeEntry } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import { brokenRecordOf, deadTopic, decisionsTopic, headersFor, lagOf, readAll, recordOf } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();

const consume = (group?: string) => stage.consume({ group });

const handled = (group?: string) =>
  until('everything is committed', async () => (await lagOf(stage.testLog.log, decisionsTopic, group)) === 0);

async function expectExactly(envId: string, entries: readonly MadeEntry[]): Promise<void> {
  const rows = await stage.store.rows(envId);
  expect(await stage.store.counts(envId)).toEqual({ rows: entries.length, ids: entries.length });
  for (const { expected } of entries) expect(rows.get(expected.decision_id)).toMatchObject(expected);
}

describe('a decision lands once', () => {
  test('however it is written and however often it comes, with its entry byte for byte', async () => {
    const entries = makeEntries(2_000, 1);
    const records = entries.map((entry) => recordOf(entry, 'env-once'));
    await stage.testLog.log.append(decisionsTopic, records);
    consume();
    await stage.testLog.log.append(decisionsTopic, records.filter((_, n) => n % 3 === 0).reverse());
    await stage.testLog.log.append(
      decisionsTopic,
      records.slice(500, 900).flatMap((record) => [record, record]),
    );
    await handled();
    await expectExactly('env-once', entries);
    const stored = await stage.store.entryBytes('env-once');
    const decoder = new TextDecoder();
    for (const { expected, bytes } of entries) expect(stored.get(expected.decision_id)).toBe(decoder.decode(bytes));
  });

  test('when the topic is read again from its beginning by another group', async () => {
    const entries = makeEntries(1_500, 2);
    await stage.testLog.log.append(
      decisionsTopic,
      entries.map((entry) => recordOf(entry, 'env-replay')),
    );
    consume();
    await handled();
    consume('custody.consumer.again');
    await handled('custody.consumer.again');
    await expectExactly('env-replay', entries);
  });

  test('when two consumers of one group share the topic', async () => {
    const entries = makeEntries(3_000, 3);
    const records = entries.map((entry) => recordOf(entry, 'env-two'));
    const other = stage.consume({ log: await stage.testLog.reopen() });
    const one = consume();
    for (let from = 0; from < records.length; from += 100) {
      await stage.testLog.log.append(decisionsTopic, records.slice(from, from + 100));
    }
    await handled();
    const both = async () => (await one.total('records')) > 0 && (await other.total('records')) > 0;
    await until('each took its share', async () => {
      await stage.testLog.log.append(decisionsTopic, records.slice(0, 100));
      await handled();
      return both();
    });
    await expectExactly('env-two', entries);
  });
});

describe('a record that cannot be understood', () => {
  test('is a dead letter with bytes, key and headers untouched, among decisions that land', async () => {
    const entries = makeEntries(300, 4);
    const broken = brokenRecords();
    const good = entries.map((entry) => recordOf(entry, 'env-dead'));
    const bad = broken.map((one) => brokenRecordOf(one, 'env-dead'));
    await stage.testLog.log.append(decisionsTopic, [...good.slice(0, 150), ...bad, ...good.slice(150)]);
    consume();
    await handled();
    await expectExactly('env-dead', entries);
    const letters = await readAll(stage.testLog.log, deadTopic);
    const appended = await readAll(stage.testLog.log, decisionsTopic);
    expect(letters.map(({ headers }) => headers['custody-fault']).sort()).toEqual(
      broken.map(({ fault }) => fault).sort(),
    );
    for (const letter of letters) {
      const [topic, partition, offset] = (letter.headers['custody-origin'] ?? '').split('/');
      const origin = appended.find((one) => String(one.partition) === partition && String(one.offset) === offset);
      expect(topic).toBe(decisionsTopic);
      expect(letter.key).toBe(origin?.key);
      expect(letter.value && Buffer.from(letter.value)).toEqual(origin?.value && Buffer.from(origin.value));
      expect(letter.headers).toMatchObject(origin?.headers ?? { origin: 'not found' });
      expect(letter.headers).toMatchObject({ 'custody-step': 'validate', 'custody-attempt': '1' });
      expect(Date.parse(letter.headers['custody-failed-at'] ?? '')).toBeGreaterThan(Date.UTC(2026, 0));
    }
  });

  test('counts its attempts when it is replayed', async () => {
    const headers = { ...headersFor('env-attempt'), 'custody-attempt': '2' };
    await stage.testLog.log.append(decisionsTopic, [{ key: 'k', value: Uint8Array.of(1, 2), headers }]);
    consume();
    await handled();
    const [letter] = await readAll(stage.testLog.log, deadTopic);
    expect(letter?.headers['custody-attempt']).toBe('3');
  });

  test('is an id that comes with another timestamp, in the same batch or a later one', async () => {
    const [first, ...others] = makeEntries(50, 5);
    if (!first) throw new Error('no entry');
    const later = new TextDecoder()
      .decode(makeEntry(0, 5).bytes)
      .replace('2026-10-31T22:30:00.000Z', '2026-10-31T22:30:00.001Z');
    const conflicting = { ...recordOf(first, 'env-conflict'), value: new TextEncoder().encode(later) };
    await stage.testLog.log.append(decisionsTopic, [recordOf(first, 'env-conflict'), conflicting]);
    consume();
    await handled();
    await stage.testLog.log.append(decisionsTopic, [
      ...others.map((one) => recordOf(one, 'env-conflict')),
      conflicting,
    ]);
    await handled();
    await expectExactly('env-conflict', [first, ...others]);
    const letters = await readAll(stage.testLog.log, deadTopic);
    expect(
      letters.map(({ headers, value }) => [headers['custody-fault'], value && new TextDecoder().decode(value)]),
    ).toEqual([
      ['conflicting_entry', later],
      ['conflicting_entry', later],
    ]);
    expect(letters[0]?.headers['custody-step']).toBe('recognize');
  });

  test('is an id that comes with another timestamp also when it comes first after a restart', async () => {
    const entries = makeEntries(20, 6);
    const records = entries.map((entry) => recordOf(entry, 'env-restart'));
    const later = entries.map(({ bytes }) => new TextDecoder().decode(bytes).replace(/T\d\d:/, 'T11:'));
    const conflicting = records.map((record, n) => ({ ...record, value: new TextEncoder().encode(later[n]) }));
    await stage.testLog.log.append(decisionsTopic, records);
    await consume().started;
    await handled();
    await stage.stopAll();
    await stage.testLog.log.append(decisionsTopic, [...conflicting, ...records]);
    consume();
    await handled();
    await expectExactly('env-restart', entries);
    const letters = await readAll(stage.testLog.log, deadTopic);
    expect(letters.map(({ headers }) => headers['custody-fault'])).toEqual(entries.map(() => 'conflicting_entry'));
  });
});
