import { formatTimestamp, hourMs } from '@custody/decision';
import { expect, test, vi } from 'vitest';
import { clickhouseVerifierStore } from '../src/verify/verifier-store.ts';
import { idsOf, never, type StagedSealer, useStage, uuid } from './kit/stage.ts';

// Each seals and verifies twice, hundreds of statements: seconds, unless the machine has much else to do.
vi.setConfig({ testTimeout: 180_000 });

const stage = useStage();
/** With `CUSTODY_TEST_LONG=1`: they take half a minute each where there is little of a processor. */
const longTest = test.runIf(process.env.CUSTODY_TEST_LONG === '1');
const lastOfMarchMs = Date.UTC(2026, 2, 31);
const hour = (number: number) => lastOfMarchMs + number * hourMs;

/** Hours of so many decisions each, with ids of their own from `idsOfHour`, sealed with their days and months. */
async function sealed(envId: string, starts: readonly number[], each = 2): Promise<StagedSealer> {
  for (const [index, startMs] of starts.entries()) {
    const numbers = idsOfHour(index, each);
    await stage.list(envId, startMs, each, { ids_xor: idsOf(...numbers) });
    await stage.decide(envId, startMs, numbers);
  }
  const staged = stage.sealer();
  while (await staged.sealer.look(never));
  return staged;
}

const idsOfHour = (index: number, each = 2) => Array.from({ length: each }, (_, n) => index * 10 + n + 1);

/** Changes what is stored past Custody, and waits until it is so. */
const behindItsBack = (sql: string, env: string, startMs: number, id = 0) =>
  stage.client.command(
    'test',
    sql,
    { env, at: startMs / 1_000, id: uuid(id) },
    { settings: { mutations_sync: '2', lightweight_deletes_sync: '2' } },
  );
const here = 'env_id = {env:String} AND starts_at >= {at:DateTime} AND starts_at < {at:DateTime} + INTERVAL 1 HOUR';
const thisRow = 'env_id = {env:String} AND decision_id = {id:UUID}';

const brief = async (envId: string) =>
  (await stage.findings(envId))
    .map(({ span, starts_at, kind, subject, action, resolved_at }) => [
      ...[span, span === 'hour' ? (Date.parse(`${starts_at}Z`) - lastOfMarchMs) / hourMs : starts_at.slice(0, 10)],
      ...[kind, subject, action, resolved_at === null ? 'open' : 'gone'],
    ])
    .map((words) => words.filter((word) => word !== '').join(' '));

longTest('in a healthy store everything is verified, and nothing found', async () => {
  const envId = 'env-healthy';
  await sealed(envId, [hour(0), hour(1)]);
  const { verifier, metrics } = stage.verifier(envId);
  await verifier.turn(never);
  expect(await brief(envId)).toEqual([]);
  const verified = (await metrics.verified.get()).values.map(({ labels, value }) => [labels.span, value]);
  expect(verified.sort()).toEqual([
    ['day', 1],
    ['hour', 2],
    ['month', 1],
  ]);
  expect((await metrics.differences.get()).values.every(({ value }) => value === 0)).toBe(true);
  expect((await metrics.idRounds.get()).values[0]?.value).toBe(1);
});

/** What is done to which hour, and what is found of it. */
const damages: readonly (readonly [string, string, string])[] = [
  [
    'a row of a rollup is gone',
    `DELETE FROM custody_internal.rollup_verdicts WHERE ${here} AND decision = 'deny'`,
    'sums verdicts resealed',
  ],
  [
    'a count is another one',
    `ALTER TABLE custody_internal.rollup_principals UPDATE decisions = decisions + 1 WHERE ${here} AND decision = 'deny'`,
    'sums principals resealed',
  ],
  [
    'a row is there twice',
    `INSERT INTO custody_internal.rollup_denials SELECT * FROM custody_internal.rollup_denials WHERE ${here}`,
    'sums denials resealed',
  ],
  [
    'a value is another one',
    `ALTER TABLE custody_internal.rollup_calls UPDATE trust_level = 'other' WHERE ${here}`,
    'sums calls resealed',
  ],
  ['a decision is gone', `DELETE FROM custody_internal.decisions WHERE ${thisRow}`, 'rows_missing repair_requested'],
  [
    'a verdict is another one',
    `ALTER TABLE custody_internal.decisions UPDATE decision = 'unknown' WHERE ${thisRow}`,
    'content repair_requested',
  ],
  ['an entry is gone', `DELETE FROM custody_internal.entries WHERE ${thisRow}`, 'entries reported'],
];

