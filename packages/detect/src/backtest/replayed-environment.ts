import {
  type BacktestRows,
  type DeniedMinuteRow,
  hourOf,
  type KnownSeriesRow,
  leastSweptTools,
  minuteMs,
  type TimeRange,
} from '@custody/decision';
import type { CountModel } from '../count/count-model.ts';
import { defaultPrior } from '../count/kind-prior.ts';
import type { ObservedTime } from '../count/observed-time.ts';
import { learnedRange } from '../count/series-history.ts';
import type { DeniedCell } from '../denied-cell.ts';
import type { EnvironmentInput, SeriesInput } from '../environment-input.ts';
import { type Priors, priorsOf } from '../environment-rows.ts';
import { type Detector, type SeriesKind, seriesKinds } from '../finding.ts';
import { keyOf } from '../rule-set/scope.ts';
import { observedTime } from '../spike-signs.ts';
import { seriesName } from './masks.ts';
import { ReplayedQuarters } from './replayed-quarters.ts';
import { ReplayedSeries } from './replayed-series.ts';
import { SlidingCounts } from './sliding-counts.ts';

/** What is asked of a moment beside the counts. */
export interface MomentAsked {
  readonly atMs: number;
  /** What any rule watches: the rest is not looked at. */
  readonly detectors: ReadonlySet<Detector>;
  /** The loosest probability that a rule takes for unlikely. */
  readonly alpha: number;
  /** Series of alerts that are open, by `seriesName`. */
  readonly open: ReadonlySet<string>;
  /** What alerts keep out of a series, by the detectors that found them. */
  readonly maskedBy: (name: string, detectors: readonly string[]) => readonly TimeRange[];
}

const slowLagMs = 5 * minuteMs;
const blockMinutes = 60;
const mostTools = 100;
/** So many series tell what their kind has in common. */
const mostKnown = 4_000;

interface SlowView {
  readonly asOfMs: number;
  readonly priors: Priors;
  readonly activeSeries: number;
  readonly activeByKind: NonNullable<EnvironmentInput['activeByKind']>;
}

/** An environment of a back-test as time goes on: what the store would have shown at each moment. */
export class ReplayedEnvironment {
  readonly envId: string;
  readonly envName: string;
  readonly #rows: BacktestRows;
  readonly #model: CountModel;
  readonly #series: ReplayedSeries[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #firstSeen: ReadonlyMap<string, number>;
  readonly #counts: SlidingCounts;
  readonly #minutes: (readonly DeniedCell[])[] = [];
  readonly #quarters: ReplayedQuarters;
  readonly #mostTools = new Map<string, { bucket: number; count: number }[]>();
  /** Of the bucket that is going on, by the numbers of series; and the tools that agents were denied in it. */
  #bucketCounts = new Map<number, number>();
  #bucketTools = new Map<string, Set<string>>();
  #slow: SlowView | null = null;
  #time: { readonly bucket: number; readonly observed: ObservedTime } | null = null;

  constructor(rows: BacktestRows, model: CountModel) {
    this.envId = rows.envId;
    this.envName = rows.envName;
    this.#rows = rows;
    this.#model = model;
    this.#counts = new SlidingCounts(model.calendar.bucketMs / minuteMs, blockMinutes);
    this.#firstSeen = new Map(rows.seen.map(({ kind, key, firstMs }) => [seriesName(kind, key), firstMs]));
    this.#quarters = new ReplayedQuarters(rows.quarters, rows.observedSinceMs, model);
    for (const { agentKey, most } of rows.sweeps) this.#mostTools.set(agentKey, [...most]);
    for (const { kind, key, counts } of rows.counts) {
      const series = this.#numbered(kind, key, (counts[0]?.bucket ?? 0) * model.calendar.bucketMs);
      for (const { bucket, count } of counts) this.#series[series]?.add(bucket, count);
    }
  }

