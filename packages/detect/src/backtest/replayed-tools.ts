import { leastSweptTools, type PastSweepsRow, type TimeRange } from '@custody/decision';
import type { Breadth } from '../count/breadth.ts';
import { type BreadthPrior, breadthPriorOf } from '../count/breadth-prior.ts';
import { bucketOf } from '../count/calendar.ts';
import type { CountModel } from '../count/count-model.ts';
import { expectedTools, type ObservedAt } from '../denied-tools-input.ts';
import type { EnvironmentInput } from '../environment-input.ts';
import { bucketsOf } from '../spike-signs.ts';
import { ReplayedBreadth } from './replayed-breadth.ts';

/** What is asked of the tools that agents were denied. */
export interface ToolsAsked extends ObservedAt {
  readonly firstSeenMsOf: (agentKey: string) => number;
  /** What alerts keep out of an agent's history. */
  readonly maskedOf: (agentKey: string) => readonly TimeRange[];
}

/** What one agent was denied in the last five minutes. */
export interface DeniedNow {
  readonly tools: ReadonlySet<string>;
  readonly denials: number;
}

const mostListed = 100;
/** So many agents tell what agents have in common. */
const mostKnown = 1_000;

/** The tools that agents of a back-test were denied, as time goes on. */
export class ReplayedTools {
  readonly #model: CountModel;
  readonly #breadths = new Map<string, ReplayedBreadth>();
  /** Of the bucket that is going on. */
  #bucketTools = new Map<string, Set<string>>();

  constructor(rows: readonly PastSweepsRow[], model: CountModel) {
    this.#model = model;
    for (const { agentKey, buckets, counts } of rows) this.#of(agentKey).pushAll(buckets, counts);
  }

  #of(agentKey: string): ReplayedBreadth {
    const known = this.#breadths.get(agentKey) ?? new ReplayedBreadth(this.#model);
    this.#breadths.set(agentKey, known);
    return known;
  }

  take(agentKey: string, tool: string): void {
    const tools = this.#bucketTools.get(agentKey) ?? new Set<string>();
    this.#bucketTools.set(agentKey, tools.add(tool));
  }

  endBucket(bucket: number): void {
    for (const [agentKey, tools] of this.#bucketTools) this.#of(agentKey).push(bucket, tools.size);
    this.#bucketTools = new Map();
  }

  #breadthOf(agentKey: string, { atMs, time, firstSeenMsOf, maskedOf }: ToolsAsked): Breadth {
    const { calendar } = this.#model;
    const masked = maskedOf(agentKey);
    const ranges = masked.map((range) => bucketsOf(this.#model, range));
    const exposure = time.of(bucketOf(calendar, firstSeenMsOf(agentKey)), ranges);
    return {
      watchedBuckets: exposure.buckets.reduce((sum, count) => sum + count, 0),
      buckets: this.#of(agentKey).asOf(bucketOf(calendar, atMs), masked),
    };
  }

  /** What agents have in common, as of the start of an hour; reckoned when it is asked for first. */
  priorAsOf(asked: ToolsAsked): () => BreadthPrior {
    const every = Math.max(1, Math.floor(this.#breadths.size / mostKnown));
    const chosen = [...this.#breadths.keys()].filter((_, index) => index % every === 0);
    const breadths = chosen.flatMap((agentKey) => {
      const { watchedBuckets, buckets } = this.#breadthOf(agentKey, asked);
      return buckets.some((count) => count > 0) ? [{ watchedBuckets, buckets: [...buckets] }] : [];
    });
    let prior: BreadthPrior | null = null;
    return () => {
      prior ??= breadthPriorOf(breadths);
      return prior;
    };
  }

  /** Of agents that were denied tools enough, what is to be expected of them. */
  swept(
    denied: ReadonlyMap<string, DeniedNow>,
    prior: () => BreadthPrior,
    asked: ToolsAsked,
  ): EnvironmentInput['deniedTools'] {
    return [...denied].flatMap(([agentKey, { tools, denials }]) => {
      if (tools.size < leastSweptTools) return [];
      const expected = expectedTools(this.#breadthOf(agentKey, asked), prior(), this.#model);
      return [{ agentKey, tools: [...tools].slice(0, mostListed).sort(), denials, ...expected }];
    });
  }
}
