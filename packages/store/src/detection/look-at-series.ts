import type { MaskedSubject, SeriesName, SeriesRow, TimeRange } from '@custody/decision';
import { seriesKey } from './detection-memory.ts';
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

/** Series with denials enough, and those of open alerts, each with its history. Throws `STORE_*`. */
export async function seriesOf(
  looking: Looking,
  observed: readonly ObservedSeries[],
  watched: ObservedRequest,
): Promise<Map<string, SeriesRow[]>> {
  const { client, request, envIds, memory, options } = looking;
  const { atMs, model } = request;
  const maskedBy = new Map(
    observed.map((one) => [
      seriesKey(one),
      request.masked.length === 0 ? [] : maskedOf(request.masked, one, ['spike']),
    ]),
  );
  const isMasked = (one: SeriesName) => (maskedBy.get(seriesKey(one))?.length ?? 0) > 0;
  const learning = { envIds, atMs, model, masked: request.masked };
  const names = observed.filter((one) => !isMasked(one)).map(nameOf);
  const [histories, counts] = await Promise.all([
    memory.histories(client, learning, { names, watched }, options),
    memory.counts(client, learning, observed.filter(isMasked).map(nameOf), options),
  ]);
  const rows = observed.map((one) => {
    const { envId, kind, key, bucket, quarter, half, block, tools } = one;
    const name = seriesKey(one);
    const masked = maskedBy.get(name) ?? [];
    const past = isMasked(one)
      ? { history: null, counts: counts.get(name) ?? [] }
      : { history: histories.get(name) ?? emptyHistory, counts: null };
    const counted = { bucket, quarter, half, block };
    return { envId, row: { kind, key, firstSeenMs: firstSeenOf(looking, one), ...counted, tools, ...past, masked } };
  });
  return new Map(
    [...Map.groupBy(rows, ({ envId }) => envId)].map(([envId, own]) => [envId, own.map(({ row }) => row)]),
  );
}
