import { formatTimestamp } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';

/** A look that led to a step in the life of an alert. */
export interface RecordedLook {
  /** A UUID. */
  readonly lookId: string;
  readonly atMs: number;
  readonly decidedAtMs: number;
  /** JSON of all that was looked at. */
  readonly input: string;
}

/** Records looks, for 90 days; one that is written again stays one. Throws `STORE_*`. */
export async function writeAlertLooks(
  client: StoreClient,
  looks: readonly RecordedLook[],
  options: StatementOptions = {},
): Promise<void> {
  if (looks.length === 0) return;
  const rows = looks.map(({ lookId, atMs, decidedAtMs, input }) => ({
    ...{ look_id: lookId, at: formatTimestamp(atMs), decided_at: formatTimestamp(decidedAtMs), input },
  }));
  await client.insert('alerts.looks', 'custody_internal.alert_looks', rows, options);
}
