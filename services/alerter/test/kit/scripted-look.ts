import { minuteMs } from '@custody/decision';
import type { EnvironmentInput } from '@custody/detect';
import type { Explanation } from '../../src/explain/explanation.ts';
import type { TickStore } from '../../src/tick/tick-store.ts';

const nothing: Explanation = { contributors: {}, newPairs: [], grantChanges: [], examples: [], names: new Map() };

/** An environment that was read and proven to its end, where nothing happens. */
export function quietEnvironment(atMs: number, given: Partial<EnvironmentInput> = {}): EnvironmentInput {
  return {
    envId: 'env-1',
    reading: { readUntilMs: atMs + 60_000, unread: [], provenUntilMs: atMs + 60_000 },
    ...{ observedSinceMs: atMs - 28 * 24 * 60 * minuteMs, unobserved: [], priors: {}, activeSeries: 100 },
    ...{ series: [], deniedTools: [], agentCalls: [], pairs: [], rates: [], awake: [], limits: [] },
    ...{ decisions: null, coverage: null },
    ...given,
  };
}

/** One agent that is denied on so many tools. */
export function sweeping(agentKey: string, tools: number, from = 0): EnvironmentInput['deniedTools'] {
  const names = Array.from({ length: tools }, (_, n) => `linear:tool_${from + n}`);
  return [{ agentKey, tools: names, denials: tools, usualMost: 0 }];
}

/** What a store would answer, of an environment for each moment. */
export function scriptedStore(environmentAt: (atMs: number) => EnvironmentInput): TickStore {
  return {
    surroundings: async ({ atMs }) => ({
      environments: [environmentAt(atMs)],
      names: new Map([['env-1', 'production']]),
    }),
    withDenied: async (environments) => environments,
    late: async () => ({ until: { tableId: 't', block: 1 }, buckets: [] }),
    history: async () => [],
    explain: async () => nothing,
  };
}
