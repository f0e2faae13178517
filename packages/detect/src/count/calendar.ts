import { dayMs, hourMs, minuteMs } from '@custody/decision';

/** How time is cut: buckets, the smallest unit that history is kept in; blocks of them; slots, between which rates differ. */
export interface Calendar {
  readonly bucketMs: number;
  /** The longest of the windows that are watched. A block lies inside one slot. */
  readonly blockBuckets: number;
  readonly slots: number;
  /** Buckets are numbered from the epoch. */
  slotOf(bucket: number): number;
}

const hoursOfDay = 24;
/** 1 January 1970 was a Thursday, the fourth day after a Sunday. */
const weekdayOfEpoch = 4;

/** Buckets of five minutes, blocks of an hour, slots of an hour of the day (UTC) on weekdays and on weekends. */
export const fiveMinutes: Calendar = {
  bucketMs: 5 * minuteMs,
  blockBuckets: 12,
  slots: 2 * hoursOfDay,
  slotOf(bucket) {
    const ms = bucket * (5 * minuteMs);
    const weekday = (Math.floor(ms / dayMs) + weekdayOfEpoch) % 7;
    const isWeekend = weekday === 0 || weekday === 6;
    return (Math.floor(ms / hourMs) % hoursOfDay) + (isWeekend ? hoursOfDay : 0);
  },
};

/** The bucket that the instant lies in. */
export function bucketOf({ bucketMs }: Calendar, epochMs: number): number {
  return Math.floor(epochMs / bucketMs);
}
