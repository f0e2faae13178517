interface MeasureSql {
  readonly sql: string;
  /** Columns that it looks at, other than the count and the times of a row. */
  readonly columns: readonly string[];
  /** Whether it is about times. */
  readonly hasTimes?: true;
}

const decided = `sumIf(counted, decision != 'unknown')`;

/**
 * What can be counted, by its public name, of rows that stand for `counted` decisions each, from `first_at` to `last_at`. A
 * rate leaves out what the source did not decide.
 */
const measureSql = {
  decisions: { sql: 'sum(counted)', columns: [] },
  denials: { sql: `sumIf(counted, decision = 'deny')`, columns: ['decision'] },
  deny_rate: {
    sql: `if(${decided} = 0, NULL, sumIf(counted, decision = 'deny') / ${decided})`,
    columns: ['decision'],
  },
  agents: { sql: `uniqExactIf(agent_key, agent_key != '')`, columns: ['agent_key'] },
  humans: { sql: `uniqExactIf(human_key, human_key != '')`, columns: ['human_key'] },
  servers: { sql: `uniqExactIf(server, server != '')`, columns: ['server'] },
  tools: { sql: `uniqExactIf((server, tool), tool != '')`, columns: ['server', 'tool'] },
  first_seen: { sql: 'if(sum(counted) = 0, NULL, min(first_at))', columns: [], hasTimes: true },
  last_seen: { sql: 'if(sum(counted) = 0, NULL, max(last_at))', columns: [], hasTimes: true },
  /** How many of the counted decisions only may be the asked human's: a mark, asked for by itself nowhere. */
  possible: { sql: `sumIf(counted, human_key = '')`, columns: ['human_key'] },
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
