import { type AlertTransition, dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import { type PlanningOptions, readSeries, type Scope, type StoreClient, subjectFilters } from '@custody/store';
import { z } from 'zod';
import { iso } from './alert-row.ts';
import type { Measured } from './frozen-measures.ts';

const bucketMs = 5 * minuteMs;
const beforeMs = 6 * hourMs;
const afterMs = 2 * hourMs;
/** Of an alert that goes on for weeks its first days are shown. */
const mostMs = 7 * dayMs;

const point = z.object({
  at: z.string().describe('Start of the five minutes'),
  denials: z.number().int(),
  decisions: z.number().int(),
  in_window: z
    .number()
    .int()
    .nullable()
    .describe('Denials of window_seconds that end with these five minutes: what expected and bound are about'),
  expected: z.number().nullable(),
  bound: z.number().nullable(),
});

export const alertSeries = z
  .object({
    from: z.string(),
    to: z.string(),
    bucket_seconds: z.number().int(),
    window_seconds: z.number().int().nullable().describe('null where the alert is not about denials in a window'),
    points: z.array(point),
  })
  .describe(
    'Denials of the subject around the alert, from six hours before to two after its end. expected and bound are by the baseline that the alert keeps, which is the one of its opening, for a day; null where none is known',
  );

const floor = (ms: number) => Math.floor(ms / bucketMs) * bucketMs;
const ceil = (ms: number) => Math.ceil(ms / bucketMs) * bucketMs;

/** Six hours before the alert to two hours after its end, at most until now. */
export function rangeAround(first: AlertTransition, last: AlertTransition, nowMs: number): TimeRange {
  const fromMs = floor(Math.min(first.window.fromMs, last.openedAtMs) - beforeMs);
  // The alerter's clock may be ahead of this one: what it has judged has been.
  const knownMs = Math.max(nowMs, last.atMs);
  const endMs = last.resolvedAtMs === null ? knownMs : last.resolvedAtMs + afterMs;
  const toMs = ceil(Math.min(endMs, knownMs, fromMs + mostMs));
  return { fromMs, toMs: Math.max(toMs, fromMs + bucketMs) };
}

/** Buckets of the window that the alert counts denials in; `null` where it counts something else. */
export function windowBuckets({ detector, window }: AlertTransition): number | null {
  if (detector !== 'spike' && detector !== 'threshold') return null;
  const buckets = (window.toMs - window.fromMs) / bucketMs;
  return Number.isInteger(buckets) && buckets > 0 ? buckets : null;
}

interface Asked {
  readonly store: StoreClient;
  readonly scope: Scope;
  readonly options: PlanningOptions;
  readonly nowMs: number;
}

/** Reads the denials around an alert. Throws `STORE_*`. */
export async function readAlertSeries(
  first: AlertTransition,
  last: AlertTransition,
  measuredAt: (endMs: number) => Measured | null,
  { store, scope, options, nowMs }: Asked,
): Promise<z.infer<typeof alertSeries>> {
  const shown = rangeAround(first, last, nowMs);
  const buckets = windowBuckets(last);
  const range = { fromMs: shown.fromMs - ((buckets ?? 1) - 1) * bucketMs, toMs: shown.toMs };
  const filters = subjectFilters(last.subject);
  const selection = {
    range,
    scope,
    filters,
    human: null,
    candidates: null,
    certainty: 'sure' as const,
    reasonText: '',
  };
  const counted = await readSeries(
    store,
    {
      ...{ selection, measures: ['decisions', 'denials'], groupBy: [], bucket: '5m', timeZone: 'UTC' },
      ...{ order: { by: 'decisions', descending: true }, limit: 1 },
    },
    options,
  );
  const found = new Map(counted.map((row) => [Number(row.bucket_ms), row]));
  const denialsAt = (atMs: number) => Number(found.get(atMs)?.m_denials ?? 0);
  const pointAt = (atMs: number): z.infer<typeof point> => {
    const window = Array.from({ length: buckets ?? 0 }, (_, n) => denialsAt(atMs - n * bucketMs));
    const measured = buckets === null ? null : measuredAt(atMs + bucketMs);
    return {
      ...{ at: iso(atMs), denials: denialsAt(atMs), decisions: Number(found.get(atMs)?.m_decisions ?? 0) },
      in_window: buckets === null ? null : window.reduce((sum, denials) => sum + denials, 0),
      ...{ expected: measured?.expected ?? null, bound: measured?.bound ?? null },
    };
  };
  const count = (shown.toMs - shown.fromMs) / bucketMs;
  return {
    ...{ from: iso(shown.fromMs), to: iso(shown.toMs), bucket_seconds: bucketMs / 1_000 },
    window_seconds: buckets === null ? null : (buckets * bucketMs) / 1_000,
    points: Array.from({ length: count }, (_, n) => pointAt(shown.fromMs + n * bucketMs)),
  };
}
