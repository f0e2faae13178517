import { hourOf, secondMs, type TimeRange } from '@custody/decision';

/** What seals and interim sums are of. */
export type Span = 'hour' | 'day' | 'month';

/** Which of an environment's sums hold, as of one moment. Starts, milliseconds since the epoch. */
export interface EnvironmentSnapshot {
  readonly envId: string;
  /** Of the range's hours that decisions are or were stored in. */
  readonly firstHourMs: number;
  readonly lastHourMs: number;
  /** Hours, days and months that hold decisions and whose sums do not hold. */
  readonly openHours: ReadonlySet<number>;
  readonly openDays: ReadonlySet<number>;
  readonly openMonths: ReadonlySet<number>;
  /** Hours whose rows are gone. */
  readonly expiredHours: ReadonlySet<number>;
  /** When the newest of the seals and interim sums was written that this is known from, microseconds by the store's clock; 0: none. */
  readonly sealedUntilUs: number;
  /** The build whose rows count for a span, as text; `null` where none does. */
  readonly buildOf: (span: Span, startMs: number) => string | null;
}

/** The newest second that a `DateTime` holds. */
export const lastSecond = 2 ** 32 - 1;

/** That a column of hours lies in what `secondsOf` says. */
export const inHours = (column: string) =>
  `${column} >= toDateTime({from:UInt32}, 'UTC') AND ${column} <= toDateTime({last:UInt32}, 'UTC')`;
/** The first and the last second in which hours of a range begin. */
export function secondsOf({ fromMs, toMs }: TimeRange): { readonly from: number; readonly last: number } {
  const second = (epochMs: number) => Math.min(Math.max(0, Math.floor(epochMs / secondMs)), lastSecond);
  return { from: second(hourOf(fromMs)), last: second(toMs - 1) };
}
