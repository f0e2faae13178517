import { expect, test } from 'vitest';
import { CustodyError, errorKinds, withRetry } from '../src/index.ts';

const kinds = errorKinds({
  TEST_BUSY: { retriable: true, meaning: 'm', remedy: 'r' },
  TEST_WRONG: { retriable: false, meaning: 'm', remedy: 'r' },
});

function failing(times: number, error: Error): { work: () => Promise<string>; calls: () => number } {
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls <= times) throw error;
    return 'done';
  };
  return { work, calls: () => calls };
}

test('a retriable failure is tried again until it succeeds', async () => {
  const { work, calls } = failing(3, new CustodyError(kinds.TEST_BUSY, 'busy'));
  expect(await withRetry(work, { initialDelayMs: 1, maxDelayMs: 2 })).toBe('done');
  expect(calls()).toBe(4);
});

test.each([new CustodyError(kinds.TEST_WRONG, 'wrong'), new TypeError('unknown')])(
  'what is not known to be retriable is thrown at once: %s',
  async (error) => {
    const { work, calls } = failing(1, error);
    await expect(withRetry(work, { initialDelayMs: 1 })).rejects.toBe(error);
    expect(calls()).toBe(1);
  },
);

test('an abort ends the waiting', async () => {
  const abort = new AbortController();
  const { work } = failing(Number.POSITIVE_INFINITY, new CustodyError(kinds.TEST_BUSY, 'busy'));
  const options = { signal: abort.signal, initialDelayMs: 60_000, onRetry: () => abort.abort() };
  await expect(withRetry(work, options)).rejects.toBeInstanceOf(Error);
});
