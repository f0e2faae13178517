import { emptyMeasure } from '@custody/store';
import { type Measured, publicRow } from './measured.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** What identifies a group; JSON keeps texts that hold separators apart. */
function groupKey(row: Row, { groupBy }: Measured): string {
  return JSON.stringify(groupBy.map((name) => row[`g_${name}`]));
}

/**
 * One row for each bucket and group, by bucket and then in the order of the groups; where nothing was counted, counts are 0
 * and rates and times null.
 */
export function fillBuckets(
  buckets: readonly number[],
  groups: readonly Row[],
  counted: readonly Row[],
  measured: Measured,
): Record<string, string | number | null>[] {
  const found = new Map(counted.map((row) => [`${row.bucket_ms}/${groupKey(row, measured)}`, row]));
  const empty = Object.fromEntries(measured.measures.map((name) => [`m_${name}`, emptyMeasure(name)]));
  return buckets.flatMap((bucketMs) =>
    groups.map((group) => {
      const row = found.get(`${bucketMs}/${groupKey(group, measured)}`) ?? { ...group, ...empty };
      return { bucket: new Date(bucketMs).toISOString(), ...publicRow(row, measured) };
    }),
  );
}
