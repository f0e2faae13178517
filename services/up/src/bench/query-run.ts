import { CustodyError } from '@custody/runtime';
import {
  type AggregateRequest,
  ask,
  decisionById,
  everything,
  type PlanningOptions,
  readAggregate,
  readCompared,
  readDecisionsPage,
  readSeries,
  type SourceLevel,
  type StoreClient,
  storeErrors,
} from '@custody/store';
import { quantile, timed, verify } from './measure.ts';
import { type CountsQuestion, newestDenials, selectionOf } from './query-questions.ts';
import { type AnyRow, askSql, newestRows, rowOfId, viewOf } from './query-sql.ts';
import { reading } from './reads.ts';

type Answer = (client: StoreClient, options?: PlanningOptions) => Promise<readonly AnyRow[]>;

/** A question with the ways to answer it. */
export interface AskedQuestion {
  readonly name: string;
  /** As the API asks the store: planning and reading. */
  readonly asked: Answer;
  /** The same as soon as it was answered, for what is remembered; `null` where nothing is. */
  readonly again: Answer | null;
  /** By a public view; `null` where none has what is asked, or it needs more memory than a statement may use. */
  readonly view: Answer | null;
  /** By the rows, with `FINAL`. */
  readonly rows: Answer;
}

/** Times of a way, milliseconds, and what one answer read. */
export interface Measured {
  readonly times: readonly number[];
  readonly bytes: number;
  readonly rows: number;
}

/** Measures the API's own way alone, of a question to counts; `null` for one to single decisions, which no sum tells. */
export async function measureAsked(
  client: StoreClient,
  { asked, again }: AskedQuestion,
  runs: number,
): Promise<Measured | null> {
  return again === null ? null : measureWay(client, asked, runs, () => undefined);
}

export interface MeasuredQuestion {
  readonly name: string;
  /** Whether the rollups answered it, but for what is open. */
  readonly isFromSums: boolean;
  readonly levels: readonly SourceLevel[];
  readonly asked: Measured;
  readonly again: Measured | null;
  readonly view: Measured | null;
  readonly raw: Measured;
}

function planned(asked: CountsQuestion, always: PlanningOptions): Answer {
  const { limit, order, bucket, compared, timeZone = 'UTC', ...question } = asked;
  const { measures, groupBy } = question;
  const request: AggregateRequest = { selection: selectionOf(question), measures, groupBy, order, limit, timeZone };
  return async (client, given = {}) => {
    const options = { ...given, ...always };
    if (bucket !== undefined) return readSeries(client, { ...request, bucket }, options);
    if (compared === undefined) return readAggregate(client, request, options);
    const { found, earlier } = await readCompared(client, request, compared, options);
    return [...found, ...earlier];
  };
}

function countsAsked(question: CountsQuestion, envId: string): AskedQuestion {
  const view = viewOf(question);
  return {
    name: question.name,
    asked: planned(question, { isAnew: true }),
    again: planned(question, {}),
    view: view === null ? null : (client) => askSql(client, question, view, envId),
    rows: (client) => askSql(client, question, 'rows', envId),
  };
}

const namesOf = (rows: readonly { readonly decision_id: string }[]) => rows.map(({ decision_id }) => ({ decision_id }));

/** Single decisions, which no sum tells: the newest denials of the year, and one by its id. */
function rowsAsked(envId: string, id: string): AskedQuestion[] {
  const { name, limit } = newestDenials;
  const page = { selection: selectionOf(newestDenials), after: null, limit };
  return [
    {
      name,
      asked: async (client, options) => namesOf(await readDecisionsPage(client, page, options)),
      again: null,
      view: (client) => newestRows(client, 'custody.decisions', envId, limit),
      rows: (client) => newestRows(client, 'custody_internal.decisions FINAL', envId, limit),
    },
    {
      name: 'decision_by_id',
      asked: async (client, options) => namesOf(await ask(client, decisionById(id, everything), options)),
      again: null,
      view: (client) => rowOfId(client, 'custody.decisions', id),
      rows: (client) => rowOfId(client, 'custody_internal.decisions FINAL', id),
    },
  ];
}

/** All questions, of an environment and a decision in it. */
export function askedQuestions(counts: readonly CountsQuestion[], envId: string, id: string): AskedQuestion[] {
  return [...counts.map((question) => countsAsked(question, envId)), ...rowsAsked(envId, id)];
}

/** Rows as texts, whatever the order of rows and of names in them. */
function canonical(rows: readonly AnyRow[]): string {
  const texts = rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))));
  return texts.sort().join('\n');
}

async function measureWay(client: StoreClient, answer: Answer, runs: number, check: (found: string) => void) {
  const { found, ...read } = await reading(client, () => answer(client));
  check(canonical(found));
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push(await timed(() => answer(client)));
  return { ...read, times };
}

/** The views have all dimensions: a year of a hundred million of them may not fit into what a statement may use. */
function unlessTooMuch(error: unknown): null {
  if (error instanceof CustodyError && error.code === storeErrors.STORE_MEMORY.code) return null;
  throw error;
}

export interface Runs {
  /** Of the API's own way. */
  readonly asked: number;
  /** Of each other one. */
  readonly others: number;
}

/** Measures a question after a first answer of each way. Throws `BENCH_FAILED` unless all answers are equal. */
export async function measureQuestion(
  client: StoreClient,
  { name, asked, again, view, rows }: AskedQuestion,
  runs: Runs,
): Promise<MeasuredQuestion> {
  const levels = new Set<SourceLevel>();
  const telling: Answer = (given, options) =>
    asked(given, {
      ...options,
      onPlan: (read) => {
        for (const level of read.levels) levels.add(level);
      },
    });
  let answered = '';
  const raw = await measureWay(client, rows, runs.others, (found) => {
    answered = found;
  });
  const isRight = (found: string) => verify(found === answered, `${name} is answered otherwise than from the rows.`);
  return {
    name,
    raw,
    asked: await measureWay(client, telling, runs.asked, isRight),
    again: again === null ? null : await measureWay(client, again, runs.asked, isRight),
    view: view === null ? null : await measureWay(client, view, runs.others, isRight).catch(unlessTooMuch),
    levels: [...levels],
    isFromSums: [...levels].some((level) => level !== 'raw'),
  };
}

export function percentiles({ times }: Measured): { readonly p50: number; readonly p95: number; readonly p99: number } {
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99) };
}
