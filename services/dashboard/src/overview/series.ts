import type { MeasuredRow } from '../api/questions.ts';
import { type Counts, countsOf, totalOf } from '../format/counts.ts';

/** One bucket of a trend and of the period before. */
export interface TrendPoint extends Counts {
  readonly startMs: number;
  readonly before: Counts | null;
}

function comparedOf({ compare }: MeasuredRow): Counts | null {
  return typeof compare === 'object' && compare !== null ? countsOf(compare) : null;
}

export function pointsOf(rows: readonly MeasuredRow[]): TrendPoint[] {
  return rows.map((row) => ({
    startMs: Date.parse(String(row.bucket)),
    ...countsOf(row),
    before: comparedOf(row),
  }));
}

/** A group of a trend: its sums and the shape of its denials. */
export interface GroupTrend extends Counts {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly shape: readonly number[];
}

/** The groups of a trend by what they are grouped by, most denials first; those without any are left out. */
export function groupsOf(rows: readonly MeasuredRow[], by: readonly string[]): GroupTrend[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((name) => row[name])));
  const found = [...groups].map(([key, own]) => {
    const counts = own.map(countsOf);
    return {
      key,
      values: Object.fromEntries(by.map((name) => [name, String(own[0]?.[name] ?? '')])),
      ...totalOf(counts),
      shape: counts.map(({ denials }) => denials),
    };
  });
  return found.filter(({ denials }) => denials > 0).toSorted((a, b) => b.denials - a.denials);
}
