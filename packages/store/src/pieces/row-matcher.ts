import type { CandidateMatch, Filter, Match, Selection } from '../questions/selection.ts';
import { type Coded, type HourRows, isTextColumn } from './hour-rows.ts';

/** Whether the row with a number is asked for. */
export type RowMatcher = (row: number) => boolean;

/** Whether all that a selection looks at, apart from time and environments, is held of an hour's rows. */
export function canMatch({ filters, human, reasonText }: Selection): boolean {
  const all = [...filters, ...(human === null ? [] : [human])];
  return reasonText === '' && all.every((one) => [...one.include, ...one.exclude].every((m) => isTextColumn(m.column)));
}

/** For each value of a column, whether it fits: looked up row by row. */
function fitting<Value>({ values, codes }: Coded<Value>, fits: (value: Value) => boolean): RowMatcher {
  const table = Uint8Array.from(values, (value) => (fits(value) ? 1 : 0));
  return (row) => table[codes[row] ?? 0] === 1;
}

function matches(rows: HourRows, { column, operator, values }: Match): RowMatcher {
  if (!isTextColumn(column)) throw new Error(`${column} is not held`);
  const fits = (text: string) =>
    operator === 'in' ? values.includes(text) : values.some((prefix) => text.startsWith(prefix));
  return fitting(rows.texts[column], fits);
}

/** The conditions of a filter, to be and-ed. */
function conditions(rows: HourRows, { include, exclude }: Filter): RowMatcher[] {
  const any = include.map((match) => matches(rows, match));
  const none = exclude.map((match) => matches(rows, match));
  const ofAny: RowMatcher[] = any.length === 0 ? [] : [(row) => any.some((fits) => fits(row))];
  return [
    ...ofAny,
    ...none.map(
      (fits): RowMatcher =>
        (row) =>
          !fits(row),
    ),
  ];
}

function mayBe(rows: HourRows, { keys, prefixes }: CandidateMatch): RowMatcher {
  const fits = (human: string) => keys.includes(human) || prefixes.some((prefix) => human.startsWith(prefix));
  return fitting(rows.candidates, (humans) => humans.some(fits));
}

function humanConditions(rows: HourRows, { human, candidates, certainty }: Selection): RowMatcher[] {
  if (human === null) return [];
  const sure = conditions(rows, human);
  if (certainty === 'sure' || candidates === null) return sure;
  const possible = mayBe(rows, candidates);
  if (certainty === 'possible') return [possible];
  return [(row) => possible(row) || sure.every((fits) => fits(row))];
}

/**
 * What `matchesSql` says of rows, for those of an hour: of a selection that `canMatch`, and whose scope and environments are
 * among its filters and its plan.
 */
export function rowMatcher(rows: HourRows, selection: Selection): RowMatcher {
  const all = [...selection.filters.flatMap((filter) => conditions(rows, filter)), ...humanConditions(rows, selection)];
  return (row) => {
    for (const fits of all) if (!fits(row)) return false;
    return true;
  };
}
