import type { Bench, BenchOptions, Figure, Figures } from './bench.ts';
import { benchDecision } from './data.ts';
import { cost, duration } from './figures.ts';
import { labelOf } from './kept-store.ts';
import { openSealedYear } from './kept-year.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { countsQuestions } from './query-questions.ts';
import {
  askedQuestions,
  type Measured,
  type MeasuredQuestion,
  measureAsked,
  measureQuestion,
  percentiles,
} from './query-run.ts';
import { openLateHours, rollupFigures, sumUpLateHours } from './query-year.ts';

const envId = 'bench';
const kib = 1_024;
const leastYear = 1_000_000;
/** Rows and views are asked so many times less often: at the largest size they take seconds. */
const othersLessOften = 6;

/** The size itself and those a tenth, a hundredth … of it down to a million, the smallest first. */
function sizesOf(rows: number): number[] {
  const sizes = [rows];
  while ((sizes[0] ?? 0) / 10 >= leastYear) sizes.unshift((sizes[0] ?? 0) / 10);
  return sizes;
}

interface MeasuredYear {
  readonly label: string;
  readonly questions: readonly MeasuredQuestion[];
  readonly figures: Figures;
}

async function measureYear(options: BenchOptions, rows: number): Promise<MeasuredYear> {
  const { seed, runs, signal, onProgress } = options;
  await using store = await openSealedYear(options, rows, envId);
  const year = { client: store.client, envId, rows };
  const { id } = benchDecision(Math.floor(rows / 3), seed, rows);
  const label = labelOf(rows);
  await openLateHours(year);
  const unsummed: Record<string, Figure> = {};
  for (const question of askedQuestions(countsQuestions, envId, id)) {
    signal.throwIfAborted();
    onProgress(`${rows} decisions: ${question.name}, late hours by their rows`);
    const measured = await measureAsked(store.client, question, runs);
    if (measured === null) continue;
    unsummed[`${question.name}_unsummed_p50_${label}`] = duration(percentiles(measured).p50);
    unsummed[`${question.name}_unsummed_read_${label}`] = sizeRead(measured);
  }
  await sumUpLateHours(year, signal);
  const questions: MeasuredQuestion[] = [];
  const often = { asked: runs, others: Math.ceil(runs / othersLessOften) };
  for (const question of askedQuestions(countsQuestions, envId, id)) {
    signal.throwIfAborted();
    onProgress(`${rows} decisions: ${question.name}`);
    questions.push(await measureQuestion(store.client, question, often));
  }
  return {
    ...{ label, questions },
    figures: {
      ...unsummed,
      ...(await rollupFigures(store.client, rows, label)),
      ...memoryFigure(`engine_rss_peak_${label}`, peakMemoryBytes(store.pid)),
    },
  };
}

const sizeRead = ({ bytes }: Measured, baselines: Readonly<Record<string, Figure>> = {}) =>
  cost(Math.max(bytes, 1) / kib, 'KiB read', baselines);

function figuresOf({ name, asked, again, view, raw }: MeasuredQuestion, label: string): Figures {
  const of = (what: string) => `${name}_${what}_${label}`;
  const { p50, p95, p99 } = percentiles(asked);
  const others = { rows: duration(percentiles(raw).p50), ...(view && { view: duration(percentiles(view).p50) }) };
  const named = Object.fromEntries(Object.entries(others).map(([way, figure]) => [of(`${way}_p50`), figure]));
  const readOfRows = { [of('rows_read')]: sizeRead(raw) };
  return {
    [of('p50')]: duration(p50, named),
    [of('p95')]: duration(p95),
    [of('p99')]: duration(p99),
    [of('read')]: sizeRead(asked, readOfRows),
    ...(again && { [of('again_p50')]: duration(percentiles(again).p50) }),
    ...named,
    ...readOfRows,
  };
}

function slowest(questions: readonly MeasuredQuestion[], isFromSums: boolean): number {
  const of = questions.filter((question) => question.isFromSums === isFromSums);
  return Math.max(...of.map(({ asked }) => percentiles(asked).p95));
}

function growthFigures(small: MeasuredYear, large: MeasuredYear): Figures {
  const growths = large.questions.map(({ name, asked }, index): [string, Figure] => {
    const before = Math.max(1, small.questions[index]?.asked.bytes ?? 0);
    return [
      `${name}_read_growth_${small.label}_${large.label}`,
      cost(Math.max(asked.bytes, 1) / before, 'times as much'),
    ];
  });
  return Object.fromEntries(growths);
}

async function run(options: BenchOptions): Promise<Figures> {
  const years: MeasuredYear[] = [];
  for (const rows of sizesOf(options.rows)) years.push(await measureYear(options, rows));
  const ofYears = years.map(({ label, questions, figures }, index) => {
    const before = years[index - 1];
    return {
      ...Object.assign({}, ...questions.map((question) => figuresOf(question, label))),
      [`slowest_p95_from_sums_${label}`]: duration(slowest(questions, true)),
      [`slowest_p95_from_rows_${label}`]: duration(slowest(questions, false)),
      ...figures,
      ...(before && growthFigures(before, years[index] as MeasuredYear)),
    } as Figures;
  });
  return { ...Object.assign({}, ...ofYears), ...ownMemory() };
}

export const query: Bench = {
  name: 'query',
  description: "the API's questions to sealed years; baselines: the same of the rows and of the public views",
  defaults: { rows: 10_000_000, runs: 30 },
  run,
};
