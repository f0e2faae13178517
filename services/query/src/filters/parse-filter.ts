import { badParameter } from '../http/problem.ts';

/** One value of a filter: `x`, `x*`, `!x` or `!x*`. */
export interface FilterValue {
  readonly text: string;
  readonly isPrefix: boolean;
  readonly isNegated: boolean;
}

const maxValues = 200;
const maxLength = 500;

/** Cuts at commas; a backslash takes the meaning from the character after it. */
function splitValues(text: string): { characters: string[]; escaped: boolean[] }[] {
  const values = [{ characters: [] as string[], escaped: [] as boolean[] }];
  let isEscaped = false;
  for (const character of text) {
    const value = values.at(-1);
    if (!isEscaped && character === '\\') {
      isEscaped = true;
    } else if (!isEscaped && character === ',') {
      values.push({ characters: [], escaped: [] });
    } else {
      value?.characters.push(character);
      value?.escaped.push(isEscaped);
      isEscaped = false;
    }
  }
  return values;
}

/**
 * Reads a filter: values comma-separated, or the parameter repeated. `!` in front negates, `*` at the end makes it a
 * prefix; `\,`, `\!`, `\*` and `\\` stand for the characters themselves.
 */
export function parseFilter(parameter: string, given: string | readonly string[] | undefined): FilterValue[] {
  if (given === undefined) return [];
  const values = [given].flat().flatMap(splitValues);
  if (values.length > maxValues) throw badParameter(parameter, `at most ${maxValues} values`);
  return values.map(({ characters, escaped }) => {
    const isNegated = characters[0] === '!' && !escaped[0];
    const isPrefix = characters.at(-1) === '*' && !escaped.at(-1);
    const text = characters.slice(isNegated ? 1 : 0, isPrefix ? -1 : undefined).join('');
    if (text.trim() === '') throw badParameter(parameter, 'a value is empty; write x, !x, x* or several with commas');
    if (text.length > maxLength) throw badParameter(parameter, `a value is longer than ${maxLength} characters`);
    return { text: text.trim(), isPrefix, isNegated };
  });
}

/** The filter that means exactly this text. */
export function literalFilter(text: string): string {
  return text.replaceAll(/[\\,!*]/g, '\\$&');
}
