import { isError } from '@custody/runtime';
import { storeErrors } from '@custody/store';

/** A login on somebody's own server may lack the system tables: then it does without what they tell. */
export async function unlessForbidden<T>(otherwise: T, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (isError(error, storeErrors.STORE_BAD_CREDENTIALS)) return otherwise;
    throw error;
  });
}
