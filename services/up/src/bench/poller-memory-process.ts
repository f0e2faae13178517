import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { hourMs } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import { createComputedPermit } from './computed-permit.ts';
import { CountingLog } from './counting-log.ts';
import { median } from './measure.ts';
import { openBenchSession } from './poller-session.ts';
import { yearStartMs } from './world.ts';

/** Memory of this process once it has read so many decisions. */
export interface MemorySample {
  readonly decisions: number;
  /** What is reachable: the heap after a collection. */
  readonly heapBytes: number;
  /** Resident, and the process's own: files that it maps are left out. */
  readonly residentBytes: number;
}

/** A fortnight of ten millions: hours that have to be read in four parts. */
const perHour = 30_000;
/** Older than anything that a live reading would look at. */
const pastHours = 4;
/** A look at the resident memory in so many parts of the way to a mark; between two collections it swings. */
const looksPerMark = 20;

/** `RssAnon` where the system tells it. */
function residentBytes(): number {
  try {
    const found = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found) return Number(found[1]) * 1_024;
  } catch {
    // Another system: all that is resident.
  }
  return process.memoryUsage.rss();
}

/** Finalizers run between two collections, and free what hangs on them. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await delay(10);
  }
  return process.memoryUsage().heapUsed;
}

/** Reads history up to each mark in turn, ascending, and tells of the memory there. */
async function* readTo(marks: readonly number[]): AsyncIterable<MemorySample> {
  const hours = Math.ceil((marks.at(-1) ?? 0) / perHour);
  const nowMs = yearStartMs + (hours + pastHours) * hourMs;
  const clock: Clock = { now: () => nowMs, sleep: () => delay(0) };
  const log = new CountingLog();
  const permit = createComputedPermit({ fromMs: yearStartMs, decisions: hours * perHour, perHour, now: clock.now });
  const session = await openBenchSession({ permit, log, clock, lookbackDays: (hours + pastHours) / 24 });
  // As a session is run: one signal for all its requests, derived from others that live as long.
  const [ending, stopping] = [new AbortController(), new AbortController()];
  const signal = AbortSignal.any([ending.signal, stopping.signal]);
  for (const mark of marks) {
    const looks: number[] = [];
    for (let lookAt = log.decisions; log.decisions < mark; ) {
      if (!(await session.history.step(signal))) return;
      if (log.decisions < lookAt) continue;
      looks.push(residentBytes());
      lookAt += mark / looksPerMark;
    }
    const resident = median([...looks.slice(-looksPerMark / 2), residentBytes()]);
    yield { decisions: log.decisions, heapBytes: await heapBytes(), residentBytes: resident };
  }
  for (const controller of [ending, stopping]) controller.abort();
}

for await (const sample of readTo(process.argv.slice(2).map(Number))) process.send?.(sample);
