import type { TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import {
  type Coverage,
  coverageOf,
  type Gap,
  gapsOf,
  type History,
  isWithinEnvironments,
  type Scope,
  type StatementOptions,
} from '@custody/store';
import type { AnswerMeta } from './answer-meta.ts';
import type { PollerReport } from './poller-report.ts';
import { boundsOf, type QueryLimits } from './query-limits.ts';

/** What an answer is about, for its `meta`. */
export interface AnsweredRange {
  readonly range: TimeRange;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** The environments that the filter lets through; all of them by default. */
  readonly isAsked?: (envId: string, envName: string) => boolean;
}

/** Who pays for statements, and is told of them. */
export type Payer = Required<Pick<StatementOptions, 'onCost' | 'owner' | 'during'>>;

/** What is read once for all who ask; none of it is told but as far as a caller may see it. */
export interface SharedAnswers {
  history(): Promise<History>;
  reports(): Promise<ReadonlyMap<string, PollerReport>>;
  isDemo(): Promise<boolean>;
}

interface AnswersOptions {
  readonly clock: Clock;
  readonly limits: QueryLimits;
  readonly scope: Scope;
  readonly payer: Payer;
  readonly sources: SharedAnswers;
}

/** The common part of answers to one caller: statement limits, and what is proven of a range, as far as the caller may see. */
export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Bounds of a statement that answers the caller, and who pays for it. */
  statement(signal?: AbortSignal): StatementOptions {
    return { ...boundsOf(this.#options.limits, signal), ...this.#options.payer };
  }

  /** Coverage of a range by environment, of those that the caller may see. */
  async coverage(range: TimeRange): Promise<Coverage[]> {
    const { scope, sources, clock } = this.#options;
    const rows = coverageOf(await sources.history(), range, clock.now());
    return rows.filter(({ env_id }) => scope.envIds === null || scope.envIds.includes(env_id));
  }

  /** Whether all of this is the demo's. */
  isDemo(): Promise<boolean> {
    return this.#options.sources.isDemo();
  }

  /** Every stretch of a range that is not proven, by environment; what `coverage` sums up. */
  async gaps(range: TimeRange): Promise<Gap[]> {
    const { scope, sources, clock } = this.#options;
    const gaps = gapsOf(await sources.history(), range, clock.now());
    return gaps.filter(({ envId: env_id }) => scope.envIds === null || scope.envIds.includes(env_id));
  }

  /**
   * What each environment's poller last reported, by environment; nothing for a caller who may see only a part of
   * environments, since it counts all of them.
   */
  async reports(): Promise<ReadonlyMap<string, PollerReport>> {
    const { sources, scope } = this.#options;
    return isWithinEnvironments(scope) ? new Map() : sources.reports();
  }

  /** Reads, and says beside it what is proven of the range and how long both took. */
  async answer<Found>(reading: Promise<Found>, about: AnsweredRange): Promise<{ found: Found; meta: AnswerMeta }> {
    const [found, meta] = await Promise.all([reading, this.meta(about)]);
    return { found, meta: { ...meta, elapsed_ms: Math.round((performance.now() - about.startedAt) * 10) / 10 } };
  }

  /** What is proven of a range. */
  async meta({ range, isAsked = () => true }: AnsweredRange): Promise<Omit<AnswerMeta, 'elapsed_ms'>> {
    const [coverage, isDemo] = await Promise.all([this.coverage(range), this.#options.sources.isDemo()]);
    const rows = coverage.filter(({ env_id, env_name }) => isAsked(env_id, env_name));
    const sum = (value: (row: Coverage) => number) => rows.reduce((total, row) => total + value(row), 0);
    const unproven = sum((row) => row.open_seconds + row.blind_seconds + row.unreadable_seconds);
    const isWithinHistory = rows.length > 0 && rows.every(({ oldest }) => Date.parse(oldest) <= range.fromMs);
    return {
      from: new Date(range.fromMs).toISOString(),
      to: new Date(range.toMs).toISOString(),
      proven: isWithinHistory && unproven === 0,
      proven_until: rows.map(({ proven_until }) => proven_until).sort()[0] ?? null,
      blind_seconds: sum((row) => row.blind_seconds),
      unreadable_seconds: sum((row) => row.unreadable_seconds),
      levels: isWithinEnvironments(this.#options.scope) ? [] : ['raw'],
      ...(isDemo ? { demo: true } : {}),
    };
  }
}
