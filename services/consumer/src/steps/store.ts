import type { DecisionBlock } from '@custody/store';
import type { DecisionStore } from '../consumer-store.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import type { Patience } from '../patience.ts';

export interface StoreStepParts {
  readonly decisions: DecisionStore;
  readonly patiently: Patience;
  readonly metrics: Pick<ConsumerMetrics, 'insertSeconds'>;
}

/** Stores the decisions of a batch; resolves when they are stored. */
export type StoreStep = (block: DecisionBlock, signal: AbortSignal) => Promise<void>;

/** Waits for the store as long as it takes. Writing the same batch again changes nothing. */
export function createStoreStep({ decisions, patiently, metrics }: StoreStepParts): StoreStep {
  return async function store(block, signal): Promise<void> {
    if (block.rows === 0) return;
    const observe = metrics.insertSeconds.startTimer();
    await patiently('store decisions', signal, () => decisions.writeDecisions(block, signal));
    observe();
  };
}
