import { type Comparison, emptyMeasure } from '@custody/store';
import { type Measured, type MeasuredRow, publicRow } from './measured.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** What identifies a group; JSON keeps texts that hold separators apart. */
function groupKey(row: Row, { groupBy }: Measured): string {
  return JSON.stringify(groupBy.map((name) => row[`g_${name}`]));
}

/** Where nothing was counted, counts are 0 and rates and times null. */
function emptyRow({ measures }: Measured): Row {
  return Object.fromEntries(measures.map((name) => [`m_${name}`, emptyMeasure(name)]));
}

/** Rows of groups, each with its measures in the range of comparison. */
export function withCompared(rows: readonly Row[], compared: readonly Row[] | null, measured: Measured): MeasuredRow[] {
  if (compared === null) return rows.map((row) => publicRow(row, measured));
  const found = new Map(compared.map((row) => [groupKey(row, measured), row]));
  const { measures } = measured;
  return rows.map((row) => ({
    ...publicRow(row, measured),
    compare: publicRow(found.get(groupKey(row, measured)) ?? emptyRow(measured), { groupBy: [], measures }),
  }));
}

interface Series {
  /** Starts, milliseconds since the epoch. */
  readonly buckets: readonly number[];
  readonly groups: readonly Row[];
  readonly counted: readonly Row[];
  readonly compared: { readonly counted: readonly Row[]; readonly comparison: Comparison } | null;
}

/** One row for each bucket and group, by bucket and then in the order of the groups. */
export function fillBuckets({ buckets, groups, counted, compared }: Series, measured: Measured): MeasuredRow[] {
  const index = (rows: readonly Row[]) =>
    new Map(rows.map((row) => [`${row.bucket_ms}/${groupKey(row, measured)}`, row]));
  const found = index(counted);
  const earlier = index(compared?.counted ?? []);
  const empty = emptyRow(measured);
  return buckets.flatMap((bucketMs) =>
    groups.map((group) => {
      const key = `${bucketMs}/${groupKey(group, measured)}`;
      const row = { bucket: iso(bucketMs), ...publicRow(found.get(key) ?? { ...group, ...empty }, measured) };
      if (compared === null) return row;
      const values = publicRow(earlier.get(key) ?? empty, { groupBy: [], measures: measured.measures });
      return { ...row, compare: { bucket: iso(bucketMs - compared.comparison.shiftMs), ...values } };
    }),
  );
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
