import type { BatchContext } from '@custody/log';
import type { Clock } from '@custody/runtime';
import { expect, test } from 'vitest';
import { keepAlive } from '../src/keep-alive.ts';

/** Time that moves only when it is told to. */
function handClock() {
  let nowMs = 0;
  let sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    sleep: (durationMs, signal) =>
      new Promise((wake) => {
        sleepers.push({ atMs: nowMs + durationMs, wake });
        signal?.addEventListener('abort', () => wake(), { once: true });
      }),
  };
  async function advance(durationMs: number): Promise<void> {
    for (const endMs = nowMs + durationMs; nowMs < endMs; nowMs += 100) {
      for (const { wake } of sleepers.filter(({ atMs }) => atMs <= nowMs)) wake();
      sleepers = sleepers.filter(({ atMs }) => atMs > nowMs);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { clock, advance };
}

test('a batch that waits for ten minutes beats often enough for a session of half a minute', async () => {
  const { clock, advance } = handClock();
  const beats: number[] = [];
  const context: BatchContext = {
    signal: new AbortController().signal,
    heartbeat: async () => void beats.push(clock.now()),
  };
  const work = Promise.withResolvers<string>();
  const result = keepAlive(context, clock, () => work.promise);
  await advance(600_000);
  work.resolve('stored');
  expect(await result).toBe('stored');
  const gaps = beats.map((at, n) => at - (beats[n - 1] ?? 0));
  expect(beats.length).toBeGreaterThan(60);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(10_000);
});

test('a heartbeat that fails does not fail the work, which learns of the loss by its signal', async () => {
  const { clock, advance } = handClock();
  let beats = 0;
  const context: BatchContext = {
    signal: new AbortController().signal,
    heartbeat: async () => {
      beats += 1;
      throw new Error('lost');
    },
  };
  const work = Promise.withResolvers<void>();
  const result = keepAlive(context, clock, () => work.promise);
  await advance(10_000);
  work.resolve();
  await result;
  expect(beats).toBe(1);
});
