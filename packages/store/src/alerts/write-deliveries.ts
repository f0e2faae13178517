import { formatTimestamp } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';

/** An attempt to tell a channel of a step, and what came of it. */
export interface RecordedDelivery {
  readonly transitionId: string;
  readonly alertId: string;
  readonly channel: string;
  readonly atMs: number;
  /** `failed` is tried again, `dead` is not. */
  readonly outcome: 'delivered' | 'failed' | 'dead';
  readonly attempt: number;
  /** Why not, without any secret; `''` where it was delivered. */
  readonly detail: string;
}

/** Records attempts to deliver. Throws `STORE_*`. */
export async function writeAlertDeliveries(
  client: StoreClient,
  deliveries: readonly RecordedDelivery[],
  options: StatementOptions = {},
): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map(({ transitionId, alertId, channel, atMs, outcome, attempt, detail }) => ({
    ...{ transition_id: transitionId, alert_id: alertId, channel, at: formatTimestamp(atMs), outcome, attempt, detail },
  }));
  await client.insert('alerts.deliveries', 'custody_internal.alert_deliveries', rows, options);
}
