import { type AlertTransition, minuteMs, secondMs } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { storeErrors } from '@custody/store';
import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/kit/manual-clock.ts';
import { factsOf } from '../src/delivery/format/transition-words.ts';
import { webhookBody } from '../src/delivery/format/webhook-body.ts';
import type { Explanation } from '../src/explain/explanation.ts';
import { Tick } from '../src/tick/tick.ts';
import { quietEnvironment, scriptedStore, sweeping } from './kit/scripted-look.ts';

const beginMs = Date.parse('2026-11-27T10:00:00Z');
const example = { decisionId: 'd', occurredAtMs: beginMs, agentKey: '', humanKey: '', server: '', tool: '' };
const whole: Explanation = {
  ...{ contributors: {}, newPairs: [], grantChanges: [], names: new Map() },
  examples: [{ ...example, decision: 'deny', reason: '' }],
};

/** As many agents as there are denied on five tools each, and what a tick tells of them, with a store that explains so. */
async function toldOf(
  agents: number,
  explain: (clock: ManualClock, signal: AbortSignal) => Promise<Explanation>,
  reason?: string,
) {
  const clock = new ManualClock(beginMs);
  const keys = Array.from({ length: agents }, (_, n) => `agent|${n}`);
  const denied = keys.flatMap((agent, n) =>
    Array.from({ length: 5 }, (_, tool) => ({
      ...{
        atMs: beginMs - minuteMs,
        agent,
        human: `human|${n}`,
        server: `server ${n % 12}`,
        tool: `linear:tool_${5 * n + tool}`,
      },
      ...{ reason: reason ?? `reason ${n}`, denials: 1, isNewPair: false },
    })),
  );
  const deniedTools = keys.flatMap((key, n) => sweeping(key, 5, 5 * n));
  const store = scriptedStore((atMs) => quietEnvironment(atMs, { deniedTools, denied }));
  let asked = 0;
  const tick = new Tick({
    store: {
      ...store,
      explain: (_finding, signal) => {
        asked += 1;
        return explain(clock, signal);
      },
    },
    ...{ orders: async () => ({ rules: [], actions: [], silences: [] }), fileRules: () => [], channelNames: () => [] },
    ...{ publicUrl: '', isDemo: false, clock },
  });
  const signal = new AbortController().signal;
  const first = await tick.look(null, beginMs, signal);
  const head = { ...first, kept: [] } as never;
  const { transitions } = await tick.look(head, beginMs + 30 * secondMs, signal);
  return { steps: transitions.map(({ transition }) => transition), asked };
}

const isWhole = ({ examples }: AlertTransition) => examples.length > 0;

test('a storm is told after a few seconds of explaining, and what was left out says so', async () => {
  const { steps, asked } = await toldOf(40, async (clock, signal) => {
    await clock.advance(secondMs);
    // As the store does where it is given up.
    if (signal.aborted) throw new CustodyError(storeErrors.STORE_CANCELLED, 'given up');
    return whole;
  });
  expect(steps).toHaveLength(40);
  expect(asked).toBeLessThanOrEqual(5);
  const brief = steps.filter(({ isBrief = false }) => isBrief);
  expect(brief).toHaveLength(40 - steps.filter(isWhole).length);
  expect(steps.filter(isWhole).length).toBeGreaterThan(0);
  // Who and how many is known all the same.
  for (const { contributors, subject } of brief) {
    expect(contributors.agent).toMatchObject([{ key: subject.key, denials: 5, share: 1, usualShare: null }]);
  }
  const [one] = brief as [AlertTransition];
  expect(JSON.stringify(factsOf(one))).toContain('examples and changed grants are not told');
  expect(webhookBody(one).data).toMatchObject({ brief: true });
});

test('a store that cannot explain keeps nobody from being told', async () => {
  const { steps, asked } = await toldOf(3, async () => {
    throw new CustodyError(storeErrors.STORE_TIMEOUT, 'the store did not answer in time');
  });
  expect(steps.map(({ kind, isBrief }) => [kind, isBrief])).toEqual(Array.from({ length: 3 }, () => ['opened', true]));
  expect(asked).toBe(1);
  await expect(toldOf(3, async () => Promise.reject(new TypeError('a fault of ours')))).rejects.toThrow(TypeError);
});

test('of an alert with very many members some of each kind are named, and the others counted', async () => {
  const { steps } = await toldOf(60, async () => whole, 'no_permission');
  expect(steps).toHaveLength(1);
  const [step] = steps as [AlertTransition];
  expect([step.members.length, step.otherMembers]).toEqual([25, 34]);
  expect(webhookBody(step).data).toMatchObject({ other_members: 34 });
  expect(
    factsOf(step)
      .find(({ name }) => name === 'The same cause')
      ?.lines.at(-1),
  ).toBe('and 54 more');
});
