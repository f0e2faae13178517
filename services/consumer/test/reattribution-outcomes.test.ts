import { setImmediate as nextTurn } from 'node:timers/promises';
import { GrantHistory } from '@custody/attribution';
import { hourMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { outcomesOf } from '../src/reattribution/outcomes.ts';
import { ceilingOf, consentOf, listings, noonMs } from './kit/calls.ts';

const envId = 'env';
const range = { fromMs: noonMs - 20 * hourMs, toMs: noonMs };

/** One agent for many humans, who consented one after the other: each is a moment at which the answer changes. */
function sharedAgent(humans: number) {
  const history = new GrantHistory();
  const news = Array.from({ length: humans }, (_, n) => {
    const held = { from: -10 + (9 * n) / humans, seen: -10 + (9 * n) / humans + 0.01 };
    return [consentOf(envId, `h${n}`, held), ceilingOf(envId, `h${n}`, 'high', held)];
  });
  for (const record of [...listings(envId, 0), ...news.flat()]) history.apply(record);
  const calls = Array.from({ length: 10 }, (_, n) => ({
    ...{ agent_key: 'agent|a', agent_name: '', server: 'linear', tool: `tool-${n}` },
    ...{ decision: 'allow' as const, evidence_humans: [] },
  }));
  return { history, calls };
}

test('many kinds of calls of an agent that many humans share leave turns to fresh decisions, and claim no later position', async () => {
  const { history, calls } = sharedAgent(100);
  const grants = { history, position: 7 };
  let [turns, isOver] = [0, false];
  const others = (async () => {
    while (!isOver) {
      await nextTurn();
      turns += 1;
      grants.position += 1;
    }
  })();
  const found = await outcomesOf(envId, calls, range, grants);
  isOver = true;
  await others;
  expect(turns).toBeGreaterThan(2);
  expect(found?.position).toBe(7);
  expect(new Set(found?.outcomes.map(({ call }) => call.tool)).size).toBe(10);
});
