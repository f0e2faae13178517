import type { StatementOptions, StoreClient } from '../client.ts';
import { readAggregate } from './aggregate.ts';
import { everything } from './scope.ts';

export interface StoredSummary {
  readonly decisions: number;
  /** When the newest occurred, milliseconds since the epoch; 0 for none. */
  readonly newestMs: number;
}

/** All times that an hour can begin at. */
const ever = { fromMs: 0, toMs: 2 ** 32 * 1000 };

/** How many decisions are or were stored, and the time of the newest. Throws `STORE_*`. */
export async function readStoredSummary(client: StoreClient, options: StatementOptions = {}): Promise<StoredSummary> {
  const [found] = await readAggregate(
    client,
    {
      selection: {
        ...{ range: ever, scope: everything, filters: [], human: null, candidates: null },
        ...{ certainty: 'sure', reasonText: '' },
      },
      measures: ['decisions', 'last_seen'],
      groupBy: [],
      order: { by: 'decisions', descending: true },
      limit: 1,
      timeZone: 'UTC',
    },
    options,
  );
  const newest = found?.m_last_seen;
  return { decisions: Number(found?.m_decisions ?? 0), newestMs: typeof newest === 'string' ? Date.parse(newest) : 0 };
}
