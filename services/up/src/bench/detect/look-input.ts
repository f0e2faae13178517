import {
  bucketOf,
  type CountModel,
  defaultPrior,
  type LookInput,
  type SeriesHistory,
  type SeriesInput,
  seriesKinds,
  summarize,
} from '@custody/detect';
import { Draws } from './draws.ts';

const dayMs = 86_400_000;
const historyDays = 28;
const distinctHistories = 200;
/** A weekday's noon. */
const atMs = Date.parse('2026-03-31T12:00:00Z');

function historyOf(draws: Draws, model: CountModel): SeriesHistory {
  const now = bucketOf(model.calendar, atMs);
  const rate = 0.001 * 5_000 ** draws.uniform();
  const ratio = draws.between(1, 6);
  const counts = [];
  for (let bucket = now - model.memoryBuckets; bucket < now; bucket += 1) {
    const count = draws.negativeBinomial(rate, ratio);
    if (count > 0) counts.push({ bucket, count });
  }
  return summarize(counts, now, model);
}

/** Every series owns its numbers, as it does when they come out of a store. */
function copyOf({ fast, slow, bySlot, buckets, blocks }: SeriesHistory): SeriesHistory {
  return { fast, slow, bySlot: [...bySlot], buckets: [...buckets], blocks: [...blocks] };
}

/**
 * A look at so many series, all of which had denials enough in the last hour to be judged; one in ten is younger than the
 * history, each of these since another moment.
 */
export function lookInput(seed: number, seriesCount: number, model: CountModel): LookInput {
  const draws = new Draws(seed, 2);
  const histories = Array.from({ length: Math.min(distinctHistories, seriesCount) }, () => historyOf(draws, model));
  const series = Array.from({ length: seriesCount }, (_, index): SeriesInput => {
    const block = model.leastCount + draws.poisson(6);
    const half = draws.below(block + 1);
    const quarter = draws.below(half + 1);
    const agoMs = draws.uniform() < 0.1 ? draws.between(0, historyDays) * dayMs : 2 * historyDays * dayMs;
    return {
      kind: seriesKinds[index % seriesKinds.length] ?? 'agent',
      key: `key ${index}`,
      firstSeenMs: Math.round(atMs - agoMs),
      observed: { bucket: draws.below(quarter + 1), quarter, half, block },
      history: copyOf(histories[index % histories.length] as SeriesHistory),
      masked: [],
      tools: [`server:tool ${draws.below(20)}`],
    };
  });
  const priors = Object.fromEntries(seriesKinds.map((kind) => [kind, defaultPrior(model)]));
  const environment = {
    envId: 'bench',
    reading: { readUntilMs: atMs, unread: [], provenUntilMs: atMs - dayMs },
    observedSinceMs: atMs - 90 * dayMs,
    unobserved: [{ fromMs: atMs - 10 * dayMs, toMs: atMs - 10 * dayMs + 3_600_000 }],
    priors,
    activeSeries: seriesCount,
    series,
    deniedTools: [],
    agentCalls: [],
    pairs: [],
    rates: [],
    awake: [],
    decisions: null,
    coverage: null,
    limits: [],
  };
  return { atMs, environments: [environment], alerts: [] };
}
