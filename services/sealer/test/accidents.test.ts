import { formatTimestamp, hourMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { testVariables } from '../../../test/kit/test-variables.ts';
import { clickhouseSealerStore, type SealerStore } from '../src/sealer-store.ts';
import { never, nowMs, useStage } from './kit/stage.ts';

const stage = useStage();
const hourStartMs = Date.UTC(2026, 3, 1, 23);
const rollupRows = async (envId: string) => {
  const sql = `SELECT count() AS rows, uniqExact(build) AS builds FROM custody_internal.rollup_calls
WHERE env_id = {env:String} AND level = 'hour'`;
  return (await stage.select(sql, envId))[0];
};

class Killed extends Error {}
const killed = async () => {
  throw new Killed('killed');
};

/** Lets a step of the store begin only when it is told to, and tells when it is asked to. */
function frozen(step: SealerStore['writeSeals']) {
  const asked = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const writeSeals: SealerStore['writeSeals'] = async (seals, signal) => {
    asked.resolve();
    await woken.promise;
    return step(seals, signal);
  };
  return { writeSeals, asked: asked.promise, wake: () => woken.resolve() };
}

test('killed between the sums and the seal: nothing of them counts, and the next one starts afresh', async () => {
  const envId = 'env-killed';
  await stage.list(envId, hourStartMs, 2);
  await stage.decide(envId, hourStartMs, [1, 2]);
  await expect(stage.sealer({ store: { writeSeals: killed } }).sealer.look(never)).rejects.toThrow(Killed);
  expect(await rollupRows(envId)).toEqual({ rows: 2, builds: 1 });
  expect(await stage.seals(envId)).toEqual([]);
  expect(await stage.sums(envId)).toEqual([2, 2, 2, 1]);
  await stage.sealer().sealer.look(never);
  expect(await rollupRows(envId)).toEqual({ rows: 4, builds: 2 });
  expect(await stage.seals(envId)).toMatchObject([{ state: 'complete', revision: 1, decisions: 2 }]);
  expect(await stage.sums(envId)).toEqual([2, 2, 2, 0]);
});

test('killed between an hour and its day: the hour counts, and the day is summed up by the next one', async () => {
  const envId = 'env-no-day';
  await stage.list(envId, hourStartMs, 1);
  await stage.decide(envId, hourStartMs, [1]);
  await expect(stage.sealer({ store: { buildSpan: killed } }).sealer.look(never)).rejects.toThrow(Killed);
  expect(await stage.seals(envId)).toMatchObject([{ state: 'complete' }]);
  expect([await stage.spans(envId), await stage.sums(envId)]).toEqual([[], [1, 1, 1, 0]]);
  await stage.sealer().sealer.look(never);
  expect([await stage.spans(envId), await stage.sums(envId)]).toEqual([['day 2026-04-01'], [1, 1, 1, 0]]);
});

test('two sealers at once say the same, and what is summed up twice counts once', async () => {
  const envId = 'env-two';
  await stage.list(envId, hourStartMs, 3);
  await stage.decide(envId, hourStartMs, [1, 2, 3]);
  const both = [stage.sealer(), stage.sealer()];
  await Promise.all(both.map(({ sealer }) => sealer.look(never)));
  const digests = `SELECT count() AS seals, uniqExact(digest) AS digests, max(revision) AS revision
FROM custody_internal.seals WHERE env_id = {env:String} AND span = 'hour'`;
  expect(await stage.select(digests, envId)).toEqual([{ seals: 2, digests: 1, revision: 1 }]);
  expect(await stage.sums(envId)).toEqual([3, 3, 3, 0]);
});

test('a sealer that wakes up late writes a seal that does not count', async () => {
  const envId = 'env-frozen';
  await stage.list(envId, hourStartMs, 2);
  await stage.decide(envId, hourStartMs, [1, 2]);
  const { writeSeals, asked, wake } = frozen(clickhouseSealerStore(stage.client).writeSeals);
  const slow = stage.sealer({ store: { writeSeals } }).sealer.look(never);
  await asked;
  await stage.decide(envId, hourStartMs, [3]);
  await stage.list(envId, hourStartMs, 3);
  await stage.sealer().sealer.look(never);
  const [seal] = await stage.seals(envId);
  expect(seal).toMatchObject({ decisions: 3, listed: 3, is_current: true });
  wake();
  await slow;
  expect(await stage.seals(envId)).toEqual([seal]);
  expect(await stage.sums(envId)).toEqual([3, 3, 3, 0]);
});

test.runIf(testVariables.isLong)(
  'the same, with nobody who sealed meanwhile: the hour is still to be sealed',
  async () => {
    const envId = 'env-alone';
    await stage.list(envId, hourStartMs, 2);
    await stage.decide(envId, hourStartMs, [1, 2]);
    const { writeSeals, asked, wake } = frozen(clickhouseSealerStore(stage.client).writeSeals);
    const { sealer } = stage.sealer({ store: { writeSeals } });
    const slow = sealer.look(never);
    await asked;
    await stage.decide(envId, hourStartMs, [3]);
    wake();
    await slow;
    expect(await stage.seals(envId)).toMatchObject([{ decisions: 2, is_current: false }]);
    expect(await stage.sums(envId)).toEqual([3, 3, 3, 1]);
    await stage.list(envId, hourStartMs, 3);
    await sealer.look(never);
    expect(await stage.sums(envId)).toEqual([3, 3, 3, 0]);
  },
);

test('what is stored while an hour is summed up leaves it to the next look', async () => {
  const envId = 'env-busy';
  await stage.list(envId, hourStartMs, 1);
  await stage.decide(envId, hourStartMs, [1]);
  const usual = clickhouseSealerStore(stage.client);
  let isFirst = true;
  const buildHours: SealerStore['buildHours'] = async (hours, signal) => {
    const builds = await usual.buildHours(hours, signal);
    if (hours.envId === envId && isFirst) {
      await stage.decide(envId, hourStartMs, [2]);
      await stage.list(envId, hourStartMs, 2);
    }
    isFirst = false;
    return builds;
  };
  const { sealer } = stage.sealer({ store: { buildHours } });
  await sealer.look(never);
  expect([await stage.seals(envId), await stage.sums(envId)]).toEqual([[], [2, 2, 2, 1]]);
  await sealer.look(never);
  expect(await stage.seals(envId)).toMatchObject([{ decisions: 2, listed: 2 }]);
});

test('nothing is sealed before what stood in the log is stored, nor before the lateness is over', async () => {
  const envId = 'env-log';
  await stage.list(envId, hourStartMs, 1);
  const stored = async () => stage.decide(envId, hourStartMs, [1]);
  const tooEarly = stage.sealer({ atMs: hourStartMs + hourMs + 899_000 });
  await tooEarly.sealer.look(never);
  expect(await stage.seals(envId)).toEqual([]);
  let waits = 0;
  const decisionsStored = async () => {
    waits += 1;
    if (waits === 1) await stored();
  };
  const { sealer } = stage.sealer({ decisionsStored });
  await sealer.look(never);
  expect(waits).toBeGreaterThan(0);
  expect(await stage.seals(envId)).toEqual([]);
  await sealer.look(never);
  expect(await stage.seals(envId)).toMatchObject([{ state: 'complete', decisions: 1 }]);
  expect(nowMs).toBeGreaterThan(hourStartMs);
});

test('hours that are summed up without a seal: killed before it counts, two at once, and rows that come meanwhile', async () => {
  const envId = 'env-interim';
  await stage.list(envId, hourStartMs, 2, { to: formatTimestamp(hourStartMs + 60_000) });
  await stage.decide(envId, hourStartMs, [1, 2]);
  const open = ['day 2026-04-01 00', 'hour 2026-04-01 23', 'month 2026-04-01 00'];
  const sealer = (store: Partial<SealerStore> = {}) => stage.sealer({ store, quietSeconds: 0 }).sealer.look(never);
  await expect(sealer({ nameSums: killed })).rejects.toThrow(Killed);
  expect(await rollupRows(envId)).toEqual({ rows: 2, builds: 1 });
  expect([await stage.unsummed(envId), await stage.sums(envId)]).toEqual([open, [2, 2, 2, 1]]);
  const usual = clickhouseSealerStore(stage.client);
  await sealer({
    async buildHours(hours, signal) {
      const builds = await usual.buildHours(hours, signal);
      await stage.decide(envId, hourStartMs, [3]);
      return builds;
    },
  });
  expect([await stage.unsummed(envId), await stage.sums(envId)]).toEqual([open, [3, 3, 3, 1]]);
  await stage.decide(envId, hourStartMs, [4]);
  await Promise.all([sealer(), sealer()]);
  expect([await stage.unsummed(envId), await stage.sums(envId)]).toEqual([[open[2]], [4, 4, 4, 1]]);
});
