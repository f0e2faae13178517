/**
 * The build of a span, in SQL: of the environment and the attempt, which a statement binds as `{env_id:String}` and
 * `{attempt:UUID}`, and of its start, a `DateTime` or a number of seconds. Never 0, which stands for a span without rows.
 */
export function buildName(span: 'hour' | 'day' | 'month', start: string): string {
  return `greatest(sipHash64({attempt:UUID}, {env_id:String}, '${span}', toUInt32(${start})), 1)`;
}
