/** The text within so many characters, with "…" where it was cut; a pair that makes up one character is not torn. */
export function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const end = characters - 1;
  const isTorn = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return `${text.slice(0, isTorn ? end - 1 : end)}…`;
}

/** The first so many, and how many more there are: beside those that are given, `others`. */
export function firstOf<T>(values: readonly T[], limit: number, textOf: (value: T) => string, others = 0): string[] {
  const more = Math.max(0, values.length - limit) + others;
  return [...values.slice(0, limit).map(textOf), ...(more > 0 ? [`and ${more} more`] : [])];
}
