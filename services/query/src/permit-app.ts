import { z } from 'zod';

/** What stands for parts of an address of Permit's app. Its project is not known here: it is written out. */
const placeholders: readonly string[] = ['{environment}', '{kind}', '{key}'];

/** The front of Permit's app. The addresses of its pages are documented nowhere. */
export const usualPermitApp = 'https://app.permit.io';

const wanted = `must be an address such as https://app.permit.io, with ${placeholders.join(', ')} in its path where they belong, or none`;

function isPermitApp(text: string): boolean {
  const filled = (by: string) => text.replaceAll(/\{\w*\}/g, (found) => (placeholders.includes(found) ? by : found));
  if (/[{}]/.test(filled('x')) || !URL.canParse(filled('x')) || !URL.canParse(filled('y'))) return false;
  const { protocol, origin, username, password } = new URL(filled('x'));
  // What comes from a name never decides where a link leads.
  return /^https?:$/.test(protocol) && origin === new URL(filled('y')).origin && username === '' && password === '';
}

/** Where links to Permit's own app lead; `null` for no links. */
export const permitAppAddress = z
  .string()
  .refine((text) => text === 'none' || isPermitApp(text), { error: wanted })
  .default(usualPermitApp)
  .transform((text) => (text === 'none' ? null : text));
