import type { MaskedSubject, SeriesName, SeriesRow, TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type DetectionMemory, type Learning, seriesKey } from './detection-memory.ts';
import type { ObservedRequest, ObservedSeries } from './observed.ts';
import type { Looking } from './read-detection.ts';
import { seenKey } from './seen.ts';
import { slots } from './series-sql.ts';

const emptyHistory = { fast: 0, slow: 0, bySlot: new Array<number>(slots).fill(0), buckets: [], blocks: [] };

type MasksBySubject = ReadonlyMap<string, readonly MaskedSubject[]>;
/** After a storm there are thousands, which thousands of series are looked up in. */
const bySubject = new WeakMap<readonly MaskedSubject[], MasksBySubject>();

function masksBySubject(masked: readonly MaskedSubject[]): MasksBySubject {
  const known = bySubject.get(masked);
  if (known !== undefined) return known;
  const masks = Map.groupBy(masked, ({ envId, kind, key }) => JSON.stringify([envId, kind, key]));
  bySubject.set(masked, masks);
  return masks;
}

/** What alerts of some detectors keep out of the history of a subject. */
export function maskedOf(
  masked: readonly MaskedSubject[],
  { envId, kind, key }: SeriesName,
  detectors: readonly string[],
): TimeRange[] {
  const own = masksBySubject(masked).get(JSON.stringify([envId, kind, key])) ?? [];
  return own
    .filter(({ detector }) => detectors.includes(detector))
    .flatMap(({ ranges }) => ranges)
    .sort((a, b) => a.fromMs - b.fromMs);
}

function nameOf({ envId, kind, key }: SeriesName): SeriesName {
  return { envId, kind, key };
}

/** When a series was seen first; one that nobody knows of begins now. */
export function firstSeenOf({ facts, activity, request }: Looking, { envId, kind, key }: SeriesName): number {
  const name = seenKey(envId, kind, key);
  if (kind === 'environment') return facts.fromMs;
  return facts.seen.get(name)?.firstMs ?? activity.get(name)?.first_ms ?? request.atMs;
}

/** What series that were denied something of late had before. */
export interface PastsOfSeries {
  /** By `seriesKey`. */
  readonly masked: ReadonlyMap<string, readonly TimeRange[]>;
  readonly histories: Awaited<ReturnType<DetectionMemory['histories']>>;
  /** Of those that alerts keep something out of. */
  readonly counts: Awaited<ReturnType<DetectionMemory['counts']>>;
}

function isMasked({ masked }: Pick<PastsOfSeries, 'masked'>, series: SeriesName): boolean {
  return (masked.get(seriesKey(series))?.length ?? 0) > 0;
}

/** Reads what series had before: all that takes long of them, and nothing that waits for what changes slowly. Throws `STORE_*`. */
export async function readPasts(
  client: StoreClient,
  { memory, learning }: { readonly memory: DetectionMemory; readonly learning: Learning },
  { observed, watched }: { readonly observed: readonly ObservedSeries[]; readonly watched: ObservedRequest },
  options: StatementOptions,
): Promise<PastsOfSeries> {
  const rangesOf = (one: SeriesName) => (learning.masked.length === 0 ? [] : maskedOf(learning.masked, one, ['spike']));
  const masked = new Map(observed.map((one) => [seriesKey(one), rangesOf(one)]));
  const byBucket = observed.filter((one) => isMasked({ masked }, one)).map(nameOf);
  const names = observed.filter((one) => !isMasked({ masked }, one)).map(nameOf);
  const [histories, counts] = await Promise.all([
    memory.histories(client, learning, { names, watched }, options),
    memory.counts(client, learning, byBucket, options),
  ]);
  return { masked, histories, counts };
}

/** Series with denials enough, and those of open alerts, each with its past. */
export function seriesOf(
  looking: Looking,
  observed: readonly ObservedSeries[],
  pasts: PastsOfSeries,
): Map<string, SeriesRow[]> {
  const rows = observed.map((one) => {
    const { envId, kind, key, bucket, quarter, half, block, tools } = one;
    const name = seriesKey(one);
    const past = isMasked(pasts, one)
      ? { history: null, counts: pasts.counts.get(name) ?? [] }
      : { history: pasts.histories.get(name) ?? emptyHistory, counts: null };
    const counted = { bucket, quarter, half, block };
    const masked = pasts.masked.get(name) ?? [];
    return { envId, row: { kind, key, firstSeenMs: firstSeenOf(looking, one), ...counted, tools, ...past, masked } };
  });
  return new Map(
    [...Map.groupBy(rows, ({ envId }) => envId)].map(([envId, own]) => [envId, own.map(({ row }) => row)]),
  );
}
