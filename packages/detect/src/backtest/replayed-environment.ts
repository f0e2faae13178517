import {
  type BacktestRows,
  type DeniedMinuteRow,
  hourOf,
  type KnownSeriesRow,
  leastSweptTools,
  minuteMs,
  type TimeRange,
} from '@custody/decision';
import type { BreadthPrior } from '../count/breadth-prior.ts';
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
import { type MaskChanges, seriesName } from './masks.ts';
import { ReplayedQuarters } from './replayed-quarters.ts';
import { epochOf, ReplayedSeries } from './replayed-series.ts';
import { ReplayedTools, type ToolsAsked } from './replayed-tools.ts';
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
  /** Series that an alert keeps a baseline of, open or come to rest: another one may be a spike by it. */
  readonly measured: ReadonlySet<string>;
  /** How often what alerts keep out of a series has changed. */
  readonly maskChangesOf: (name: string) => MaskChanges;
  /** What alerts keep out of a series, by the detectors that found them. */
  readonly maskedBy: (name: string, detectors: readonly string[]) => readonly TimeRange[];
}

type Watching = Pick<MomentAsked, 'detectors' | 'maskedBy'>;

/** What changes slowly is of an hour, and gone by from so long after it on. */
const slowLagMs = 10 * minuteMs;
const blockMinutes = 60;
const mostTools = 100;
/** So many series tell what their kind has in common. */
const mostKnown = 4_000;

interface SlowView {
  readonly asOfMs: number;
  readonly priors: Priors;
  /** `null` where nobody asks for sweeps. */
  readonly breadths: (() => BreadthPrior) | null;
  readonly activeSeries: number;
  readonly activeByKind: NonNullable<EnvironmentInput['activeByKind']>;
}

/** Denials that are alike but for their time, with the series that they belong to, by their numbers. */
interface Combination extends Pick<DeniedMinuteRow, 'human' | 'server' | 'tool' | 'reason'> {
  readonly series: readonly number[];
  /** Of the agent; -1 for none. */
  readonly agent: number;
}

interface Minute {
  readonly cells: readonly DeniedMinuteRow[];
  /** In parallel. */
  readonly combinations: readonly Combination[];
}

/** An environment of a back-test as time goes on: what the store would have shown at each moment. */
export class ReplayedEnvironment {
  readonly envId: string;
  readonly envName: string;
  /** Without what is counted on. */
  readonly #rows: Omit<BacktestRows, 'counts' | 'sweeps' | 'quarters'>;
  readonly #model: CountModel;
  readonly #series: ReplayedSeries[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #firstSeen: ReadonlyMap<string, number>;
  readonly #counts: SlidingCounts;
  /** By agent: comparing the few of one takes less than making one name of all that is known of a denial. */
  readonly #combinations = new Map<string, Combination[]>();
  readonly #minutes: Minute[] = [];
  readonly #quarters: ReplayedQuarters;
  readonly #tools: ReplayedTools;
  /** Of the bucket that is going on, by the numbers of series. */
  readonly #bucketCounts: number[] = [];
  #counted: number[] = [];
  #slow: SlowView | null = null;
  #next: SlowView | null = null;
  #time: { readonly bucket: number; readonly observed: ObservedTime } | null = null;

  constructor(rows: BacktestRows, model: CountModel) {
    this.envId = rows.envId;
    this.envName = rows.envName;
    const { counts: _counts, sweeps: _sweeps, quarters: _quarters, ...kept } = rows;
    this.#rows = kept;
    this.#model = model;
    this.#counts = new SlidingCounts(model.calendar);
    this.#firstSeen = new Map(rows.seen.map(({ kind, key, firstMs }) => [seriesName(kind, key), firstMs]));
    this.#quarters = new ReplayedQuarters(rows.quarters, rows.observedSinceMs, model);
    this.#tools = new ReplayedTools(rows.sweeps, model);
    for (const { kind, key, buckets, counts } of rows.counts) {
      const series = this.#numbered(kind, key, (buckets[0] ?? 0) * model.calendar.bucketMs);
      this.#series[series]?.addAll(buckets, counts);
    }
  }

