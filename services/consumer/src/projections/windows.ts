import { coverageKey, coverageRecord, hourWindows, isReservedWindowsKey, topics } from '@custody/decision';
import type { Logger } from '@custody/runtime';
import type { ConsumerStore } from '../consumer-store.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import type { Patience } from '../patience.ts';
import { createValueReader } from '../value-reader.ts';
import type { Projection } from './projection.ts';

export interface WindowsProjectionParts {
  readonly store: Pick<ConsumerStore, 'writeWindows' | 'writeReports'>;
  /** Resolves when every decision is stored that stood in the log when it was called. */
  readonly decisionsStored: (signal: AbortSignal) => Promise<void>;
  readonly patiently: Patience;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
}

/**
 * Hours of windows, and what the poller reports of itself beside them. The poller appends the decisions of a window before the window, so a window is stored only after the
 * decisions that stand before it: whoever reads "proven" in the store finds there what is proven.
 */
export function projectWindows(parts: WindowsProjectionParts): Projection {
  const { store, decisionsStored, patiently, logger, metrics } = parts;
  const topic = topics.windows.name;
  const readValue = createValueReader(hourWindows, { topic, logger, metrics });
  const readReport = createValueReader(coverageRecord, { topic, logger, metrics });
  return {
    topic,
    group: 'custody.consumer.windows',
    async handle({ records }, signal) {
      const hours = records.flatMap((record) => (isReservedWindowsKey(record.key) ? [] : (readValue(record) ?? [])));
      const reports = records.flatMap((record) =>
        record.key.startsWith(coverageKey('')) ? (readReport(record) ?? []) : [],
      );
      if (hours.length === 0 && reports.length === 0) return;
      await patiently('wait for decisions to be stored', signal, () => decisionsStored(signal));
      await patiently('store windows', signal, () => store.writeWindows(hours, signal));
      await patiently('store reports', signal, () => store.writeReports(reports, signal));
    },
  };
}
