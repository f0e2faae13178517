import type { StoreClient } from '@custody/store';

/**
 * The store as callers have it: it only reads, whatever a route tries. One for all of them, since what is remembered of a
 * store's answers goes by its client; the scope that every question has keeps the answers of callers apart.
 */
export function readingStore(store: StoreClient): StoreClient {
  const refuse = async () => {
    throw new Error('a question of a caller writes nothing');
  };
  return {
    ...store,
    select: (...statement) => store.select(...statement),
    ...{ command: refuse, insert: refuse, insertBlock: refuse },
  };
}