  /** Denials of the minute that begins then. */
  take(startMs: number, cells: readonly DeniedMinuteRow[]): void {
    const series: number[] = [];
    const counts: number[] = [];
    const combinations: Combination[] = [];
    for (const cell of cells) {
      const { agent, tool, denials } = cell;
      const combination = this.#combinationOf(cell, startMs);
      combinations.push(combination);
      for (const number of combination.series) {
        series.push(number);
        counts.push(denials);
        const before = this.#bucketCounts[number] ?? 0;
        if (before === 0) this.#counted.push(number);
        this.#bucketCounts[number] = before + denials;
      }
      if (tool !== '' && agent !== '') this.#tools.take(agent, tool);
    }
    this.#counts.push({ series, counts });
    this.#minutes.push({ cells, combinations });
    if (this.#minutes.length > blockMinutes) this.#minutes.shift();
    const { bucketMs } = this.#model.calendar;
    if ((startMs + minuteMs) % bucketMs === 0) this.#endBucket(startMs + minuteMs - bucketMs);
  }

  #combinationOf(cell: DeniedMinuteRow, seenMs: number): Combination {
    const { agent, human, server, tool, reason } = cell;
    const ofAgent = this.#combinations.get(agent) ?? [];
    const known = ofAgent.find(
      (one) => one.tool === tool && one.human === human && one.server === server && one.reason === reason,
    );
    if (known !== undefined) return known;
    const series: number[] = [];
    for (const kind of seriesKinds) {
      const key = keyOf(kind, cell);
      if (key !== '' || kind === 'environment') series.push(this.#numbered(kind, key, seenMs));
    }
    const number = agent === '' ? -1 : this.#numbered('agent', agent, seenMs);
    const found = { human, server, tool, reason, series, agent: number };
    this.#combinations.set(agent, [...ofAgent, found]);
    return found;
  }

  #endBucket(startMs: number): void {
    const bucket = startMs / this.#model.calendar.bucketMs;
    for (const number of this.#counted) {
      this.#series[number]?.add(bucket, this.#bucketCounts[number] ?? 0);
      this.#bucketCounts[number] = 0;
    }
    this.#tools.endBucket(bucket);
    this.#counted = [];
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

  /**
   * What changes slowly, as of the start of an hour: looked at when the hour begins, since histories only go forward, and gone
   * by a while later. Comes before everything else of a moment; moments come in order.
   */
  refresh(atMs: number, watching: Watching): void {
    const dueMs = hourOf(atMs - slowLagMs);
    this.#slow ??= this.#viewAsOf(dueMs, watching);
    if (hourOf(atMs) > (this.#next ?? this.#slow).asOfMs) this.#next = this.#viewAsOf(hourOf(atMs), watching);
    if (this.#next === null || this.#next.asOfMs > dueMs) return;
    this.#slow = this.#next;
    this.#next = null;
  }

  #viewAsOf(asOfMs: number, { detectors, maskedBy }: Watching): SlowView {
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
    const asked = this.#toolsAsked({ atMs: asOfMs, maskedBy }, observed);
    const breadths = detectors.has('sweep') ? this.#tools.priorAsOf(asked) : null;
    return { asOfMs, priors: priorsOf(known, observed, this.#model), breadths, activeSeries, activeByKind };
  }

  #toolsAsked({ atMs, maskedBy }: Pick<MomentAsked, 'atMs' | 'maskedBy'>, time: ObservedTime): ToolsAsked {
    return {
      ...{ atMs, time },
      firstSeenMsOf: (key) => this.#series[this.#numbers.get(seriesName('agent', key)) ?? -1]?.firstSeenMs ?? atMs,
      maskedOf: (key) => maskedBy(seriesName('agent', key), ['sweep', 'spike']),
    };
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

  #suspects(asked: MomentAsked): SeriesInput[] {
    const { atMs, alpha, open, measured } = asked;
    const { bucketMs } = this.#model.calendar;
    const [floorBucket, ceilBucket] = [Math.floor(atMs / bucketMs), Math.ceil(atMs / bucketMs)];
    const epoch = epochOf(floorBucket, ceilBucket);
    const found: SeriesInput[] = [];
    const { bucket: buckets, quarter: quarters, half: halves, block: blocks } = this.#counts.bySpan;
    const least = open.size > 0 ? 1 : this.#model.leastCount;
    // A loop over plain numbers: it runs for every series in every minute.
    for (let number = 0; number < blocks.length; number += 1) {
      const block = blocks[number] ?? 0;
      const series = this.#series[number];
      if (block < least || series === undefined) continue;
      const isHeld = open.size > 0 && open.has(series.name);
      if (block < this.#model.leastCount && !isHeld) continue;
      this.#mask(series, epoch, asked);
      const [bucket, quarter, half] = [buckets[number] ?? 0, quarters[number] ?? 0, halves[number] ?? 0];
      const observed = { bucket, quarter, half, block };
      const isJudged = isHeld || measured.has(series.name);
      if (!isJudged && series.isKnownUsual(epoch, observed)) continue;
      const prior = this.#slow?.priors[series.kind] ?? defaultPrior(this.#model);
      const time = this.#observedAt(atMs, floorBucket);
      const test = { observed, time, prior, floorBucket, ceilBucket, alpha, model: this.#model };
      if (isJudged || series.maySpike(test)) found.push(this.#seriesAt(series, observed, floorBucket));
    }
    return found;
  }

  /** Leaves out of a series' history what alerts keep out of it, where that may have changed. */
  #mask(series: ReplayedSeries, epoch: number, { maskChangesOf, maskedBy }: MomentAsked): void {
    series.maskChanges ??= maskChangesOf(series.name);
    const { revision } = series.maskChanges;
    if (revision === 0 || (series.maskedAs.epoch === epoch && series.maskedAs.revision === revision)) return;
    series.maskedAs = { epoch, revision };
    series.mask(maskedBy(series.name, ['spike']));
  }

  #seriesAt(series: ReplayedSeries, observed: SeriesInput['observed'], floorBucket: number): SeriesInput {
    const { kind, key, firstSeenMs, masked } = series;
    const tools = new Set<string>();
    for (const { cells } of this.#minutes.slice(-this.#model.calendar.bucketMs / minuteMs)) {
      for (const cell of cells) if (cell.tool !== '' && keyOf(kind, cell) === key) tools.add(cell.tool);
    }
    const listed = [...tools].slice(0, mostTools).sort();
    return { kind, key, firstSeenMs, observed, history: series.historyAsOf(floorBucket), masked, tools: listed };
  }

  /** Agents that were denied several tools in the last five minutes, and how many they were denied at most. */
  #swept(asked: MomentAsked): EnvironmentInput['deniedTools'] {
    const prior = this.#slow?.breadths ?? null;
    if (prior === null) return [];
    const { atMs } = asked;
    const { bucketMs } = this.#model.calendar;
    const swept = new Map<string, { readonly tools: Set<string>; readonly denials: number }>();
    for (const { cells, combinations } of this.#minutes.slice(-bucketMs / minuteMs)) {
      for (let at = 0; at < cells.length; at += 1) {
        const number = combinations[at]?.agent ?? -1;
        const cell = cells[at];
        if (cell === undefined || number === -1 || (this.#counts.bySpan.bucket[number] ?? 0) < leastSweptTools)
          continue;
        const { agent, tool, denials } = cell;
        const own = swept.get(agent) ?? { tools: new Set<string>(), denials: 0 };
        if (tool !== '') own.tools.add(tool);
        swept.set(agent, { tools: own.tools, denials: own.denials + denials });
      }
    }
    if (swept.size === 0) return [];
    return this.#tools.swept(
      swept,
      prior,
      this.#toolsAsked(asked, this.#observedAt(atMs, Math.floor(atMs / bucketMs))),
    );
  }

  /** Denials of the last hour. */
  deniedNow(): DeniedCell[] {
    return this.#minutes.flatMap(({ cells }) => cells.map(({ envId: _, ...cell }) => ({ ...cell, isNewPair: false })));
  }
}
