import { expect, test } from 'vitest';
import { createLogger, Lifecycle } from '../src/index.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

test('the first failing task stops all, and its error is the one that is thrown', async () => {
  const lifecycle = new Lifecycle({ logger });
  let stopped = false;
  lifecycle.go('healthy', async (signal) => {
    await untilAborted(signal);
    stopped = true;
    throw new Error('second');
  });
  lifecycle.go('failing', async () => {
    throw new Error('first');
  });
  await expect(lifecycle.wait()).rejects.toThrow('first');
  expect(stopped).toBe(true);
});

test('closers run after the tasks, in reverse, and one that fails does not stop the others', async () => {
  const lifecycle = new Lifecycle({ logger });
  const order: string[] = [];
  lifecycle.defer('first', () => void order.push('first'));
  lifecycle.defer('broken', () => {
    throw new Error('broken');
  });
  lifecycle.defer('last', () => void order.push('last'));
  lifecycle.go('task', async (signal) => {
    await untilAborted(signal);
    order.push('task');
  });
  lifecycle.stop('test');
  await lifecycle.wait();
  expect(order).toEqual(['task', 'last', 'first']);
});

test('a closer that hangs does not keep the process', async () => {
  const lifecycle = new Lifecycle({ logger, closeTimeoutMs: 20 });
  lifecycle.defer('hanging', () => new Promise<void>(() => undefined));
  lifecycle.stop('test');
  await lifecycle.wait();
});
