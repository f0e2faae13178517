import type { MeasuredRow } from '../api/questions.ts';

/** One bucket of a trend and of the period before. */
export interface TrendPoint {
  readonly startMs: number;
  readonly decisions: number;
  readonly denials: number;
  readonly before: { readonly decisions: number; readonly denials: number } | null;
}

export interface Totals {
  readonly decisions: number;
  readonly denials: number;
}

const number = (value: unknown) => (typeof value === 'number' ? value : 0);

function comparedOf({ compare }: MeasuredRow): TrendPoint['before'] {
  if (typeof compare !== 'object' || compare === null) return null;
  return { decisions: number(compare.decisions), denials: number(compare.denials) };
}

export function pointsOf(rows: readonly MeasuredRow[]): TrendPoint[] {
  return rows.map((row) => ({
    startMs: Date.parse(String(row.bucket)),
    decisions: number(row.decisions),
    denials: number(row.denials),
    before: comparedOf(row),
  }));
}

/** A share of one; `null` where there is nothing to divide by. */
export function rate(denials: number, decisions: number): number | null {
  return decisions === 0 ? null : denials / decisions;
}

/** A group of a trend: its sums and the shape of its denials. */
export interface GroupTrend extends Totals {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly shape: readonly number[];
}

/** The groups of a trend by what they are grouped by, most denials first; those without any are left out. */
export function groupsOf(rows: readonly MeasuredRow[], by: readonly string[]): GroupTrend[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((name) => row[name])));
  const found = [...groups].map(([key, own]) => ({
    key,
    values: Object.fromEntries(by.map((name) => [name, String(own[0]?.[name] ?? '')])),
    decisions: own.reduce((sum, row) => sum + number(row.decisions), 0),
    denials: own.reduce((sum, row) => sum + number(row.denials), 0),
    shape: own.map((row) => number(row.denials)),
  }));
  return found.filter(({ denials }) => denials > 0).toSorted((a, b) => b.denials - a.denials);
}
