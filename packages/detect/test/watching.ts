import {
  type Alert,
  type AlertEvent,
  type BucketCount,
  type DetectSettings,
  defaultSettings,
  type EnvironmentInput,
  type Finding,
  fiveMinutes,
  look,
  type Reading,
  summarize,
} from '../src/index.ts';

export const bucketMs = fiveMinutes.bucketMs;
export const perDay = 288;
/** A Monday; everything is counted from it. */
export const startMs = Date.parse('2026-03-02T00:00:00Z');
export const startBucket = startMs / bucketMs;

/** Everything read and proven. */
export function readAll(atMs: number): Reading {
  return { readUntilMs: atMs, unread: [], provenUntilMs: atMs };
}

export function environmentAt(atMs: number, given: Partial<EnvironmentInput> = {}): EnvironmentInput {
  return {
    envId: 'production',
    reading: readAll(atMs),
    observedSinceMs: startMs,
    unobserved: [],
    priors: {},
    activeSeries: 1_000,
    series: [],
    deniedTools: [],
    agentCalls: [],
    pairs: [],
    rates: [],
    awake: [],
    decisions: null,
    coverage: null,
    limits: [],
    ...given,
  };
}

/** Buckets since `startMs`, and what is counted in them. */
export type CountsOf = (bucket: number) => number;

export interface Watched {
  readonly findings: readonly Finding[];
  readonly events: readonly AlertEvent[];
  readonly alerts: readonly Alert[];
}

/**
 * One agent's denials, looked at after every bucket of `[from, until)`, as the service does: the history summed up as of
 * the moment, the alerts of the last look given to the next. Buckets count from `startMs`.
 */
export function watch(
  countOf: CountsOf,
  from: number,
  until: number,
  settings: DetectSettings = defaultSettings,
  firstSeen = 0,
  readingAt: (atMs: number) => Reading = readAll,
): Watched {
  const counts: BucketCount[] = [];
  const findings: Finding[] = [];
  const events: AlertEvent[] = [];
  let alerts: readonly Alert[] = [];
  for (let bucket = 0; bucket < until; bucket += 1) {
    const count = countOf(bucket);
    if (count > 0) counts.push({ bucket: startBucket + bucket, count });
    if (bucket < from) continue;
    const now = startBucket + bucket + 1;
    let block = 0;
    for (const it of counts.slice(-12)) if (it.bucket >= now - 12) block += it.count;
    const series =
      block === 0
        ? []
        : [
            {
              kind: 'agent' as const,
              key: 'agent|a',
              firstSeenMs: startMs + firstSeen * bucketMs,
              observed: { bucket: count, block },
              history: summarize(counts, now, settings.model),
              masked: [],
              tools: ['linear:create_issue'],
            },
          ];
    const environment = environmentAt(now * bucketMs, { series, reading: readingAt(now * bucketMs) });
    const result = look({ atMs: now * bucketMs, environments: [environment], alerts }, settings);
    findings.push(...result.findings);
    events.push(...result.events);
    alerts = result.alerts;
  }
  return { findings, events, alerts };
}
