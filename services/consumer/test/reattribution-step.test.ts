import { GrantHistory } from '@custody/attribution';
import { hourMs } from '@custody/decision';
import { expect, test } from 'vitest';
import type { Patience } from '../src/patience.ts';
import type { ReattributionJob } from '../src/reattribution/jobs.ts';
import type { ReattributionStore } from '../src/reattribution/reattribution-store.ts';
import { createWorkStep } from '../src/reattribution/work-step.ts';
import { consentOf, listings, noonMs } from './kit/calls.ts';

const envId = 'env';
const range = { fromMs: noonMs - hourMs, toMs: noonMs };
const job: ReattributionJob = {
  ...{ id: '1/agent|a', envId, agents: ['agent|a'], servers: [], users: [], range, position: 1 },
  ...{ causes: [], isConfirmation: false },
};
const call = { agent_key: 'agent|a', agent_name: '', server: 'linear', tool: 't', evidence_humans: [] };
const counted = { is_changed: 1, attribution_before: 'unknown', attribution_after: 'exact', human_before: '' };

/** A store that keeps staged outcomes for an hour, and is away for three before it takes the given statement. */
function storeAwayBefore(statement: 'compare' | 'rewrite', clock: { nowMs: number }) {
  const stagedAt = new Map<string, number>();
  const rewritten: boolean[] = [];
  let isAway = false;
  const answer = (asked: typeof statement) => {
    if (asked !== statement || isAway) return;
    isAway = true;
    clock.nowMs += 3 * hourMs;
    throw new Error('away');
  };
  const isThere = (id: string) => clock.nowMs - (stagedAt.get(id) ?? 0) < hourMs;
  const store: Partial<ReattributionStore> = {
    readKinds: async () => [{ ...call, decision: 'allow', rows: 3 }],
    stage: async (id) => void stagedAt.set(id, clock.nowMs),
    async readChanges({ id }) {
      answer('compare');
      const hour_seconds = range.fromMs / 1_000;
      return isThere(id) ? [{ ...counted, hour_seconds, human_after: 'human|alice', rows: 3 }] : [];
    },
    async rewrite({ id }) {
      answer('rewrite');
      rewritten.push(isThere(id));
    },
    touch: async () => undefined,
    writeCorrections: async () => undefined,
  };
  return { store: store as ReattributionStore, rewritten };
}

const patiently: Patience = async (_what, _signal, work) => {
  for (;;) {
    try {
      return await work();
    } catch {}
  }
};

test.each(['compare', 'rewrite'] as const)(
  'a step outlives an outage before its %s that outlasts what is laid down for it',
  async (statement) => {
    const clock = { nowMs: noonMs };
    const { store, rewritten } = storeAwayBefore(statement, clock);
    const history = new GrantHistory();
    for (const record of [consentOf(envId, 'alice'), ...listings(envId, 0)]) history.apply(record);
    const injected = { now: () => clock.nowMs, sleep: async () => undefined };
    const grants = { history, position: 1 };
    const workStep = createWorkStep({ store, grants, patiently, clock: injected, term: 'term' });
    expect(await workStep(job, range, new AbortController().signal)).toEqual({ examined: 3, changed: 3 });
    expect(rewritten).toEqual([true]);
  },
);

test('a range of which too much is to be said at once is worked off in parts, each of its moments once', async () => {
  const staged: { readonly weight: number; readonly fromMs: number; readonly toMs: number }[] = [];
  const store: Partial<ReattributionStore> = {
    readKinds: async () => [{ ...call, decision: 'allow', rows: 3 }],
    async stage(_id, outcomes) {
      const weight = outcomes.reduce((sum, { attribution }) => sum + 1 + attribution.candidates.length, 0);
      const [fromMs, toMs] = [outcomes[0]?.fromMs ?? 0, outcomes.at(-1)?.toMs ?? 0];
      staged.push({ weight, fromMs, toMs });
    },
    readChanges: async () => [],
  };
  const history = new GrantHistory();
  for (const record of listings(envId, 0)) history.apply(record);
  for (let n = 0; n < 40; n += 1) {
    const held = { from: -1 + n / 41, seen: -1 + n / 41 };
    history.apply(consentOf(envId, `h${n}`, held));
  }
  const clock = { now: () => noonMs, sleep: async () => undefined };
  const parts = { store: store as ReattributionStore, grants: { history, position: 1 }, patiently, clock };
  const workStep = createWorkStep({ ...parts, term: 'term', mostOutcomes: 300 });
  await workStep(job, range, new AbortController().signal);
  expect(staged.length).toBeGreaterThan(1);
  for (const { weight } of staged) expect(weight).toBeLessThanOrEqual(300);
  const edges = staged.flatMap(({ fromMs, toMs }) => [toMs, fromMs]);
  expect(edges).toEqual([range.toMs, ...edges.slice(1, -1).toSorted((a, b) => b - a), range.fromMs]);
  expect(new Set(edges).size).toBe(staged.length + 1);
});
