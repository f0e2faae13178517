import { isError } from '@custody/runtime';
import { storeErrors, UnderWay } from '@custody/store';
import { expect, test, vi } from 'vitest';
import { KeptAnswers } from '../src/kept/kept-answers.ts';
import { Turns } from '../src/pace/turns.ts';

const turns = () => new Turns({ atOnce: 1, longestWaitMs: 60_000 });
/** Lets everything happen that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('as many run as may, the others wait, and owners take turns however much each wants', async () => {
  const queue = turns();
  const first = await queue.take({ owner: 'a', kind: 'x' });
  expect(first.isAlone).toBe(true);
  const order: string[] = [];
  const want = async (owner: string, name: string) => {
    const turn = await queue.take({ owner, kind: 'x' });
    order.push(name);
    // Some time, so that the owner was served.
    await new Promise((resolve) => setTimeout(resolve, 5));
    turn.end();
  };
  const all = [want('a', 'a1'), want('a', 'a2'), want('a', 'a3'), want('b', 'b1')];
  await settled();
  expect(order).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  first.end();
  await Promise.all(all);
  // Who was served already lets the other one go first.
  expect(order[0]).toBe('b1');
  expect(order.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
});

test('what others may wait for goes first, of its owner alone', async () => {
  const queue = turns();
  const first = await queue.take({ owner: 'a', kind: 'x' });
  const order: string[] = [];
  const want = async (owner: string, name: string, isShared: boolean) => {
    const turn = await queue.take({ owner, kind: 'x', isShared });
    order.push(name);
    turn.end();
  };
  const all = [want('a', 'a1', false), want('a', 'a2', true), want('b', 'b1', false)];
  await new Promise((resolve) => setTimeout(resolve, 5));
  first.end();
  await Promise.all(all);
  expect(order).toEqual(['b1', 'a2', 'a1']);
});

test('what only one waits for is let in after a while, however much comes that others wait for', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const queue = turns();
    const first = await queue.take({ owner: 'a', kind: 'x' });
    const order: string[] = [];
    const want = async (name: string, isShared: boolean) => {
      const turn = await queue.take({ owner: 'a', kind: 'x', isShared });
      order.push(name);
      turn.end();
    };
    const all = [want('alone', false)];
    vi.advanceTimersByTime(900);
    all.push(want('shared, soon after it', true));
    vi.advanceTimersByTime(600);
    all.push(want('shared, long after it', true));
    first.end();
    await Promise.all(all);
    expect(order).toEqual(['shared, soon after it', 'alone', 'shared, long after it']);
  } finally {
    vi.useRealTimers();
  }
});

test('what is patient lets others go before it that take longer, and is let in all the same', async () => {
  const queue = turns();
  const run = async (kind: string, forMs: number, isPatient: boolean, order: string[]) => {
    const turn = await queue.take({ owner: 'a', kind, isPatient });
    order.push(kind);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    turn.end();
  };
  // How long each takes is known from then on.
  await run('page', 40, true, []);
  await run('panel', 60, false, []);
  const order: string[] = [];
  const first = await queue.take({ owner: 'a', kind: 'x' });
  const all = [run('page', 1, true, order), run('panel', 1, false, order)];
  await settled();
  first.end();
  await Promise.all(all);
  expect(order).toEqual(['panel', 'page']);
});

test('who goes away while waiting takes no turn, and who waits for too long is told that the store is busy', async () => {
  const queue = new Turns({ atOnce: 1, longestWaitMs: 20 });
  const running = await queue.take({ owner: 'a', kind: 'x' });
  const gone = new AbortController();
  const waiting = queue.take({ owner: 'a', kind: 'x', signal: gone.signal }).catch((error: unknown) => error);
  gone.abort(new Error('gone'));
  expect(await waiting).toMatchObject({ code: 'STORE_CANCELLED' });
  const late = queue.take({ owner: 'a', kind: 'x', signal: gone.signal }).catch((error: unknown) => error);
  expect(await late).toMatchObject({ code: 'STORE_CANCELLED' });
  const tooLong = await queue.take({ owner: 'a', kind: 'x' }).catch((error: unknown) => error);
  expect(isError(tooLong, storeErrors.STORE_BUSY)).toBe(true);
  running.end();
  running.end();
  const next = await queue.take({ owner: 'a', kind: 'x' });
  const beside = queue.take({ owner: 'a', kind: 'x' }).catch((error: unknown) => error);
  // Ending twice gave one place back, not two.
  expect(isError(await beside, storeErrors.STORE_BUSY)).toBe(true);
  next.end();
});

test('who asks the same takes what was begun after he asked, and has what was begun before looked at', async () => {
  const underWay = new UnderWay<number>();
  const begun = Promise.withResolvers<number>();
  const [looks, reads]: [string[], string[]] = [[], []];
  const ask = (name: string, sinceMs: number, answer: Promise<number>) =>
    underWay.answer('question', {
      sinceMs,
      recall: async () => {
        looks.push(name);
        return null;
      },
      read: () => {
        reads.push(name);
        return answer;
      },
    });
  const leader = ask('leader', 10, begun.promise);
  await settled();
  const joined = ask('asked before it began', 5, Promise.resolve(-1));
  const later = ask('asked after', 20, Promise.resolve(2));
  begun.resolve(1);
  expect(await Promise.all([leader, joined, later])).toEqual([1, 1, 2]);
  expect(reads).toEqual(['leader', 'asked after']);
  expect(looks).toEqual(['leader', 'asked after']);
});

test('what befalls one who asks befalls nobody who waits for him', async () => {
  const underWay = new UnderWay<number>();
  const failing = Promise.withResolvers<number>();
  const ask = (answer: Promise<number>) =>
    underWay.answer('question', { sinceMs: 1, recall: async () => null, read: () => answer });
  const leader = ask(failing.promise).catch((error: unknown) => error);
  await settled();
  const other = ask(Promise.resolve(7));
  failing.reject(new Error('gone'));
  expect(await leader).toMatchObject({ message: 'gone' });
  expect(await other).toBe(7);
});

test('an answer of which it is not known what it rests on is not kept', async () => {
  const kept = new KeptAnswers();
  let reads = 0;
  const ask = () =>
    kept.answer({
      key: 'question',
      store: {} as never,
      statement: { sinceMs: 0 },
      read: async () => ({ data: String(++reads), meta: {}, bases: [], bookVersion: null }),
    });
  expect((await ask()).data).toBe('1');
  expect((await ask()).data).toBe('2');
});
