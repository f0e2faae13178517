import type { StoreClient } from '@custody/store';

/** What was asked of a store. */
export interface Asked {
  readonly statements: number;
  readonly rowsRead: number;
}

/** A store that counts what is asked of it; `taken` says how much since it was asked last. */
export function countedClient(client: StoreClient): { readonly client: StoreClient; taken(): Asked } {
  let asked = { statements: 0, rowsRead: 0 };
  const select: StoreClient['select'] = (name, sql, params, options = {}) => {
    asked.statements += 1;
    return client.select(name, sql, params, {
      ...options,
      onCost: (cost) => {
        asked.rowsRead += cost.rowsRead;
        options.onCost?.(cost);
      },
    });
  };
  return {
    client: { ...client, select },
    taken: () => {
      const since = asked;
      asked = { statements: 0, rowsRead: 0 };
      return since;
    },
  };
}