test('whatever is changed past Custody is found, on record, answered from the rows, and repaired', async () => {
  const envId = 'env-damaged';
  const starts = damages.map((_, index) => hour(index));
  const { sealer, metrics: sealerMetrics } = await sealed(envId, starts, 3);
  const all = 3 * damages.length;
  expect(await stage.sums(envId)).toEqual([all, all, all, 0]);
  for (const [index, [, sql]] of damages.entries()) await behindItsBack(sql, envId, hour(index), index * 10 + 2);

  const { verifier, metrics } = stage.verifier(envId);
  await verifier.turn(never);
  const found = damages.map(([, , text], index) => `hour ${index} ${text}`);
  const state = (ends: (text: string) => string) => found.map((text) => `${text} ${ends(text)}`).sort();
  expect((await brief(envId)).sort()).toEqual(state(() => 'open'));
  expect(await stage.findings(envId)).toContainEqual(
    expect.objectContaining({
      subject: 'principals',
      expected: '3 decisions, 1 denied, 2 rows',
      found: '4 decisions, 2 denied, 2 rows',
    }),
  );
  expect((await metrics.differences.get()).values).toContainEqual({ labels: { kind: 'sums' }, value: 4 });
  // Read from the rows at once, without those that are gone.
  expect(await stage.sums(envId)).toEqual([all - 1, all - 1, all - 1, damages.length - 1]);
  const asked = (await stage.repairs(envId)).map((request) => [request.hour, request.requested_by]);
  expect(asked.sort()).toEqual([4, 5].map((index) => [formatTimestamp(hour(index)), 'verifier']));

  // What the poller reads again, the consumer stores again.
  for (const index of [4, 5]) await stage.decide(envId, hour(index), idsOfHour(index, 3));
  while (await sealer.look(never));
  await verifier.turn(never);
  expect((await brief(envId)).sort()).toEqual(state((text) => (text.includes('entries') ? 'open' : 'gone')));
  expect(await stage.sums(envId)).toEqual([all, all, all, 0]);
  expect((await stage.seals(envId)).every(({ is_current, revision }) => is_current && revision === 1)).toBe(true);
  const causes = (await sealerMetrics.reseals.get()).values;
  expect(causes).toEqual([{ labels: { cause: 'verification' }, value: damages.length - 1 }]);
  expect((await metrics.openDifferences.get()).values).toEqual([{ labels: { kind: 'entries' }, value: 1 }]);
});

