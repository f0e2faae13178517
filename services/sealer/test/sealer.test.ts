import { formatTimestamp, hourMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { idsOf, never, nowMs, useStage } from './kit/stage.ts';

const stage = useStage();
const dayStartMs = Date.UTC(2026, 3, 1);
const hour = (n: number) => dayStartMs + n * hourMs;
const waitingOf = async (metrics: { waiting: { get(): Promise<{ values: { value: number; labels: object }[] }> } }) =>
  Object.fromEntries(
    (await metrics.waiting.get()).values.map(({ labels, value }) => [(labels as { why: string }).why, value]),
  );

test('hours are sealed as they are, and again when they change', async () => {
  const envId = 'env-states';
  const names = [
    'begins',
    'complete',
    'empty',
    'dead',
    'unreadable',
    'missing',
    'others',
    'open',
    'deleted',
    'known',
  ] as const;
  const at = Object.fromEntries(names.map((name, n) => [name, hour(n)])) as Record<(typeof names)[number], number>;
  await stage.list(envId, at.begins, 0, { from: formatTimestamp(at.begins + 60_000) });
  await stage.list(envId, at.complete, 3);
  await stage.list(envId, at.empty, 0);
  await stage.list(envId, at.dead, 2);
  const [early, late] = [formatTimestamp(at.unreadable + 60_000), formatTimestamp(at.unreadable + 61_000)];
  await stage.list(
    envId,
    at.unreadable,
    1,
    { to: early },
    { from: early, to: late, state: 'unreadable', listed: 0 },
    { from: late, listed: 0 },
  );
  await stage.list(envId, at.missing, 2);
  await stage.list(envId, at.others, 2, { ids_xor: idsOf(11, 13) });
  await stage.list(envId, at.open, 1, { to: formatTimestamp(at.open + 60_000) });
  await stage.list(envId, at.deleted, 0, { deleted_at_source: 3 });
  await stage.list(envId, at.known, 2, { ids_xor: idsOf(18, 19) });
  await stage.decide(envId, hour(1), [1, 2, 3]);
  await stage.decide(envId, hour(3), [4]);
  await stage.refuse(envId, at.dead, 'x/0/4');
  await stage.decide(envId, at.unreadable, [6]);
  await stage.decide(envId, at.missing, [7]);
  await stage.decide(envId, at.others, [11, 12]);
  await stage.decide(envId, at.open, [14]);
  await stage.decide(envId, at.deleted, [15, 16]);
  await stage.decide(envId, at.known, [18, 19]);
  const { sealer, metrics } = stage.sealer();
  expect(await sealer.look(never)).toBe(false);
  const sealed = (decisions: number, listed: number, ...reasons: string[]) => ({
    ...{ state: reasons.length > 0 ? 'incomplete' : decisions === 0 ? 'empty' : 'complete', reasons },
    ...{ decisions, listed, revision: 1, is_current: true, missing: 0 },
  });
  expect(await stage.seals(envId)).toMatchObject([
    sealed(0, 0, 'history_begins'),
    sealed(3, 3),
    sealed(0, 0),
    { ...sealed(1, 2, 'dead_letters'), dead_letters: 1 },
    { ...sealed(1, 1, 'unreadable'), unreadable_seconds: 1 },
    sealed(2, 0, 'deleted_at_source'),
    sealed(2, 2),
  ]);
  expect(await waitingOf(metrics)).toEqual({ missing: 1, other_ids: 1, unproven: 1 });
  const asked = await stage.repairs(envId);
  expect(asked.map((request) => [request.hour, request.requested_by])).toEqual([
    [formatTimestamp(at.others), 'sealer'],
    [formatTimestamp(at.missing), 'sealer'],
  ]);
  expect(await stage.sums(envId)).toEqual([13, 13, 13, 3]);

  // A late row, a correction, a letter that was replayed, one that came late, and what was missing.
  await stage.list(envId, at.complete, 4);
  await stage.decide(envId, at.complete, [5]);
  await stage.decide(envId, at.known, [18, 19], 2);
  await stage.mend('x/0/4');
  await stage.decide(envId, at.dead, [8]);
  await stage.refuse(envId, at.empty, 'x/0/9');
  await stage.list(envId, at.empty, 1);
  await stage.decide(envId, at.missing, [9]);
  await stage.list(envId, at.others, 2, { ids_xor: idsOf(11, 12) });
  expect((await stage.seals(envId)).filter((seal) => !seal.is_current)).toHaveLength(3);
  expect(await stage.sums(envId)).toEqual([16, 16, 16, 6]);
  await sealer.look(never);
  const seals = await stage.seals(envId);
  const again = { revision: 2, is_current: true, state: 'complete' };
  expect(seals).toMatchObject([
    { revision: 1 },
    { ...again, decisions: 4, listed: 4 },
    { ...again, state: 'incomplete', reasons: ['dead_letters'], dead_letters: 1 },
    { ...again, decisions: 2, dead_letters: 0, reasons: [] },
    { revision: 1 },
    { ...again, revision: 1, decisions: 2 },
    { ...again, revision: 1, decisions: 2 },
    { revision: 1 },
    again,
  ]);
  expect(await waitingOf(metrics)).toEqual({ unproven: 1 });
  expect(await stage.sums(envId)).toEqual([16, 16, 16, 1]);
  const causes = Object.fromEntries(
    (await metrics.reseals.get()).values.map(({ labels, value }) => [labels.cause, value]),
  );
  expect(causes).toEqual({ rows: 3, listing: 2, dead_letters: 1 });
});

test('what lacks something for longer than the source keeps it is sealed with what it lacks', async () => {
  const envId = 'env-old';
  const old = nowMs - 16 * 24 * hourMs;
  await stage.list(envId, old, 3);
  await stage.decide(envId, old, [1]);
  await stage.list(envId, old + hourMs, 1, { to: formatTimestamp(old + hourMs + 60_000) });
  await stage.decide(envId, old + hourMs, [2]);
  await stage.decide(envId, old + 2 * hourMs, [3]);
  const { sealer } = stage.sealer();
  await sealer.look(never);
  expect(await stage.seals(envId)).toMatchObject([
    { state: 'incomplete', reasons: ['missing'], missing: 2, decisions: 1 },
    { state: 'incomplete', reasons: ['never_proven'], decisions: 1 },
    { state: 'incomplete', reasons: ['never_proven'], decisions: 1, listed: 0 },
  ]);
  await stage.decide(envId, old, [4, 5]);
  await stage.list(envId, old + hourMs, 1);
  await sealer.look(never);
  expect(await stage.seals(envId)).toMatchObject([{ state: 'complete' }, { state: 'complete' }, { revision: 1 }]);
});

test('days and months follow their hours, and are read by them while one of these has changed', async () => {
  const envId = 'env-spans';
  const marchMs = Date.UTC(2026, 2, 31, 23);
  await stage.list(envId, marchMs, 1);
  await stage.decide(envId, marchMs, [1]);
  await stage.list(envId, hour(2), 2);
  await stage.decide(envId, hour(2), [2, 3]);
  const { sealer } = stage.sealer();
  while (await sealer.look(never));
  expect(await stage.spans(envId)).toEqual(['day 2026-03-31', 'day 2026-04-01', 'month 2026-03-01']);
  await stage.decide(envId, marchMs, [4]);
  await stage.list(envId, marchMs, 2);
  expect(await stage.spans(envId)).toEqual(['day 2026-04-01']);
  expect(await stage.sums(envId)).toEqual([4, 4, 4, 1]);
  while (await sealer.look(never));
  expect(await stage.spans(envId)).toEqual(['day 2026-03-31', 'day 2026-04-01', 'month 2026-03-01']);
  expect(await stage.sums(envId)).toEqual([4, 4, 4, 0]);
});

test('an hour that cannot be sealed as it is now is read from sums once nothing was said of it for a while', async () => {
  const envId = 'env-interim';
  const at = Date.UTC(2026, 2, 31, 23);
  const half = { to: formatTimestamp(at + 60_000) };
  const [usual, hasty] = [stage.sealer(), stage.sealer({ quietSeconds: 0 })].map(({ sealer }) => sealer);
  await stage.list(envId, at, 2);
  await stage.decide(envId, at, [1, 2]);
  await usual?.look(never);
  const seals = await stage.seals(envId);
  // A late row is in every answer at once.
  await stage.decide(envId, at, [3]);
  await stage.list(envId, at, 3, half);
  expect(await stage.unsummed(envId)).toEqual(['day 2026-03-31 00', 'hour 2026-03-31 23', 'month 2026-03-01 00']);
  expect([await stage.sums(envId), await stage.interim(envId)]).toEqual([
    [3, 3, 3, 1],
    [0, 0, 0],
  ]);
  await hasty?.look(never);
  expect(await stage.unsummed(envId)).toEqual([]);
  expect([await stage.sums(envId), await stage.interim(envId)]).toEqual([
    [3, 3, 3, 1],
    [1, 1, 1],
  ]);
  // Nothing is proven by that.
  expect([await stage.spans(envId), await stage.seals(envId)]).toEqual([[], [{ ...seals[0], is_current: false }]]);
  await stage.list(envId, at, 3);
  await usual?.look(never);
  expect(await stage.seals(envId)).toMatchObject([{ state: 'complete', revision: 2, decisions: 3 }]);
  expect([await stage.spans(envId), await stage.unsummed(envId)]).toEqual([['day 2026-03-31'], []]);
  expect(await stage.sums(envId)).toEqual([3, 3, 3, 0]);
  // The day was summed up already, and its seal names that. An hour's has sums of its own.
  const builds = `SELECT DISTINCT span FROM custody_internal.seals
WHERE env_id = {env:String} AND build IN (SELECT build FROM custody_internal.interim_sums) ORDER BY span`;
  expect(await stage.select(builds, envId)).toEqual([{ span: 'day' }]);
});
