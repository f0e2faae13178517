import { type FilterValue, filterTextForms, parseFilterText } from '@custody/decision';
import { badParameter } from '../http/problem.ts';

export type { FilterValue } from '@custody/decision';

const maxValues = 200;
const maxLength = 500;

/**
 * Reads a filter: values comma-separated, or the parameter repeated. `!` in front negates, `*` at the end makes it a
 * prefix; `\,`, `\!`, `\*` and `\\` stand for the characters themselves. Throws `QUERY_BAD_PARAMETER`.
 */
export function parseFilter(parameter: string, given: string | readonly string[] | undefined): FilterValue[] {
  if (given === undefined) return [];
  const values = parseFilterText(given);
  if (values.length > maxValues) throw badParameter(parameter, `at most ${maxValues} values`);
  for (const { text } of values) {
    if (text === '') throw badParameter(parameter, `a value is empty; write ${filterTextForms}`);
    if (text.length > maxLength) throw badParameter(parameter, `a value is longer than ${maxLength} characters`);
  }
  return values;
}

/** The filter that means exactly this text. */
export function literalFilter(text: string): string {
  return text.replaceAll(/[\\,!*]/g, '\\$&');
}