longTest('a day or a month that alone is wrong, or an hour whose seal names another build', async () => {
  const envId = 'env-spans';
  const february = Date.UTC(2026, 1, 28, 23);
  const [other, expired] = [hour(-48), hour(-24)];
  const { sealer } = await sealed(envId, [hour(0), february, other, expired]);
  const day = `ALTER TABLE custody_internal.rollup_tools UPDATE decisions = decisions + 5 WHERE env_id = {env:String} AND level = 'day' AND starts_at = toStartOfDay({at:DateTime})`;
  await behindItsBack(day, envId, hour(0));
  const month = `ALTER TABLE custody_internal.rollup_calls UPDATE trust_level = 'other' WHERE env_id = {env:String} AND level = 'month' AND starts_at = toStartOfMonth({at:DateTime})`;
  await behindItsBack(month, envId, february);
  const build = `ALTER TABLE custody_internal.seals UPDATE build = 12345 WHERE env_id = {env:String} AND span = 'hour' AND starts_at = {at:DateTime}`;
  await behindItsBack(build, envId, other);
  // Of a day whose hours have all expired nothing can be said any more: it is summed up at once.
  const expire = `INSERT INTO custody_internal.expired_hours (env_id, hour, build, as_of, said_at)
SELECT env_id, hour, build, as_of, said_at FROM custody_internal.hour_states WHERE env_id = {env:String} AND hour = {at:DateTime}`;
  await behindItsBack(expire, envId, expired);
  await behindItsBack(day, envId, expired);
  const { verifier } = stage.verifier(envId);
  await verifier.turn(never);
  const found = await brief(envId);
  expect(found.splice(found.indexOf('day 2026-03-30 sums tools resealed open'), 1)).toHaveLength(1);
  expect(found).toEqual(
    expect.arrayContaining(['day 2026-03-31 sums tools resealed open', 'month 2026-02-01 sums calls resealed open']),
  );
  // Of the hour every cube is wrong, and of its day and month none is told: they follow it.
  expect(found.filter((text) => text.startsWith('hour'))).toHaveLength(5);
  expect(found).toHaveLength(7);
  expect(await stage.spans(envId)).toEqual(['day 2026-03-30']);
  while (await sealer.look(never));
  await verifier.turn(never);
  expect((await brief(envId)).every((text) => text.endsWith('gone'))).toBe(true);
  expect(await stage.spans(envId)).toHaveLength(6);
  expect(await stage.sums(envId)).toEqual([8, 8, 8, 0]);
});

test('an id that is stored with two times is reported until one of them is gone', async () => {
  const envId = 'env-ids';
  const { sealer } = await sealed(envId, [hour(0), hour(1)]);
  // As when a log is put back beside a store that has the decision by its first time.
  await stage.list(envId, hour(1), 3);
  await stage.decide(envId, hour(1), [1]);
  while (await sealer.look(never));
  const { verifier } = stage.verifier(envId);
  await verifier.turn(never);
  expect(await brief(envId)).toEqual([`hour 0 doubled ${uuid(1)} reported open`]);
  const second = `DELETE FROM custody_internal.decisions WHERE ${thisRow} AND occurred_at >= {at:DateTime}`;
  await behindItsBack(second, envId, hour(1), 1);
  // Another sealer leads by now.
  await stage.verifier(envId).verifier.turn(never);
  expect(await brief(envId)).toEqual([
    `hour 0 doubled ${uuid(1)} reported gone`,
    'hour 1 rows_missing repair_requested open',
  ]);
});

longTest('what is stored or sealed anew while it is looked at is no difference', async () => {
  const envId = 'env-busy';
  const { sealer } = await sealed(envId, [hour(0)]);
  let [isWatched, number] = [false, 100];
  /** Between any two statements of a look something is stored; every third time the hour is sealed anew as well. */
  const select: typeof stage.client.select = async (...given) => {
    const rows = await stage.client.select(...given);
    if (!isWatched) return rows;
    isWatched = false;
    number += 1;
    await stage.list(envId, hour(0), number - 98);
    await stage.decide(envId, hour(0), [number]);
    if (number % 3 === 0) while (await sealer.look(never));
    isWatched = true;
    return rows;
  };
  const busy = clickhouseVerifierStore({ ...stage.client, select });
  const watching = async <T>(work: () => Promise<T>) => {
    isWatched = true;
    return work().finally(() => {
      isWatched = false;
    });
  };
  const { verifier, metrics } = stage.verifier(envId, {
    hours: (wanted, signal) => watching(() => busy.hours(wanted, signal)),
    span: (wanted, signal) => watching(() => busy.span(wanted, signal)),
  });
  await verifier.turn(never);
  expect(number).toBeGreaterThan(104);
  expect(await brief(envId)).toEqual([]);
  expect((await metrics.verifiedInVain.get()).values[0]?.value).toBeGreaterThan(0);
  while (await sealer.look(never));
  const rows = number - 98;
  expect(await stage.sums(envId)).toEqual([rows, rows, rows, 0]);
});
