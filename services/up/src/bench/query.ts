import { contains, dayMs, durationMs, type TimeRange } from '@custody/decision';
import {
  type AggregateRequest,
  ask,
  decisionsPage,
  defineQuery,
  readAggregate,
  readSeries,
  runQuery,
  type Selection,
  type StoreClient,
} from '@custody/store';
import { z } from 'zod';
import type { Bench, BenchOptions, Figure, Figures } from './bench.ts';
import { benchDecision } from './data.ts';
import { cost, duration, growth } from './figures.ts';
import { loadYear, prepareYear } from './load-year.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { openTemporaryStore } from './temporary-store.ts';
import { agentKey, yearEndMs, yearStartMs } from './world.ts';

const year: TimeRange = { fromMs: yearStartMs, toMs: yearEndMs };
const lastDay: TimeRange = { fromMs: yearEndMs - dayMs, toMs: yearEndMs };
const pageRows = 100;
const busiestAgent = agentKey(0);

function selectionOf(range: TimeRange, agent?: string): Selection {
  const match = { column: 'agent_key', operator: 'in', values: [agent ?? ''] } as const;
  const filters = agent === undefined ? [] : [{ include: [match], exclude: [] }];
  return { range, filters, human: null, candidates: null, certainty: 'sure', reasonText: '' };
}

const tableOfDecisions = 'FROM custody_internal.decisions';

const byDecisions = { by: 'decisions', descending: true } as const;
const request: Omit<AggregateRequest, 'selection'> = {
  measures: ['decisions', 'denials', 'deny_rate'],
  groupBy: [],
  order: byDecisions,
  limit: 1_000,
  timeZone: 'UTC',
};

/** What the API asks the store, statement for statement. */
const questions = {
  count: (client) => readAggregate(client, { ...request, selection: selectionOf(year), measures: ['decisions'] }),
  year_by_day: (client) => readSeries(client, { ...request, selection: selectionOf(year), bucket: 'day' }),
  agent_today: (client) =>
    readAggregate(client, {
      ...request,
      selection: selectionOf(lastDay, busiestAgent),
      groupBy: ['server', 'tool'],
    }),
  newest_page: (client) => ask(client, decisionsPage(selectionOf(year), null, pageRows)),
} satisfies Record<string, (client: StoreClient) => Promise<readonly unknown[]>>;
type QuestionName = keyof typeof questions;
const names = Object.keys(questions) as QuestionName[];

/** The same statements on the table itself: right only while no decision was stored twice. */
function withoutFinal(client: StoreClient): StoreClient {
  return {
    ...client,
    select: (name, sql, ...rest) => {
      const onTable = sql.replaceAll(
        /FROM (custody\.decisions|custody_internal\.decisions FINAL)\b/g,
        tableOfDecisions,
      );
      return client.select(`${name}.raw`, onTable, ...rest);
    },
  };
}

type Times = Record<QuestionName | `${QuestionName}_raw`, number>;

/** How many decisions each answer has to add up to, over the rows that are loaded. */
function expectedOf({ rows, seed }: BenchOptions, isLoaded: (row: number) => boolean): Record<QuestionName, number> {
  let [loaded, agentToday] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    if (!isLoaded(row)) continue;
    loaded += 1;
    // Rows come in the order of time, so only the last of them can be of the last day.
    if (row < rows * (1 - (2 * dayMs) / durationMs(year))) continue;
    const { agent, occurredAtMs } = benchDecision(row, seed, rows);
    if (agent === 0 && contains(lastDay, occurredAtMs)) agentToday += 1;
  }
  return { count: loaded, year_by_day: loaded, agent_today: agentToday, newest_page: Math.min(loaded, pageRows) };
}

const counted = z.object({ m_decisions: z.number() });

/** Decisions in an answer: counted ones, or the rows of a page. */
function decisionsIn(answer: readonly unknown[]): number {
  return answer.reduce<number>((sum, row) => sum + (counted.safeParse(row).data?.m_decisions ?? 1), 0);
}

async function askAll(client: StoreClient, expected: Record<QuestionName, number>): Promise<Times> {
  const times: Partial<Times> = {};
  for (const name of names) {
    let answer: readonly unknown[] = [];
    times[name] = await timed(async () => {
      answer = await questions[name](client);
    });
    const found = decisionsIn(answer);
    verify(found === expected[name], `${name} found ${found} of ${expected[name]} decisions.`);
    times[`${name}_raw`] = await timed(() => questions[name](withoutFinal(client)));
  }
  return times as Times;
}

const shapeOfYear = defineQuery({
  name: 'bench.shape',
  sql: `SELECT
    (SELECT count() FROM custody.decisions) AS decisions,
    (SELECT count() FROM custody.decisions_hourly) AS hourly,
    (SELECT count() FROM custody.decisions_daily) AS daily,
    (
        SELECT sum(data_compressed_bytes) FROM system.parts
        WHERE active AND database = 'custody_internal' AND table = 'decisions'
    ) AS bytes`,
  params: z.object({}),
  row: z.object({ decisions: z.number(), hourly: z.number(), daily: z.number(), bytes: z.number() }),
});

async function measureShape(client: StoreClient, rows: number): Promise<Figures> {
  const [shape] = await runQuery(client, shapeOfYear, {});
  verify(shape?.decisions === rows, `The store holds ${shape?.decisions} of ${rows} decisions.`);
  return {
    rollup_hourly: cost(shape.hourly / rows, 'rollup rows / raw rows'),
    rollup_daily: cost(shape.daily / rows, 'rollup rows / raw rows'),
    bytes_per_row: cost(shape.bytes / rows, 'bytes'),
  };
}

function figuresOf(name: QuestionName, whole: Times, quarter: Times): [string, Figure][] {
  const raw = duration(whole[`${name}_raw`]);
  return [
    [name, duration(whole[name], { [`${name}_without_final`]: raw })],
    [`${name}_without_final`, raw],
    [`${name}_growth_x4_rows`, growth(whole[name], quarter[name])],
  ];
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, onProgress } = options;
  await using store = await openTemporaryStore();
  const { client } = store;
  const isOfQuarter = (row: number) => row % 4 === 0;
  onProgress(`loading a quarter of ${rows} rows`);
  await prepareYear(store);
  await loadYear(store, options, isOfQuarter);
  const expectedOfQuarter = expectedOf(options, isOfQuarter);
  const ofQuarter = { what: 'a quarter of the rows', warmUp: true };
  const quarter = await medians(options, ofQuarter, () => askAll(client, expectedOfQuarter));
  onProgress('loading the rest');
  await loadYear(store, options, (row) => !isOfQuarter(row));
  const expected = expectedOf(options, () => true);
  const ofWhole = { what: `${rows} rows`, warmUp: true };
  const whole = await medians(options, ofWhole, () => askAll(client, expected));
  return {
    ...Object.fromEntries(names.flatMap((name) => figuresOf(name, whole, quarter))),
    ...(await measureShape(client, rows)),
    ...ownMemory(),
    ...memoryFigure('engine_rss_peak', peakMemoryBytes(store.pid)),
  };
}

export const query: Bench = {
  name: 'query',
  description: "the API's questions to a year of decisions; baseline: the same statements without deduplication",
  defaults: { rows: 1_000_000, runs: 7 },
  run,
};
