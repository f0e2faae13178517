import type { CoverageRecord } from '@custody/decision';
import type { StatementOptions, StoreClient } from './client.ts';

/** Stores what pollers report of themselves. Idempotent; of one environment the newest report stays. */
export async function writeReports(
  client: StoreClient,
  reports: readonly CoverageRecord[],
  options: StatementOptions = {},
): Promise<void> {
  if (reports.length === 0) return;
  // The seconds are those of the windows, which the store has itself.
  const rows = reports.map(({ open_seconds: _, blind_seconds: __, unreadable_seconds: ___, ...report }) => report);
  await client.insert('write.reports', 'custody_internal.poller_reports', rows, options);
}
