import { topics } from '@custody/decision';
import { createSimulatedPermit, type GivenEntry, type GivenFacts } from '@custody/permit-simulator';
import { runSession } from '@custody/poller';
import type { ReachablePermit } from './computed-permit.ts';
import { CountingLog } from './counting-log.ts';
import { openBenchSession } from './poller-session.ts';
import { SimulatedTime } from './simulated-time.ts';

export interface RunningPollerOptions {
  readonly seed: number;
  readonly entries: readonly GivenEntry[];
  readonly facts: GivenFacts;
  /** When the poller starts, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly lookbackDays: number;
  /** From the request to its answer. */
  readonly latencyMs: number;
  readonly interrupted: AbortSignal;
}

export interface RunningPoller extends AsyncDisposable {
  /** When each request was made, milliseconds since the epoch. */
  readonly requestsAtMs: readonly number[];
  /** When each decision was first put into the log, by its id as it was listed. */
  readonly appendedAtMs: ReadonlyMap<string, number>;
  /** Start of the oldest stretch that is not proven, milliseconds since the epoch; `null`: there is none. */
  oldestOpenMs(): number | null;
  passUntil(endMs: number): Promise<void>;
}

/** The default settings of the poller. */
export const pollSeconds = 5;
const factsSeconds = 60;
export const requestsPerMinute = 600;

/**
 * A poller with all its loops as `custody poll` runs them, within its budget of requests, on a simulated Permit, a log
 * in memory and a simulated clock: what it measures is seconds of the source's time, whatever the machine.
 */
export async function startPoller(options: RunningPollerOptions): Promise<RunningPoller> {
  const { seed, entries, facts, fromMs, lookbackDays, latencyMs, interrupted } = options;
  const time = new SimulatedTime(fromMs);
  const simulated = createSimulatedPermit({ seed, entries, facts, now: () => time.now() });
  const stopping = new AbortController();
  const requestsAtMs: number[] = [];
  const fetch: ReachablePermit['fetch'] = async (input, init) => {
    requestsAtMs.push(time.now());
    await time.sleep(latencyMs / 2, stopping.signal);
    const response = await time.during(simulated.fetch(input, init));
    await time.sleep(latencyMs / 2, stopping.signal);
    return response;
  };
  const appendedAtMs = new Map<string, number>();
  const log = new CountingLog((topic, records) => {
    if (topic !== topics.decisions.name) return;
    for (const { value } of records) {
      const { id } = JSON.parse(Buffer.from(value ?? []).toString('utf8')) as { readonly id: string };
      if (!appendedAtMs.has(id)) appendedAtMs.set(id, time.now());
    }
  });
  const opening = openBenchSession({
    permit: { ...simulated, fetch },
    ...{ log, clock: time, lookbackDays, requestsPerMinute },
  });
  let oldestOpenMs: RunningPoller['oldestOpenMs'] = () => null;
  const running = opening.then((session) => {
    oldestOpenMs = () => session.coverage().oldestOpenMs;
    return runSession(session, { pollSeconds, factsSeconds, every: time.every }, stopping.signal);
  });
  // A failure is told where it is waited for.
  running.catch(() => undefined);
  return {
    requestsAtMs,
    appendedAtMs,
    oldestOpenMs: () => oldestOpenMs(),
    passUntil: (endMs) => Promise.race([time.passUntil(endMs, interrupted), running]),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}
