/**
 * What the log's topics say of each hour beside its decisions: how many the source listed, how many are dead letters, and
 * which hours were asked for again. Consumer and sealer hold it against what is stored.
 * It knows topics by what it needs of a log, and no store.
 */
export { DeadLetterAccount, type DeadLetterCounts, type FollowedLog } from './dead-letter-account.ts';
export { type ListedHour, readListedHours } from './listed-hours.ts';
export type { CompactedLog } from './read-values.ts';
export { askForRepairs, type Deficit, type RepairLog, type RepairsWanted } from './repairs.ts';