  /** Denials of the minute that begins then. */
  take(startMs: number, cells: readonly DeniedMinuteRow[]): void {
    const series: number[] = [];
    const counts: number[] = [];
    for (const cell of cells) {
      for (const kind of seriesKinds) {
        const key = keyOf(kind, cell);
        if (key === '' && kind !== 'environment') continue;
        const number = this.#numbered(kind, key, startMs);
        series.push(number);
        counts.push(cell.denials);
        this.#bucketCounts.set(number, (this.#bucketCounts.get(number) ?? 0) + cell.denials);
      }
      if (cell.tool !== '' && cell.agent !== '') {
        const tools = this.#bucketTools.get(cell.agent) ?? new Set<string>();
        this.#bucketTools.set(cell.agent, tools.add(cell.tool));
      }
    }
    this.#counts.push({ series, counts });
    this.#minutes.push(cells.map(({ envId: _, ...cell }) => ({ ...cell, isNewPair: false })));
    if (this.#minutes.length > blockMinutes) this.#minutes.shift();
    const { bucketMs } = this.#model.calendar;
    if ((startMs + minuteMs) % bucketMs === 0) this.#endBucket(startMs + minuteMs - bucketMs);
  }

  #endBucket(startMs: number): void {
    const bucket = startMs / this.#model.calendar.bucketMs;
    for (const [number, count] of this.#bucketCounts) this.#series[number]?.add(bucket, count);
    for (const [agentKey, tools] of this.#bucketTools) {
      const most = this.#mostTools.get(agentKey) ?? [];
      most.push({ bucket, count: tools.size });
      this.#mostTools.set(agentKey, most);
    }
    this.#bucketCounts = new Map();
    this.#bucketTools = new Map();
  }

  #numbered(kind: SeriesKind, key: string, seenMs: number): number {
    const name = seriesName(kind, key);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#series.length;
    const firstMs = kind === 'environment' ? 0 : (this.#firstSeen.get(name) ?? seenMs);
    this.#series.push(new ReplayedSeries(kind, key, firstMs, this.#model));
    this.#numbers.set(name, number);
    return number;
  }

  /** What changes slowly, as of the start of an hour. Comes before everything else of a moment. */
  refresh(atMs: number): void {
    const asOfMs = hourOf(atMs - slowLagMs);
    if (this.#slow?.asOfMs === asOfMs) return;
    const nowBucket = asOfMs / this.#model.calendar.bucketMs;
    const { fromBucket, untilBucket } = learnedRange(this.#model, nowBucket);
    const active = this.#series.filter((series) => series.hasBetween(fromBucket, untilBucket));
    const oneIn = active.length > mostKnown ? Math.ceil((2 * active.length) / mostKnown) : 1;
    const known = active
      .filter(
        ({ kind }, index) => index % oneIn === 0 || kind === 'server' || kind === 'reason' || kind === 'environment',
      )
      .map((series): KnownSeriesRow => {
        const { kind, key, firstSeenMs } = series;
        return { kind, key, firstSeenMs, history: series.wholeAsOf(nowBucket) };
      });
    const observed = observedTime(this.bareAt(asOfMs), asOfMs, this.#model);
    const servers = this.#rows.seen.filter(({ kind, firstMs }) => kind === 'server' && firstMs < asOfMs).length;
    const ofKind = (kind: SeriesKind) => active.filter((series) => series.kind === kind).length;
    const activeByKind = Object.fromEntries(seriesKinds.map((kind) => [kind, ofKind(kind)]));
    const activeSeries = active.length + servers + 1;
    this.#slow = { asOfMs, priors: priorsOf(known, observed, this.#model), activeSeries, activeByKind };
  }

  /** The environment at a moment without anything that is looked at. */
  bareAt(atMs: number): EnvironmentInput {
    const { envId, envName, readUntilMs, provenUntilMs, observedSinceMs, unread } = this.#rows;
    return {
      ...{ envId, names: [envName], observedSinceMs },
      reading: { readUntilMs, provenUntilMs, unread },
      unobserved: unread.filter(({ fromMs }) => fromMs < atMs),
      ...{ priors: this.#slow?.priors ?? {}, activeSeries: this.#slow?.activeSeries ?? 1 },
      ...(this.#slow !== null && { activeByKind: this.#slow.activeByKind }),
      ...{ series: [], deniedTools: [], agentCalls: [], pairs: [], rates: [], awake: [] },
      ...{ decisions: null, coverage: null, limits: [] },
    };
  }

  /** The environment at a moment with whatever may be found of it, and with what is open. */
  inputAt(asked: MomentAsked): EnvironmentInput {
    const { atMs, detectors } = asked;
    return {
      ...this.bareAt(atMs),
      series: detectors.has('spike') ? this.#suspects(asked) : [],
      deniedTools: detectors.has('sweep') ? this.#swept(asked) : [],
      decisions: detectors.has('source_silent') ? this.#quarters.silentAt(atMs) : null,
    };
  }

  #observedAt(atMs: number, floorBucket: number): ObservedTime {
    if (this.#time?.bucket !== floorBucket) {
      this.#time = { bucket: floorBucket, observed: observedTime(this.bareAt(atMs), atMs, this.#model) };
    }
    return this.#time.observed;
  }

  #suspects({ atMs, alpha, open, maskedBy }: MomentAsked): SeriesInput[] {
    const { bucketMs } = this.#model.calendar;
    const [floorBucket, ceilBucket] = [Math.floor(atMs / bucketMs), Math.ceil(atMs / bucketMs)];
    const time = this.#observedAt(atMs, floorBucket);
    const found: SeriesInput[] = [];
    const { bucket: buckets, block: blocks } = this.#counts;
    for (let number = 0; number < blocks.length; number += 1) {
      const block = blocks[number] ?? 0;
      const series = this.#series[number];
      if (block === 0 || series === undefined) continue;
      const isHeld = open.has(series.name);
      if (block < this.#model.leastCount && !isHeld) continue;
      const observed = { bucket: buckets[number] ?? 0, block };
      series.mask(maskedBy(series.name, ['spike']));
      const prior = this.#slow?.priors[series.kind] ?? defaultPrior(this.#model);
      const test = { observed, time, prior, floorBucket, ceilBucket, alpha, model: this.#model };
      if (isHeld || series.maySpike(test)) found.push(this.#seriesAt(series, observed, floorBucket));
    }
    return found;
  }

  #seriesAt(series: ReplayedSeries, observed: SeriesInput['observed'], floorBucket: number): SeriesInput {
    const { kind, key, firstSeenMs, masked } = series;
    const tools = new Set<string>();
    for (const cells of this.#minutes.slice(-this.#model.calendar.bucketMs / minuteMs)) {
      for (const cell of cells) if (cell.tool !== '' && keyOf(kind, cell) === key) tools.add(cell.tool);
    }
    const listed = [...tools].slice(0, mostTools).sort();
    return { kind, key, firstSeenMs, observed, history: series.historyAsOf(floorBucket), masked, tools: listed };
  }

  /** Agents that were denied several tools in the last five minutes, and how many they were denied at most. */
  #swept({ atMs, maskedBy }: MomentAsked): EnvironmentInput['deniedTools'] {
    const { bucketMs } = this.#model.calendar;
    const recent = this.#minutes.slice(-bucketMs / minuteMs);
    const swept = new Map<string, { tools: Set<string>; denials: number }>();
    for (const cells of recent) {
      for (const { agent, tool, denials } of cells) {
        const number = this.#numbers.get(seriesName('agent', agent));
        if (agent === '' || number === undefined || (this.#counts.bucket[number] ?? 0) < leastSweptTools) continue;
        const own = swept.get(agent) ?? { tools: new Set<string>(), denials: 0 };
        if (tool !== '') own.tools.add(tool);
        swept.set(agent, { tools: own.tools, denials: own.denials + denials });
      }
    }
    const { fromBucket, untilBucket } = learnedRange(this.#model, Math.floor(atMs / bucketMs));
    return [...swept].flatMap(([agentKey, { tools, denials }]) => {
      if (tools.size < leastSweptTools) return [];
      const masked = maskedBy(seriesName('agent', agentKey), ['sweep', 'spike']);
      const isMasked = (bucket: number) =>
        masked.some(({ fromMs, toMs }) => fromMs < (bucket + 1) * bucketMs && bucket * bucketMs < toMs);
      const usualMost = (this.#mostTools.get(agentKey) ?? [])
        .filter(({ bucket }) => bucket >= fromBucket && bucket < untilBucket && !isMasked(bucket))
        .reduce((most, { count }) => Math.max(most, count), 0);
      return [{ agentKey, tools: [...tools].slice(0, mostTools).sort(), denials, usualMost }];
    });
  }

  /** Denials of the last hour. */
  deniedNow(): DeniedCell[] {
    return this.#minutes.flat();
  }
}
