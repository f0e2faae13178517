import type { TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { isDenialsOnly, matchedColumns, type Selection } from '../questions/selection.ts';
import type { Grain } from './calendar.ts';
import { type SourceLevel, sourceLevels } from './cover.ts';
import { asksForNames, isEnvironmentAsked, readEnvironmentNames, splitEnvironments } from './environments.ts';
import { type Plan, type PlanContext, planOf } from './plan.ts';
import { type SealBook, sealBookOf } from './seal-book.ts';
import { readZoneOffsets } from './zone-offsets.ts';

/** What an answer was read from, and what it lacks. */
export interface SourcesOfAnswer {
  readonly levels: readonly SourceLevel[];
  /** Expired rows that the question needs and no rollup tells, from the first to the last; `null` for a whole answer. */
  readonly expired: TimeRange | null;
}

export interface PlanningOptions extends StatementOptions {
  /** Is told what each answer was read from. */
  readonly onPlan?: (sources: SourcesOfAnswer) => void;
  /** Names at most so many builds of a level in a statement, which looks up those of longer lists. Default 10,000. */
  readonly mostNamed?: number;
}

/** One range of a question, and what is looked at there beyond the selection. */
export interface PlannedRange {
  readonly range: TimeRange;
  readonly columns: readonly string[];
  readonly grains: readonly Grain[];
}

export interface Plans {
  /** One a range, in their order; all of one moment. */
  readonly plans: readonly Plan[];
  /** What is left of the selection: the plans know time and environments. */
  readonly selection: Selection;
}

function reach(ranges: readonly PlannedRange[], shifted: boolean): TimeRange {
  const ends = ranges.flatMap(({ range, grains }) => [
    range,
    ...(shifted ? grains : []).map(({ shiftMs }) => ({ fromMs: range.fromMs + shiftMs, toMs: range.toMs + shiftMs })),
  ]);
  return { fromMs: Math.min(...ends.map(({ fromMs }) => fromMs)), toMs: Math.max(...ends.map(({ toMs }) => toMs)) };
}

function samePlans(one: Plans, other: Plans): boolean {
  return JSON.stringify(one.plans) === JSON.stringify(other.plans);
}

/** A question about decisions, as far as planning has to know it. */
export interface PlannedQuestion {
  readonly selection: Selection;
  /** Of the buckets and groups by time, IANA. */
  readonly timeZone: string;
  readonly ranges: readonly PlannedRange[];
}

type Context = Omit<PlanContext, 'environments'> & { readonly isAsked: (envId: string) => boolean };

function plansOf({ selection, ranges }: PlannedQuestion, book: SealBook, context: Context): Plans {
  const { rest } = splitEnvironments(selection);
  const environments = book.snapshot(reach(ranges, false)).filter(({ envId }) => context.isAsked(envId));
  const plans = ranges.map(({ range, columns, grains }) => {
    const needs = {
      range,
      grains,
      columns: new Set([...columns, ...matchedColumns(rest)]),
      isDenialsOnly: isDenialsOnly(rest),
    };
    return planOf(needs, { ...context, environments });
  });
  return { plans, selection: rest };
}

/** What plans depend on beside what holds. */
async function readContext(client: StoreClient, question: PlannedQuestion, options: PlanningOptions): Promise<Context> {
  const { ranges, timeZone } = question;
  const { about } = splitEnvironments(question.selection);
  const hasGrains = ranges.some(({ grains }) => grains.length > 0);
  const [offsets, names] = await Promise.all([
    hasGrains ? readZoneOffsets(client, timeZone, reach(ranges, true), options) : [],
    asksForNames(about) ? readEnvironmentNames(client, options) : new Map<string, string[]>(),
  ]);
  const isAsked = (envId: string) => isEnvironmentAsked(about, envId, names.get(envId));
  return { offsets, isAsked, mostNamed: options.mostNamed };
}

function tellSources({ plans }: Plans, onPlan: PlanningOptions['onPlan']): void {
  const read = new Set(plans.flatMap(({ parts }) => parts.map(({ level }) => level)));
  const levels = sourceLevels.filter((level) => read.has(level));
  for (const { expired } of plans) onPlan?.({ levels, expired });
}

type Read<Found> = (plans: Plans, options: StatementOptions) => Promise<Found>;

/**
 * Reads by what was known before, while asking what is new; `null` where the plan turned out to be another one. Nothing that
 * was stored before this call is missed: it was said before, and so is among the news.
 */
async function readBeforehand<Found>(
  book: SealBook,
  question: PlannedQuestion,
  context: Context,
  read: (plans: Plans, signal: AbortSignal) => Promise<Found>,
): Promise<{ readonly plans: Plans; readonly found: Found } | null> {
  const known = book.version;
  const plans = plansOf(question, book, context);
  const stop = new AbortController();
  const reading = read(plans, stop.signal);
  // Looked at below; until then it must not end the process.
  reading.catch(() => undefined);
  try {
    await book.refresh(reach(question.ranges, false));
    const isSame = book.version === known || samePlans(plans, plansOf(question, book, context));
    if (isSame) return { plans, found: await reading };
  } catch (error) {
    stop.abort();
    throw error;
  }
  stop.abort();
  return null;
}

/**
 * Plans what a question reads and reads it: as of a moment after this call, so that whatever was stored before is in the answer.
 * `read` may be called twice. Throws `STORE_*`.
 */
export async function answerPlanned<Found>(
  client: StoreClient,
  question: PlannedQuestion,
  { onPlan, ...options }: PlanningOptions,
  read: Read<Found>,
): Promise<Found> {
  const book = sealBookOf(client);
  const range = reach(question.ranges, false);
  const { mostNamed: _, ...statement } = options;
  const context = await readContext(client, question, options);
  if (book.knows(range)) {
    const beforehand = await readBeforehand(book, question, context, (plans, stop) => {
      const signal = statement.signal === undefined ? stop : AbortSignal.any([statement.signal, stop]);
      return read(plans, { ...statement, signal });
    });
    if (beforehand !== null) {
      tellSources(beforehand.plans, onPlan);
      return beforehand.found;
    }
  } else {
    await book.refresh(range, statement);
  }
  const plans = plansOf(question, book, context);
  const found = await read(plans, statement);
  tellSources(plans, onPlan);
  return found;
}
