/** What can be counted, by its public name. A rate leaves out what the source did not decide. */
const measureSql = {
  decisions: 'count()',
  denials: `countIf(decision = 'deny')`,
  deny_rate: `if(countIf(decision != 'unknown') = 0, NULL, countIf(decision = 'deny') / countIf(decision != 'unknown'))`,
  agents: `uniqExactIf(agent_key, agent_key != '')`,
  humans: `uniqExactIf(human_key, human_key != '')`,
  servers: `uniqExactIf(server, server != '')`,
  tools: `uniqExactIf((server, tool), tool != '')`,
  first_seen: 'if(count() = 0, NULL, min(occurred_at))',
  last_seen: 'if(count() = 0, NULL, max(occurred_at))',
  /** How many of the counted decisions only may be the asked human's: a mark, asked for by itself nowhere. */
  possible: `countIf(human_key = '')`,
} as const;

export type Measure = keyof typeof measureSql;
export const measures = (Object.keys(measureSql) as Measure[]).filter((name) => name !== 'possible');

/** Its value where nothing was counted. */
export function emptyMeasure(measure: Measure): 0 | null {
  return measure === 'deny_rate' || measure === 'first_seen' || measure === 'last_seen' ? null : 0;
}

export function measuresSql(names: readonly Measure[]): string[] {
  return names.map((name) => `${measureSql[name]} AS m_${name}`);
}
