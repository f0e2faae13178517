import { topics } from '@custody/decision';
import { systemClock } from '@custody/runtime';
import { BacklogMaker, fill } from './backlog.ts';
import type { BenchOptions, Figures } from './bench.ts';
import { embeddedConsumerLog, newEnvironment, startBenchConsumer } from './consumer-run.ts';
import { duration } from './figures.ts';
import { quantile, verify } from './measure.ts';
import { rowsIn } from './stored-rows.ts';
import type { TemporaryStore } from './temporary-store.ts';

const rowsPerSecond = 2_000;
const appendEveryMs = 50;
const rowsPerAppend = (rowsPerSecond * appendEveryMs) / 1_000;
const mostSeconds = 30;
const lookEveryMs = 100;
const giveUpMs = 60_000;

/** When so many decisions had been appended. */
interface Appended {
  readonly upTo: number;
  readonly atMs: number;
}

/**
 * The time from a decision's append to its row in the public view, at 2,000 a second: appended every 50 ms, looked for
 * every 100 ms, which is part of the result. Decisions are counted, not told apart.
 */
export async function visibility(store: TemporaryStore, options: BenchOptions): Promise<Figures> {
  const rows = Math.min(options.rows, rowsPerSecond * mostSeconds);
  options.onProgress(`visibility: ${rowsPerSecond} decisions a second`);
  const maker = new BacklogMaker(
    { name: 'visible', isLong: true, keepEntries: true, isScattered: false },
    rows,
    options.seed,
  );
  const backlog = maker.backlog(rows, newEnvironment('visible'));
  await using opened = await embeddedConsumerLog();
  await fill(opened.log, { ...backlog, decisions: [] });
  await using consumer = await startBenchConsumer(store, opened, backlog);
  const appended: Appended[] = [];
  const delays: number[] = [];
  const look = async () => {
    const deadline = performance.now() + giveUpMs + (rows / rowsPerSecond) * 1_000;
    let seen = 0;
    while (seen < rows) {
      const visible = await rowsIn(store.client, backlog.envId);
      const nowMs = performance.now();
      for (const { upTo, atMs } of appended) if (upTo > seen && upTo <= visible) delays.push(nowMs - atMs);
      seen = visible;
      verify(!consumer.hasEnded() && nowMs < deadline, `${rows - seen} decisions did not become visible.`);
      await systemClock.sleep(lookEveryMs);
    }
  };
  const looking = look();
  const startedAt = performance.now();
  for (let at = 0; at < rows; at += rowsPerAppend) {
    await systemClock.sleep(Math.max(0, startedAt + (at / rowsPerSecond) * 1_000 - performance.now()));
    const atMs = performance.now();
    await opened.log.append(topics.decisions.name, backlog.decisions.slice(at, at + rowsPerAppend));
    appended.push({ upTo: Math.min(rows, at + rowsPerAppend), atMs });
  }
  await looking;
  return { visible_p50: duration(quantile(delays, 0.5)), visible_p95: duration(quantile(delays, 0.95)) };
}
