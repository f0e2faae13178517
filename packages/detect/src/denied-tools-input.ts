import type { BreadthRow, EnvironmentRows } from '@custody/decision';
import { type Breadth, bucketsByTools, mostTools } from './count/breadth.ts';
import { type BreadthPrior, breadthPriorOf, logTailOfTools } from './count/breadth-prior.ts';
import { bucketOf } from './count/calendar.ts';
import type { CountModel } from './count/count-model.ts';
import type { ObservedTime } from './count/observed-time.ts';
import type { DeniedTools } from './rules/sweep.ts';
import { bucketsOf } from './spike-signs.ts';

/** When something is looked at, and what time was observed then. */
export interface ObservedAt {
  readonly atMs: number;
  readonly time: ObservedTime;
}

type Expected = Required<Pick<DeniedTools, 'usualMost' | 'logTail'>> & Pick<DeniedTools, 'mostOfOthers'>;

/** What is to be expected of an agent, by its own past and by that of others. */
export function expectedTools(own: Breadth, prior: BreadthPrior, { coldBuckets }: CountModel): Expected {
  const isCold = own.watchedBuckets < coldBuckets;
  return {
    usualMost: mostTools(own),
    logTail: logTailOfTools(own, prior),
    ...(isCold && { mostOfOthers: prior.mostOfMost }),
  };
}

function breadthOf(row: BreadthRow, { atMs, time }: ObservedAt, model: CountModel): Breadth {
  const { firstSeenMs, buckets, counts, masked } = row;
  const nowBucket = bucketOf(model.calendar, atMs);
  const ranges = masked.map((range) => bucketsOf(model, range));
  const exposure = time.of(bucketOf(model.calendar, firstSeenMs), ranges);
  return {
    watchedBuckets: exposure.buckets.reduce((sum, count) => sum + count, 0),
    buckets: buckets ?? bucketsByTools(counts ?? [], nowBucket, model, masked),
  };
}

/** Of the same rows, which are given to many looks, the same follows. */
const priorsOfRows = new WeakMap<readonly BreadthRow[], BreadthPrior>();

function priorOfRows(rows: readonly BreadthRow[], then: ObservedAt, model: CountModel): BreadthPrior {
  const known = priorsOfRows.get(rows) ?? breadthPriorOf(rows.map((row) => breadthOf(row, then, model)));
  priorsOfRows.set(rows, known);
  return known;
}

/** What agents were denied, with what is to be expected of each. `then`: as of when the others are known. */
export function deniedToolsOf(
  { deniedTools, breadths }: Pick<EnvironmentRows, 'deniedTools' | 'breadths'>,
  then: ObservedAt,
  now: ObservedAt,
  model: CountModel,
): Omit<DeniedTools, 'envId'>[] {
  if (deniedTools.length === 0) return [];
  const prior = priorOfRows(breadths, then, model);
  return deniedTools.map((row) => {
    const { agentKey, tools, denials } = row;
    return { agentKey, tools, denials, ...expectedTools(breadthOf(row, now, model), prior, model) };
  });
}
