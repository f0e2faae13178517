import type { StoreClient } from '@custody/store';
import type { Turns } from './turns.ts';

/**
 * A store whose statements wait for a turn, but for those that cost next to nothing and that others wait for. While several run
 * each has one core: they are done as soon, and threads are not started for nothing.
 */
export function pacedStore(store: StoreClient, turns: Turns): StoreClient {
  return {
    ...store,
    async select(name, sql, params, options = {}) {
      const { owner, isUrgent = false, isShared, isPatient, settings, signal } = options;
      if (isUrgent) return store.select(name, sql, params, options);
      const turn = await turns.take({ owner: owner ?? '', kind: name, isShared, isPatient, signal });
      try {
        const shared = turn.isAlone ? settings : { max_threads: 1, ...settings };
        return await store.select(name, sql, params, { ...options, ...(shared && { settings: shared }) });
      } finally {
        turn.end();
      }
    },
  };
}
