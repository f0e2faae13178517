import { secondMs } from '@custody/decision';
import { z } from 'zod';
import { Binder, type Question, question } from '../questions/question.ts';
import { cubeColumns } from '../rollups/cubes.ts';

export type TextColumn = Exclude<(typeof cubeColumns)[number], 'human_candidates'>;
/** Texts of a decision that are held: all that rollups are grouped by, but for the candidates, which are lists. */
export const textColumns = cubeColumns.filter((column): column is TextColumn => column !== 'human_candidates');

export function isTextColumn(column: string): column is TextColumn {
  return (textColumns as readonly string[]).includes(column);
}

/** A column as a list of its values and, for each row, which of them it has. */
export interface Coded<Value> {
  readonly values: readonly Value[];
  readonly codes: Uint16Array;
}

/** The decisions of one environment in one hour, column by column, in no order: some thirty bytes each. */
export interface HourRows {
  readonly size: number;
  readonly atMs: Float64Array;
  readonly texts: Readonly<Record<TextColumn, Coded<string>>>;
  readonly candidates: Coded<readonly string[]>;
}

/** An hour with more is not held: a statement counts them sooner than they are sent. */
export const mostRowsOfHour = 6_000;

function coded<Value>(column: readonly Value[], nameOf: (value: Value) => string): Coded<Value> {
  const values: Value[] = [];
  const known = new Map<string, number>();
  const codes = new Uint16Array(column.length);
  for (const [index, value] of column.entries()) {
    const name = nameOf(value);
    let code = known.get(name);
    if (code === undefined) {
      code = values.push(value) - 1;
      known.set(name, code);
    }
    codes[index] = code;
  }
  return { values, codes };
}

/** Long lists of one kind each, which the store made: not looked at one by one. */
const texts = z.custom<readonly string[]>(Array.isArray);
const answered = z.object({
  env_id: z.string(),
  hour: z.number(),
  at: z.custom<readonly number[]>(Array.isArray),
  ...(Object.fromEntries(textColumns.map((name) => [`of_${name}`, texts])) as Record<`of_${TextColumn}`, typeof texts>),
  candidates: z.custom<readonly (readonly string[])[]>(Array.isArray),
});
export type AnsweredHour = z.infer<typeof answered>;

/** An hour's decisions as they are held; `null` for too many. */
export function hourRowsOf(hour: AnsweredHour): HourRows | null {
  const size = hour.at.length;
  if (size > mostRowsOfHour) return null;
  const ofColumns = textColumns.map((name) => [name, coded(hour[`of_${name}`], (text) => text)] as const);
  return {
    size,
    atMs: Float64Array.from(hour.at),
    texts: Object.fromEntries(ofColumns) as Record<TextColumn, Coded<string>>,
    candidates: coded(hour.candidates, (humans) => (humans.length === 0 ? '' : JSON.stringify(humans))),
  };
}

/** One hour of one environment. */
export interface EnvironmentHour {
  readonly envId: string;
  readonly startMs: number;
}

/** The same hour of the same environment has the same. */
export function hourKey({ envId, startMs }: EnvironmentHour): string {
  return `${startMs} ${envId}`;
}

/** Reads whole hours: one row an hour, of one row more than is held where there are too many. */
export function hourRowsQuestion(hours: readonly EnvironmentHour[]): Question<typeof answered> {
  const binder = new Binder();
  const most = mostRowsOfHour + 1;
  const lists = textColumns.map((name) => `groupArray(${most})(${name === 'decision' ? 'toString(decision)' : name})`);
  const places = [...Map.groupBy(hours, ({ envId }) => envId)].map(([envId, own]) => {
    const starts = own.map(({ startMs }) => startMs / secondMs);
    return `(env_id = ${binder.bind(envId, 'String')} AND toStartOfHour(occurred_at) IN ${binder.bind(starts, 'Array(UInt32)')})`;
  });
  const sql = `SELECT env_id, toUnixTimestamp(toStartOfHour(occurred_at)) AS hour,
  groupArray(${most})(toUnixTimestamp64Milli(occurred_at)) AS at,
  ${lists.map((list, index) => `${list} AS of_${textColumns[index]}`).join(',\n  ')},
  groupArray(${most})(human_candidates) AS candidates
FROM custody_internal.decisions FINAL
WHERE ${places.join(' OR ')}
GROUP BY env_id, hour`;
  return question('pieces.hours', sql, binder, answered, { max_threads: 1, max_result_rows: '0' });
}
