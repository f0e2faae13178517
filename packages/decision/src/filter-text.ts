/** One value of a filter: `x`, `x*`, `!x` or `!x*`. */
export interface FilterValue {
  readonly text: string;
  readonly isPrefix: boolean;
  readonly isNegated: boolean;
}

/** What may be written for a value, for messages. */
export const filterTextForms = 'x, !x, x* or several with commas';

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
 * Reads a filter: values comma-separated, or several texts. `!` in front negates, `*` at the end makes it a prefix; `\,`,
 * `\!`, `\*` and `\\` stand for the characters themselves. A value may turn out empty (`text` is `''`): whoever reads it
 * says what is wrong with that.
 */
export function parseFilterText(given: string | readonly string[]): FilterValue[] {
  return [given]
    .flat()
    .flatMap(splitValues)
    .map(({ characters, escaped }) => {
      const isNegated = characters[0] === '!' && !escaped[0];
      const isPrefix = characters.at(-1) === '*' && !escaped.at(-1);
      const text = characters.slice(isNegated ? 1 : 0, isPrefix ? -1 : undefined).join('');
      return { text: text.trim(), isPrefix, isNegated };
    });
}

/**
 * Whether a filter lets something through that goes by any of the names: one of the values, where some are not negated,
 * and none of those that are. A filter without values lets everything through.
 */
export function passesFilter(filter: readonly FilterValue[], names: readonly string[]): boolean {
  const fits = ({ text, isPrefix }: FilterValue) =>
    names.some((name) => (isPrefix ? name.startsWith(text) : name === text));
  const wanted = filter.filter(({ isNegated }) => !isNegated);
  if (filter.some((value) => value.isNegated && fits(value))) return false;
  return wanted.length === 0 || wanted.some(fits);
}
