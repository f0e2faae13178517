import { expect, test, vi } from 'vitest';
import { runTogether } from '../src/run-together.ts';
import { every } from '../src/schedule.ts';

test('work begins at once, never overlaps, and ends with the run under way', async () => {
  const stopping = new AbortController();
  let running = 0;
  let most = 0;
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  const ended = every(
    1,
    async () => {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      if (runs === 2) await gate.promise;
      running -= 1;
    },
    stopping.signal,
  );
  await vi.waitFor(() => expect(runs).toBe(2), { timeout: 5_000 });
  stopping.abort();
  gate.resolve();
  await ended;
  expect(running).toBe(0);
  expect(most).toBe(1);
});

test('what the work throws ends the schedule', async () => {
  const failing = every(1, async () => Promise.reject(new Error('no')), new AbortController().signal);
  await expect(failing).rejects.toThrow('no');
});

test('the first task that fails stops the others, and its error is the one that is thrown', async () => {
  const stopped: string[] = [];
  const waiting = (name: string) => async (signal: AbortSignal) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    stopped.push(name);
    throw new Error('given up');
  };
  const tasks = [waiting('a'), async () => Promise.reject(new Error('first')), waiting('b')];
  await expect(runTogether(new AbortController().signal, tasks)).rejects.toThrow('first');
  expect(stopped.sort()).toEqual(['a', 'b']);
});
