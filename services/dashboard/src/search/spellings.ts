import { literal } from '../state/filters.ts';

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Whether a text can be the id of a decision, with or without hyphens. */
export function isDecisionId(text: string): boolean {
  return uuid.test(text);
}

/** A filter on whatever begins with the text, however a person writes its capitals: names are stored as they are. */
export function beginningWith(text: string): string {
  const lower = text.toLowerCase();
  const titled = lower.replace(
    /(^|[\s.-])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
  const first = lower.charAt(0).toUpperCase() + lower.slice(1);
  return [...new Set([text, lower, first, titled, text.toUpperCase()])].map((one) => `${literal(one)}*`).join(',');
}
