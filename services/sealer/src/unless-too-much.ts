import { isError } from '@custody/runtime';
import { storeErrors } from '@custody/store';

/** `null` where the store has not the memory or the time: to try the same again would find no more of either. */
export async function unlessTooMuch<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isError(error, storeErrors.STORE_MEMORY) || isError(error, storeErrors.STORE_TIMEOUT)) return null;
    throw error;
  }
}
