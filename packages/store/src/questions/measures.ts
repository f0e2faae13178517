interface MeasureSql {
  readonly sql: string;
  /** Columns that it looks at, other than the count and the times of a row. */
  readonly columns: readonly string[];
  /** Whether it is about times. */
  readonly hasTimes?: true;
}

/**
 * How many different texts there are of columns, empty ones apart: by 64 bits of a hash each. A dictionary's texts are
 * hashed once a value and not once a row, which takes a third of the time (tools of each agent in 0.3 million rows: 24
 * instead of 83 ms of the processor). That two of a million have the same bits is less likely than one in thirty million.
 */
export function distinctSql(columns: readonly string[]): string {
  const bits = columns.map((column, index) => `${2 * index + 1} * sipHash64(${column})`).join(' + ');
  return `uniqExactIf(${bits}, ${columns.at(-1)} != '')`;
}

/** What rates are made of, of the same rows. */
export const deniedSql = `sumIf(counted, decision = 'deny')`;
export const decidedSql = `sumIf(counted, decision != 'unknown')`;
export const undecidedSql = `sumIf(counted, decision = 'unknown')`;
/** Of nobody who is known. */
export const possibleSql = `sumIf(counted, human_key = '')`;

/**
 * What can be counted, by its public name, of rows that stand for `counted` decisions each, from `first_at` to `last_at`. A
 * rate leaves out what is `undecided`: rates do not add up, and whoever puts groups together makes theirs of the three counts.
 */
const measureSql = {
  decisions: { sql: 'sum(counted)', columns: [] },
  denials: { sql: deniedSql, columns: ['decision'] },
  undecided: { sql: undecidedSql, columns: ['decision'] },
  deny_rate: {
    sql: `if(${decidedSql} = 0, NULL, ${deniedSql} / ${decidedSql})`,
    columns: ['decision'],
  },
  agents: { sql: distinctSql(['agent_key']), columns: ['agent_key'] },
  humans: { sql: distinctSql(['human_key']), columns: ['human_key'] },
  servers: { sql: distinctSql(['server']), columns: ['server'] },
  tools: { sql: distinctSql(['server', 'tool']), columns: ['server', 'tool'] },
  first_seen: { sql: 'if(sum(counted) = 0, NULL, min(first_at))', columns: [], hasTimes: true },
  last_seen: { sql: 'if(sum(counted) = 0, NULL, max(last_at))', columns: [], hasTimes: true },
  /** How many of the counted decisions only may be the asked human's: a mark, asked for by itself nowhere. */
  possible: { sql: possibleSql, columns: ['human_key'] },
} as const satisfies Record<string, MeasureSql>;

export type Measure = keyof typeof measureSql;
export const measures = (Object.keys(measureSql) as Measure[]).filter((name) => name !== 'possible');

/** Its value where nothing was counted. */
export function emptyMeasure(measure: Measure): 0 | null {
  return measure === 'deny_rate' || measure === 'first_seen' || measure === 'last_seen' ? null : 0;
}

export function measuresSql(names: readonly Measure[]): string[] {
  return names.map((name) => `${measureSql[name].sql} AS m_${name}`);
}

/** The columns that measures look at. */
export function measuredColumns(names: readonly Measure[]): string[] {
  return names.flatMap((name) => [...measureSql[name].columns]);
}

export function measureTimes(names: readonly Measure[]): boolean {
  return names.some((name) => 'hasTimes' in measureSql[name]);
}
