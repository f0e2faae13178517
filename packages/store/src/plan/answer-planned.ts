import type { TimeRange } from '@custody/decision';
import type { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { areInPieces, type CountedPlan, countPlans, prepareSums } from '../pieces/count-plan.ts';
import type { Counted } from '../pieces/counted.ts';
import type { Counting } from '../pieces/counting.ts';
import { ask, type Question } from '../questions/question.ts';
import { isDenialsOnly, matchedColumns, type Selection } from '../questions/selection.ts';
import { type AnswerMemory, answerMemoryOf, type RememberedAnswer } from './answer-memory.ts';
import { type Basis, basisOf, isRight } from './basis.ts';
import type { Grain } from './calendar.ts';
import { type SourceLevel, sourceLevels } from './cover.ts';
import {
  asksForNames,
  type EnvironmentNames,
  isEnvironmentAsked,
  readEnvironmentNames,
  splitEnvironments,
} from './environments.ts';
import { type Plan, type PlanContext, planOf } from './plan.ts';
import { type SealBook, sealBookOf } from './seal-book.ts';
import { UnderWay } from './under-way.ts';
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
  /** Is told what each answer rests on. */
  readonly onBasis?: (basis: Basis) => void;
  /** The answer has all that was stored before, by `performance.now()`. Default: before it is asked for. */
  readonly sinceMs?: number;
  /** Names at most so many builds of a level in a statement, which looks up those of longer lists. Default 2,000. */
  readonly mostNamed?: number;
  /** Reads it, whatever is remembered. */
  readonly isAnew?: boolean;
  /** Counts piece by piece where rows of so many hours are needed at most, and else by one statement. Default 12. */
  readonly mostHours?: number;
}

/** How a question is answered without a statement of its own. */
export interface ByPieces {
  /** What is counted of each range, in their order. */
  readonly countings: readonly Counting[];
  /** The rows of the answer, as the statement would have them. */
  readonly finish: (counted: readonly Counted[]) => readonly unknown[];
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

/** Whether plans read the same. Builds that are looked up are not known to. */
function isSame(one: Plans, other: Plans): boolean {
  const areNamed = one.plans.every(({ parts }) => parts.every(({ builds }) => builds !== null));
  return areNamed && JSON.stringify(one.plans) === JSON.stringify(other.plans);
}

/** A question about decisions, as far as planning has to know it. */
export interface PlannedQuestion {
  /** The same for the same question, and for no other. */
  readonly key: string;
  readonly selection: Selection;
  /** Of the buckets and groups by time, IANA. */
  readonly timeZone: string;
  readonly ranges: readonly PlannedRange[];
}

type Context = Omit<PlanContext, 'environments'> & {
  /** The selection without what it says of environments. */
  readonly rest: Selection;
  readonly isAsked: (envId: string) => boolean;
  /** What environments are called, where that matters. */
  readonly names: EnvironmentNames;
  readonly mostHours: number;
};

const usualMostHours = 12;

function plansOf({ ranges }: PlannedQuestion, book: SealBook, context: Context): Plans {
  const { rest } = context;
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
  const { about, rest } = splitEnvironments(question.selection);
  const hasGrains = ranges.some(({ grains }) => grains.length > 0);
  const [offsets, names] = await Promise.all([
    hasGrains ? readZoneOffsets(client, timeZone, reach(ranges, true), options) : [],
    asksForNames(about) ? readEnvironmentNames(client, options) : new Map<string, string[]>(),
  ]);
  const isAsked = (envId: string) => isEnvironmentAsked(about, envId, names.get(envId));
  const { mostNamed, mostHours = usualMostHours } = options;
  return { rest, offsets, isAsked, names, mostNamed, mostHours };
}

function tellSources(plans: readonly Plan[], onPlan: PlanningOptions['onPlan']): void {
  const read = new Set(plans.flatMap(({ parts }) => parts.map(({ level }) => level)));
  const levels = sourceLevels.filter((level) => read.has(level));
  for (const { expired } of plans) onPlan?.({ levels, expired });
}

/** Makes the statement that plans are read by. Pure. */
type Compose<Row extends z.ZodType> = (plans: Plans) => Question<Row>;

interface Answered {
  readonly basis: Basis;
  readonly plans: readonly Plan[];
  readonly rows: readonly unknown[];
}

/** When an answer has to be of, beside the bounds of its statements. */
interface Timing {
  readonly statement: StatementOptions;
  readonly sinceMs: number;
}

interface AnsweringParts<Row extends z.ZodType> {
  readonly context: Context;
  readonly compose: Compose<Row>;
  readonly timing: Timing;
  readonly byPieces: ByPieces | undefined;
}

/** A question on its way to an answer. */
class Answering<Row extends z.ZodType> {
  readonly key: string;
  readonly #book: SealBook;
  readonly #memory: AnswerMemory;
  readonly #client: StoreClient;
  readonly #question: PlannedQuestion;
  readonly #context: Context;
  readonly #compose: Compose<Row>;
  readonly #range: TimeRange;
  readonly #timing: Timing;
  readonly #byPieces: ByPieces | undefined;

  constructor(client: StoreClient, question: PlannedQuestion, parts: AnsweringParts<Row>) {
    const { context, compose, timing, byPieces } = parts;
    this.#client = client;
    this.#book = sealBookOf(client);
    this.#memory = answerMemoryOf(client);
    const { names } = context;
    this.key = names.size === 0 ? question.key : `${question.key}${JSON.stringify([...names])}`;
    this.#question = question;
    this.#context = context;
    this.#compose = compose;
    this.#range = reach(question.ranges, false);
    this.#timing = timing;
    this.#byPieces = byPieces;
  }

