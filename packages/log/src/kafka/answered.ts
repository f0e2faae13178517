import { CustodyError } from '@custody/runtime';
import { logErrors } from '../errors.ts';

/**
 * A question to the cluster's metadata. kafkajs asks one broker after the other, swallows what each of them fails with,
 * and then trips over the answer that none gave. Throws LOG_UNAVAILABLE in place of that.
 */
export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new CustodyError(logErrors.LOG_UNAVAILABLE, 'Kafka: no broker answered', { cause });
  }
}
