import type { DecisionStore } from '../consumer-store.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import type { Patience } from '../patience.ts';
import type { AttributedEntry } from './attribute.ts';

export interface StoreStepParts {
  readonly decisions: DecisionStore;
  readonly patiently: Patience;
  readonly metrics: ConsumerMetrics;
}

/** Stores the entries of a batch; resolves when they are stored. */
export type StoreStep = (entries: readonly AttributedEntry[], signal: AbortSignal) => Promise<void>;

/** Waits for the store as long as it takes. Writing the same batch again changes nothing. */
export function createStoreStep({ decisions, patiently, metrics }: StoreStepParts): StoreStep {
  return async function store(entries, signal): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ attributed, entryBytes, isDetail }) => ({
      decision: attributed,
      entryBytes,
      isDetail,
    }));
    const observe = metrics.insertSeconds.startTimer();
    await patiently('store decisions', signal, () => decisions.writeDecisions(rows, signal));
    observe();
    for (const { attributed } of entries) {
      metrics.stored(attributed.envId, attributed.decision.occurredAtMs);
      metrics.attributions.inc({ attribution: attributed.attribution.certainty });
    }
  };
}