  #look(): Promise<void> {
    return this.#book.refresh(this.#range, this.#timing.statement, this.#timing.sinceMs);
  }

  #plans(): Plans {
    return plansOf(this.#question, this.#book, this.#context);
  }

  /** Reads by what is known now, and remembers the answer with what it rests on. */
  async #readNow(statement = this.#timing.statement, plans = this.#plans()): Promise<Answered> {
    const basis = basisOf(this.#book, plans.plans);
    const readAtMs = performance.now();
    const rows = await ask(this.#client, this.#compose(plans), statement);
    this.#memory.set(this.key, { ...basis, readAtMs, rows });
    return { basis, plans: plans.plans, rows };
  }

  /** What is remembered of it, if nothing was said since of what that rests on, as far as is known. */
  get #remembered(): RememberedAnswer | null {
    const answer = this.#memory.get(this.key);
    return answer !== undefined && isRight(this.#book, answer) ? answer : null;
  }

  /** What is remembered, looked at again; `null` where it is not right any more. */
  async recall(): Promise<Answered | null> {
    if (this.#remembered === null) return null;
    await this.#look();
    const answer = this.#remembered;
    return answer && { basis: answer, plans: answer.plans, rows: answer.rows };
  }

  /** Reads by plans of what is known, while looking at what is new; `null` where that makes them others. */
  async #readBeforehand(plans: Plans): Promise<Answered | null> {
    const { statement } = this.#timing;
    const { version } = this.#book;
    const stop = new AbortController();
    const signal = statement.signal ? AbortSignal.any([statement.signal, stop.signal]) : stop.signal;
    const reading = this.#readNow({ ...statement, signal }, plans);
    // Looked at below; until then it must not end the process.
    reading.catch(() => undefined);
    try {
      await this.#look();
    } catch (error) {
      stop.abort();
      throw error;
    }
    if (this.#book.version === version || isSame(plans, this.#plans())) return reading;
    stop.abort();
    return null;
  }

  /** The plans with what is counted by them; `null` where that is not possible piece by piece. */
  #inPieces({ plans, selection }: Plans): CountedPlan[] | null {
    const { countings } = this.#byPieces ?? {};
    if (countings === undefined) return null;
    const { offsets, mostHours } = this.#context;
    const { timeZone } = this.#question;
    const all = plans.map((plan, index): CountedPlan => {
      return { plan, counting: countings[index] as Counting, selection, timeZone, offsets };
    });
    return areInPieces(all, mostHours) ? all : null;
  }

  /** Counts by what is known now, which was looked at; `null` where it has to be read. */
  async #count(plans = this.#plans(), all = this.#inPieces(plans)): Promise<Answered | null> {
    if (all === null) return null;
    const basis = basisOf(this.#book, plans.plans);
    const readAtMs = performance.now();
    const counted = await countPlans(this.#client, all, this.#timing.statement);
    if (counted === null) return null;
    const rows = this.#byPieces?.finish(counted) ?? [];
    this.#memory.set(this.key, { ...basis, readAtMs, rows });
    return { basis, plans: plans.plans, rows };
  }

  async read(): Promise<Answered> {
    if (!this.#book.knows(this.#range)) {
      await this.#look();
      return (await this.#count()) ?? this.#readNow();
    }
    const { version } = this.#book;
    const plans = this.#plans();
    const all = this.#inPieces(plans);
    if (all !== null) {
      prepareSums(this.#client, all, this.#timing.statement);
      await this.#look();
      const counting = this.#book.version === version ? this.#count(plans, all) : this.#count();
      return (await counting) ?? this.#readNow();
    }
    return (await this.#readBeforehand(plans)) ?? this.#readNow();
  }
}

const readings = new WeakMap<StoreClient, UnderWay<Answered>>();

function readingsOf(client: StoreClient): UnderWay<Answered> {
  const known = readings.get(client) ?? new UnderWay<Answered>();
  readings.set(client, known);
  return known;
}

/**
 * Plans what a question reads and reads it: as of a moment after this call, so that whatever was stored before is in the
 * answer, since that was said before it was stored. What was answered before and is still right is not read again, nor what
 * is being read for somebody else. Rows are not to be changed. Throws `STORE_*`.
 */
export async function answerPlanned<Row extends z.ZodType>(
  client: StoreClient,
  question: PlannedQuestion,
  { onPlan, onBasis, mostNamed, mostHours, sinceMs = performance.now(), isAnew = false, ...statement }: PlanningOptions,
  compose: Compose<Row>,
  byPieces?: ByPieces,
): Promise<z.output<Row>[]> {
  const context = await readContext(client, question, {
    ...statement,
    ...(mostNamed !== undefined && { mostNamed }),
    ...(mostHours !== undefined && { mostHours }),
  });
  const timing = { statement, sinceMs };
  const answering = new Answering(client, question, {
    ...{ context, compose, timing },
    byPieces: isAnew ? undefined : byPieces,
  });
  const { recall, read } = { recall: () => answering.recall(), read: () => answering.read() };
  const answered = isAnew ? read() : readingsOf(client).answer(answering.key, { sinceMs, recall, read });
  const { basis, plans, rows } = await answered;
  tellSources(plans, onPlan);
  onBasis?.(basis);
  return rows as z.output<Row>[];
}
