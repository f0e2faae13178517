import type { DeadLetterAccount } from '@custody/account';
import type { Log } from '@custody/log';
import type { Clock, InterruptiblePatience, Logger } from '@custody/runtime';
import type { SealerMetrics } from './metrics.ts';
import type { SealerStore } from './sealer-store.ts';

/** What every step of sealing works with. */
export interface SealingParts {
  readonly log: Pick<Log, 'append' | 'latest' | 'follow'>;
  readonly store: SealerStore;
  readonly letters: DeadLetterAccount;
  /** Resolves when every decision is stored that stood in the log when it was called. */
  readonly decisionsStored: (signal: AbortSignal) => Promise<void>;
  readonly patiently: InterruptiblePatience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SealerMetrics;
  /** How long the source keeps decisions, milliseconds. */
  readonly retentionMs: number;
}
