import type { TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import {
  type Coverage,
  coverageOf,
  type Gap,
  gapsOf,
  type History,
  installedSource,
  isWithinEnvironments,
  pollerReports,
  readHistory,
  runQuery,
  type Scope,
  type StatementOptions,
  type StoreClient,
} from '@custody/store';
import { z } from 'zod';

export const pollerReport = pollerReports.row.omit({ env_id: true });
type PollerReport = z.infer<typeof pollerReport>;

/** What every answer says about itself. */
export const answerMeta = z
  .object({
    from: z.string().describe('Start of the range that was read'),
    to: z.string().describe('Its end, exclusive'),
    proven: z.boolean().describe('Every second of the range equals what the source listed when it was read'),
    proven_until: z.string().nullable().describe('Everything before is proven or known to be unreadable'),
    blind_seconds: z.number().describe('Seconds of the range that should have been read and are not proven'),
    unreadable_seconds: z.number().describe('Seconds of the range that the source cannot list in full'),
    levels: z
      .array(z.string())
      .describe(
        'What was read: sums of each month, day, hour, quarter (of an hour) or five_minutes, and raw decisions; nothing where the answer is not about decisions, and for a token that shows a part of an environment, since what others do there has an hour read otherwise',
      ),
    expired: z
      .object({ from: z.string(), to: z.string() })
      .optional()
      .describe('Decisions in here expired: they are not listed, and not counted where no sums have what was asked'),
    elapsed_ms: z.number(),
    next: z.string().nullable().optional().describe('Cursor of the next page; null on the last one'),
    truncated: z
      .literal(true)
      .optional()
      .describe('There are more rows than limit let through; without next there is no cursor for them'),
    possible: z.number().optional().describe('Decisions that may be the asked human’s although it is not known'),
    compare: z
      .object({ from: z.string(), to: z.string(), proven: z.boolean(), blind_seconds: z.number() })
      .optional()
      .describe('The range of comparison, and what is proven of it'),
    demo: z.literal(true).optional().describe('Simulated decisions, no real ones'),
  })
  .meta({ id: 'Meta' });
export type AnswerMeta = z.infer<typeof answerMeta>;

/** Limits of each statement that a question runs. */
export interface QueryLimits {
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
  readonly maxRowsToRead: number;
}

export interface AnswerParts {
  /** That pays for what no single caller asks for: it is kept for all of them. */
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly limits: QueryLimits;
}

/** What an answer is about, for its `meta`. */
export interface AnsweredRange {
  readonly range: TimeRange;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** The environments that the filter lets through; all of them by default. */
  readonly isAsked?: (envId: string, envName: string) => boolean;
}

const historyTtlMs = 2_000;

/** Bounds of a statement that answers a caller. */
export function boundsOf(
  { maxSeconds, maxMemoryBytes, maxRowsToRead }: QueryLimits,
  signal?: AbortSignal,
): StatementOptions {
  return {
    signal,
    // The engine's own limit comes first; ours is for an engine that does not answer at all.
    timeoutMs: (maxSeconds + 5) * 1000,
    settings: {
      max_execution_time: maxSeconds,
      max_memory_usage: String(maxMemoryBytes),
      max_rows_to_read: String(maxRowsToRead),
      max_result_rows: '100001',
      result_overflow_mode: 'throw',
    },
  };
}

interface Reading<Found> {
  readonly readAtMs: number;
  readonly found: Promise<Found>;
}

/**
 * The same reading for all who ask within two seconds, and in the second one read anew beside their answers, so that nobody waits
 * where somebody asks all the time. Not bound to one client: others may be waiting for the same rows.
 */
function forAWhile<Found>(read: () => Promise<Found>): () => Promise<Found> {
  let known: Reading<Found> | null = null;
  let next: Reading<Found> | null = null;
  const begin = (nowMs: number) => {
    const reading = { readAtMs: nowMs, found: read() };
    next = reading;
    reading.found.then(
      () => {
        known = reading;
        next = null;
      },
      () => {
        next = null;
      },
    );
    return reading;
  };
  return () => {
    const nowMs = performance.now();
    const ageMs = nowMs - (known?.readAtMs ?? Number.NEGATIVE_INFINITY);
    if (known === null || ageMs > historyTtlMs) return (next ?? begin(nowMs)).found;
    if (ageMs > historyTtlMs / 2 && next === null) begin(nowMs);
    return known.found;
  };
}

/** What answers share, whoever asks; nothing of it is told but through `Answers`, which know what the caller may see. */
export class AnswerSources {
  readonly #parts: AnswerParts;
  #isDemo: Promise<boolean> | null = null;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** The answers to one caller. */
  for(store: StoreClient, scope: Scope, payer: Payer): Answers {
    const { clock, limits } = this.#parts;
    return new Answers({ store, scope, clock, limits, payer, sources: this });
  }

  /** What was read of all environments; anew every two seconds at most. */
  readonly history = forAWhile((): Promise<History> => readHistory(this.#parts.store, boundsOf(this.#parts.limits)));

  /** What each environment's poller last reported; as often. */
  readonly reports = forAWhile(async (): Promise<ReadonlyMap<string, PollerReport>> => {
    const rows = await runQuery(this.#parts.store, pollerReports, {}, boundsOf(this.#parts.limits));
    return new Map(rows.map(({ env_id, ...report }) => [env_id, report]));
  });

  /** Whether the store holds the demo's decisions; one that holds anything never changes that, and is not asked again. */
  isDemo(): Promise<boolean> {
    this.#isDemo ??= this.#readDemo();
    return this.#isDemo;
  }

  async #readDemo(): Promise<boolean> {
    let isKnown = false;
    try {
      const [row] = await runQuery(this.#parts.store, installedSource, {}, boundsOf(this.#parts.limits));
      isKnown = row !== undefined;
      return row?.source === 'simulator';
    } finally {
      if (!isKnown) this.#isDemo = null;
    }
  }
}

/** Who pays for statements, and is told of them. */
export type Payer = Required<Pick<StatementOptions, 'onCost' | 'owner' | 'during'>>;

interface CallersParts extends AnswerParts {
  readonly scope: Scope;
  readonly payer: Payer;
  readonly sources: AnswerSources;
}

/** The common part of answers to one caller: statement limits, and what is proven of a range, as far as the caller may see. */
export class Answers {
  readonly #parts: CallersParts;

  constructor(parts: CallersParts) {
    this.#parts = parts;
  }

  /** Bounds of a statement that answers the caller, and who pays for it. */
  statement(signal?: AbortSignal): StatementOptions {
    return { ...boundsOf(this.#parts.limits, signal), ...this.#parts.payer };
  }

  /** Coverage of a range by environment, of those that the caller may see. */
  async coverage(range: TimeRange): Promise<Coverage[]> {
    const { scope, sources, clock } = this.#parts;
    const rows = coverageOf(await sources.history(), range, clock.now());
    return rows.filter(({ env_id }) => scope.envIds === null || scope.envIds.includes(env_id));
  }

  /** Whether all of this is the demo's. */
  isDemo(): Promise<boolean> {
    return this.#parts.sources.isDemo();
  }

  /** Every stretch of a range that is not proven, by environment; what `coverage` sums up. */
  async gaps(range: TimeRange): Promise<Gap[]> {
    const { scope, sources, clock } = this.#parts;
    const gaps = gapsOf(await sources.history(), range, clock.now());
    return gaps.filter(({ envId: env_id }) => scope.envIds === null || scope.envIds.includes(env_id));
  }

  /**
   * What each environment's poller last reported, by environment; nothing for a caller who may see only a part of
   * environments, since it counts all of them.
   */
  async reports(): Promise<ReadonlyMap<string, PollerReport>> {
    const { sources, scope } = this.#parts;
    return isWithinEnvironments(scope) ? new Map() : sources.reports();
  }

  /** Reads, and says beside it what is proven of the range and how long both took. */
  async answer<Found>(reading: Promise<Found>, about: AnsweredRange): Promise<{ found: Found; meta: AnswerMeta }> {
    const [found, meta] = await Promise.all([reading, this.meta(about)]);
    return { found, meta: { ...meta, elapsed_ms: Math.round((performance.now() - about.startedAt) * 10) / 10 } };
  }

  /** What is proven of a range. */
  async meta({ range, isAsked = () => true }: AnsweredRange): Promise<Omit<AnswerMeta, 'elapsed_ms'>> {
    const [coverage, isDemo] = await Promise.all([this.coverage(range), this.#parts.sources.isDemo()]);
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
      levels: isWithinEnvironments(this.#parts.scope) ? [] : ['raw'],
      ...(isDemo ? { demo: true } : {}),
    };
  }
}
