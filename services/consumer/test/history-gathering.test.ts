import { describe, expect, test } from 'vitest';
import { HistoryGathering } from '../src/history-gathering.ts';

const never = new AbortController().signal;

function batchOf(count: number, mode: 'backfill' | 'live', partition = 0) {
  const record = { headers: { 'custody-mode': mode } };
  return {
    topic: 'decisions',
    partition,
    endOffset: count,
    records: Array.from({ length: count }, () => record),
  } as never;
}

/** Says how long each batch was waited with, on a clock that only its sleepers move. */
function gathering(gatherMs = 2_000) {
  let now = 1_000_000;
  const clock = {
    now: () => now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (!signal?.aborted) now += ms;
    },
  };
  const stopping = new AbortController();
  const history = new HistoryGathering({ clock: clock as never, gatherMs, stopping: stopping.signal });
  return {
    stopping,
    pass: (ms: number) => {
      now += ms;
    },
    async waited(batch: never, signal = never): Promise<number> {
      const before = now;
      await history.whenGathered(batch, signal);
      return now - before;
    },
  };
}

describe('history', () => {
  test('is written at once first, and then gathers', async () => {
    const { waited, pass } = gathering();
    expect(await waited(batchOf(12, 'backfill'))).toBe(0);
    pass(300);
    expect(await waited(batchOf(12, 'backfill'))).toBe(1_700);
    expect(await waited(batchOf(12, 'backfill'))).toBe(2_000);
    pass(2_000);
    expect(await waited(batchOf(12, 'backfill'))).toBe(0);
  });

  test('of one partition does not wait for that of another', async () => {
    const { waited } = gathering();
    expect(await waited(batchOf(12, 'backfill', 0))).toBe(0);
    expect(await waited(batchOf(12, 'backfill', 1))).toBe(0);
  });

  test('does not wait where it is worth a write, has fresh decisions beside it, or need not gather', async () => {
    const { waited } = gathering();
    await waited(batchOf(12, 'backfill'));
    expect(await waited(batchOf(1_000, 'backfill'))).toBe(0);
    expect(await waited(batchOf(1, 'live'))).toBe(0);
    expect(await waited(batchOf(12, 'backfill'))).toBe(2_000);
    const always = gathering(0);
    await always.waited(batchOf(12, 'backfill'));
    expect(await always.waited(batchOf(12, 'backfill'))).toBe(0);
  });

  test('waits no longer once the service stops or the partition is lost', async () => {
    const { waited, stopping } = gathering();
    await waited(batchOf(12, 'backfill'));
    expect(await waited(batchOf(12, 'backfill'), AbortSignal.abort())).toBe(0);
    stopping.abort();
    expect(await waited(batchOf(12, 'backfill'))).toBe(0);
  });
});
