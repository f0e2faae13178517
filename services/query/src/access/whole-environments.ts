import { CustodyError } from '@custody/runtime';
import { isWithinEnvironments } from '@custody/store';
import { queryErrors } from '../errors.ts';
import type { Caller } from './caller.ts';

/**
 * The caller, if whole environments may be seen. A seal counts and digests all of an hour: whoever may see a part of it
 * only, learns nothing of it. Throws `QUERY_BEYOND_RESTRICTION`.
 */
export function wholeEnvironments(caller: Caller): Caller {
  if (!isWithinEnvironments(caller.scope)) return caller;
  throw new CustodyError(queryErrors.QUERY_BEYOND_RESTRICTION, 'A seal is of all that is in an environment.');
}
