import { formatTimestamp, hourMs, type TimeRange } from '@custody/decision';
import { type StoreClient, writeWindows } from '@custody/store';

export interface ProvenHours extends TimeRange {
  readonly envId: string;
  /** Of each hour. */
  readonly listed: number;
  readonly updatedAtMs: number;
}

/** Says of every hour that its one window is closed and counted, as a poller would. `fromMs` begins an hour. */
export async function writeProvenHours(
  client: StoreClient,
  { envId, fromMs, toMs, listed, updatedAtMs }: ProvenHours,
): Promise<void> {
  const hours = Array.from({ length: (toMs - fromMs) / hourMs }, (_, n) => fromMs + n * hourMs);
  const closed = { state: 'closed', proof: 'count', listed, counted: listed, deleted_at_source: 0 } as const;
  await writeWindows(
    client,
    hours.map((hour) => ({
      ...{ env_id: envId, env_name: 'bench', hour: formatTimestamp(hour), updated_at: formatTimestamp(updatedAtMs) },
      windows: [
        { from: formatTimestamp(hour), to: formatTimestamp(hour + hourMs), ...closed, read_at: null, reason: '' },
      ],
    })),
  );
}
