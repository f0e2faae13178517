import type { HourToSum } from '@custody/store';

const monthOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 7);

/** Cuts hours into batches that are summed up at once: of one environment and month, of so many rows at most; in their order. */
export function hourBatches(hours: readonly HourToSum[], mostRows: number): HourToSum[][] {
  const batches: { rows: number; readonly key: string; readonly hours: HourToSum[] }[] = [];
  for (const hour of hours) {
    const key = `${monthOf(hour.hourStartMs)} ${hour.envId}`;
    const last = batches.findLast((batch) => batch.key === key);
    if (last !== undefined && last.rows + hour.rows <= mostRows) {
      last.rows += hour.rows;
      last.hours.push(hour);
    } else batches.push({ rows: hour.rows, key, hours: [hour] });
  }
  return batches.map(({ hours: of }) => of);
}
