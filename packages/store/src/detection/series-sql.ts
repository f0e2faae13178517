import { minuteMs, type WatchedKind } from '@custody/decision';

/** What counts of denials are kept in; the grain of the rollup `denials`. */
export const bucketMs = 5 * minuteMs;
/** The longer of the windows that are watched, in buckets. */
export const blockBuckets = 12;

/** The bucket that an instant lies in, numbered from the epoch. */
export function bucketSql(instant: string): string {
  return `toUInt32(intDiv(toUnixTimestamp(${instant}), ${bucketMs / 1_000}))`;
}

/** The columns of decisions and of the rollup `denials` that series are made of. */
export const seriesColumns = ['agent_key', 'human_key', 'server', 'tool', 'reason_code'] as const;

/** A tool as series and findings name it. */
export const toolSql = `if(tool = '', '', concat(server, ':', tool))`;

/** The series that a denial belongs to, as `(kind, key)`; what is not known has none. */
export const seriesSql = `arrayFilter(s -> s.2 != '' OR s.1 = 'environment', [
    ('agent', toString(agent_key)), ('human', toString(human_key)), ('server', toString(server)),
    ('tool', ${toolSql}), ('reason', toString(reason_code)), ('environment', '')])`;

/** The key that a decision has as one of a kind of series, `''` for none but of the environment. */
export const keyOfKindSql: Readonly<Record<WatchedKind, string>> = {
  ...{ agent: 'agent_key', human: 'human_key', server: 'server', tool: toolSql, reason: 'reason_code' },
  environment: `''`,
};
export const kindsOfSeries = Object.keys(keyOfKindSql) as WatchedKind[];

/**
 * One statement for each kind of series, of all their rows together. Kind by kind the engine reads and groups by one column
 * at a time, which takes a third of what it does to make six series of each row.
 */
export function ofEachKindSql(kinds: readonly WatchedKind[], statement: (kind: WatchedKind) => string): string {
  return kinds.map((kind) => `(${statement(kind)})`).join('\nUNION ALL\n');
}

/** That a decision is of a series of the kind, given what its key is called. */
export function isOfKindSql(kind: WatchedKind, key: string): string {
  return kind === 'environment' ? 'true' : `${key} != ''`;
}

/** Slots of an hour of the day (UTC), weekdays and weekends apart, of a block. 1 January 1970 was a Thursday. */
export function slotOfBlockSql(block: string): string {
  const weekday = `(intDiv(${block}, 24) + 4) % 7`;
  return `toUInt8(${block} % 24 + if(${weekday} IN (0, 6), 24, 0))`;
}
export const slots = 48;

/** Counts below 16 have a bin each, larger ones eight to each doubling. */
export function binSql(count: string): string {
  return `toUInt16(if(${count} < 16, ${count}, 16 + floor(8 * (log2(${count}) - 4))))`;
}
