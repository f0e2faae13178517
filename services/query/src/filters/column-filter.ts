import type { Filter, FilterColumn, Match } from '@custody/store';
import { badParameter } from '../http/problem.ts';
import { type FilterValue, parseFilter } from './parse-filter.ts';

/** Turns one value into the matches that it means; any of them will do. */
export type ValueMatches = (value: FilterValue) => readonly Match[];

/** Builds a filter of a parameter's values. */
export function filterOf(values: readonly FilterValue[], matchesOf: ValueMatches): Filter | null {
  if (values.length === 0) return null;
  const side = (negated: boolean) => values.filter((value) => value.isNegated === negated).flatMap(matchesOf);
  return { include: side(false), exclude: side(true) };
}

/** The same value in each of some columns. */
export function inColumns(...columns: readonly FilterColumn[]): ValueMatches {
  return ({ text, isPrefix }) =>
    columns.map((column) => ({ column, operator: isPrefix ? 'startsWith' : 'in', values: [text] }));
}

/** A server by its type, or with its instance as `linear:linear`. */
export const serverMatches: ValueMatches = (value) =>
  inColumns(value.text.includes(':') ? 'resource' : 'server')(value);

/** Values of a closed list; one off the list is refused, not merely not found. */
export function closedValues(
  parameter: string,
  known: readonly string[],
  given: string | readonly string[] | undefined,
): FilterValue[] {
  const values = parseFilter(parameter, given);
  for (const { text, isPrefix } of values) {
    if (known.some((name) => (isPrefix ? name.startsWith(text) : name === text))) continue;
    throw badParameter(parameter, `${JSON.stringify(text)} is not one of ${known.join(', ')}`, { known });
  }
  return values;
}

/** A filter over a column that has a closed list of values. */
export function closedFilter(
  column: FilterColumn,
  known: readonly string[],
  given: string | readonly string[] | undefined,
): Filter | null {
  return filterOf(closedValues(column, known, given), inColumns(column));
}
