import { CustodyError } from '@custody/runtime';
import { queryErrors } from '../errors.ts';

/** Beyond so many a problem lists no more; so one more is looked for, to know whether there are. */
const mostListed = 20;
/** How many to look for. */
export const matchesLookedFor = mostListed + 1;

/** A name that several have: all of them are told, and nobody is guessed. */
export function ambiguousName(
  parameter: string,
  text: string,
  matches: readonly { readonly key: string }[],
): CustodyError {
  const listed = matches.slice(0, mostListed);
  const keys = `${listed.map(({ key }) => key).join(', ')}${matches.length > mostListed ? ' and more' : ''}`;
  const message = `${parameter}: ${JSON.stringify(text)} is the name of ${keys}.`;
  return new CustodyError(queryErrors.QUERY_AMBIGUOUS_NAME, message, { fields: { parameter, matches: listed } });
}
