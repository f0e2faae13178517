/**
 * The build of a span, in SQL: of its environment, its start (a `DateTime` expression) and the attempt, which a statement
 * binds as `{attempt:UUID}`. Never 0, which stands for a span without rows.
 */
export function buildName(span: 'hour' | 'day' | 'month', start: string): string {
  return `greatest(sipHash64({attempt:UUID}, env_id, '${span}', toUnixTimestamp(${start})), 1)`;
}
